//! What people are told comes of what happened: each thing once, however often it is read.

#![allow(clippy::expect_used, reason = "tests fail by panicking")]

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use domain::{
    Access, Envelope, EventRecord, NotificationId, Trace, UserId,
    notification::{Command, Event, Notification, Status, Subject},
};
use ports::{Delivery, FeedError, FeedPosition, Notice, NoticeFeed, NotificationReader, SystemClock, memory::MemoryNotifications};
use projections::{KeptByFeed, Notifications, Projection};
use serde_json::json;
use testkit::samples::{fresh_command_id, fresh_todo_id, fresh_user};
use uuid::Uuid;

/// Keeps notices, while it is not away.
#[derive(Default)]
struct Kept {
    notices: Mutex<Vec<Notice>>,
    away: AtomicBool,
}

#[async_trait]
impl NoticeFeed for Kept {
    async fn publish(&self, notices: &[Notice]) -> Result<(), FeedError> {
        if self.away.load(Ordering::SeqCst) {
            return Err(FeedError("away".into()));
        }
        self.notices.lock().expect("a lock").extend(notices.iter().cloned());
        Ok(())
    }
}

/// That a reminder of `person`'s todo rang.
fn reminded(person: &UserId, late: bool) -> EventRecord {
    let now = jiff::Timestamp::now();
    EventRecord {
        event_id: Uuid::now_v7(),
        event_type: "TodoReminded".into(),
        aggregate_id: fresh_todo_id().to_string(),
        version: 7,
        data: json!({ "reminder": "a", "at": now, "due": "2026-06-01T10:00:00Z", "late": late }),
        timestamp: now,
        principal: person.clone(),
        command_id: fresh_command_id(),
        correlation_id: "c".into(),
        causation_id: None,
        schema_version: 1,
    }
}

fn batch(records: &[EventRecord]) -> Vec<Delivery> {
    (0..).zip(records).map(|(at, record)| Delivery::of(0, at, record.clone())).collect()
}

#[tokio::test]
async fn a_reminder_that_rings_is_a_notice_before_the_feed_goes_on() {
    let (store, feed) = (Arc::new(MemoryNotifications::default()), Arc::new(Kept::default()));
    let projection = Notifications { store: store.clone(), notices: feed.clone(), clock: Arc::new(SystemClock) };
    let ana = fresh_user();
    let rings = [reminded(&ana, false), reminded(&ana, true)];
    feed.away.store(true, Ordering::SeqCst);
    let quarantine = KeptByFeed { remedy: "" };
    projection.apply(&batch(&rings), &quarantine).await.expect_err("the feed is away");
    assert_eq!(store.offsets().await.expect("offsets"), [], "it is read again");
    feed.away.store(false, Ordering::SeqCst);
    for _ in 0..2 {
        let applied = projection.apply(&batch(&rings), &quarantine).await.expect("applied");
        assert_eq!(applied.stopped, []);
    }
    assert_eq!(store.offsets().await.expect("offsets"), [(0, 2)]);
    let notices = feed.notices.lock().expect("a lock").clone();
    let [first, second, again, _] = &notices[..] else { panic!("{notices:?}") };
    assert_eq!(first, again, "the same is the same");
    assert_ne!(first.notification_id, second.notification_id);
    assert_eq!(first.notification_id, NotificationId::of_event(&ana, rings[0].event_id));
    let todo = rings[1].aggregate_id.parse().expect("a todo");
    let at = "2026-06-01T10:00:00Z".parse().expect("a moment");
    assert_eq!((&second.subject, &second.person), (&Subject::Reminder { todo, at, late: true }, &ana));
}

#[tokio::test]
async fn what_people_were_told_is_kept_as_it_stands() {
    let (store, feed) = (Arc::new(MemoryNotifications::default()), Arc::new(Kept::default()));
    let projection = Notifications { store: store.clone(), notices: feed.clone(), clock: Arc::new(SystemClock) };
    let (ana, now) = (fresh_user(), jiff::Timestamp::now());
    let id = NotificationId::new(Uuid::now_v7());
    let envelope = Envelope {
        command_id: fresh_command_id(),
        aggregate_id: id.to_string(),
        expected_version: None,
        principal: ana.clone(),
        at: now,
        replayable: false,
        trace: Trace::default(),
        access: Access::default(),
        command: Command::Look,
    };
    let events = [
        Event::NotificationStarted { owner: ana.clone(), subject: Subject::Test, at: now, until: now },
        Event::NotificationHeld { until: now },
        Event::NotificationRead { at: now },
    ];
    let records = EventRecord::of::<Notification>(&envelope, 0, &events);
    for records in [&records[..2], &records[..]] {
        projection.apply(&batch(records), &KeptByFeed { remedy: "" }).await.expect("applied");
    }
    let rows = store.notifications(&ana, 9, None).await.expect("rows");
    assert_eq!((rows.len(), rows[0].id, rows[0].version), (1, id, 3));
    assert_eq!((rows[0].notification.status, rows[0].notification.read), (Status::Held, Some(now)));
    assert!(feed.notices.lock().expect("a lock").is_empty());
}
