//! What people were told, as they see it; and whom to tell what of all that happens.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use domain::{
    EventRecord, NotificationId, TodoId,
    notification::{Event, Notification, Subject},
};
use jiff::{SignedDuration, Timestamp};
use ports::{Clock, Delivery, Notice, NoticeFeed, NotificationRow, NotificationStore, Source};

use crate::{
    Applied, Projection, Quarantine, Stopped,
    rows::{FoldedRows, Row, fold_rows, id_of},
    sift::Sifted,
    views::next_offsets,
};

/// How long people can look up what they were told.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Keeps what people were told, and hands over whom to tell what.
///
/// Both in one: a notice is with its feed before the offsets move behind the event that it comes of, so none is lost; one that is
/// handed over again after a crash has the same id.
pub struct Notifications {
    /// Where the rows are.
    pub store: Arc<dyn NotificationStore>,
    /// Where notices go.
    pub notices: Arc<dyn NoticeFeed>,
    /// What time it is: what is too old is forgotten.
    pub clock: Arc<dyn Clock>,
}

#[async_trait]
impl Projection for Notifications {
    fn name(&self) -> &'static str {
        "notices"
    }

    /// From the rows that are there now: so it is right too after an attempt of which nobody knows whether it was stored.
    async fn apply(&self, batch: &[Delivery], quarantine: &dyn Quarantine) -> Result<Applied, Source> {
        let mut sifted = Sifted::of(batch, quarantine).await?;
        let events = || sifted.events();
        let ids: BTreeSet<_> = events().filter_map(|event| notification_id(event)?.ok()).collect();
        let ids: Vec<_> = ids.into_iter().collect();
        let rows = if ids.is_empty() { vec![] } else { self.store.rows(&ids).await? };
        let forget = self.clock.now().checked_sub(KEPT).unwrap_or(Timestamp::MIN);
        let notices: Vec<_> = events().filter_map(notice).collect();
        let FoldedRows { rows, mut applied, refused } = fold(rows, events());
        sifted.refuse(refused);
        applied.stopped.extend(sifted.put(quarantine).await?);
        if !notices.is_empty() {
            self.notices.publish(&notices).await?;
            metrics::counter!("todo_notices_published_total").increment(notices.len() as u64);
            applied.applied += notices.len() as u64;
        }
        self.store.store(&rows, &next_offsets(batch), forget).await?;
        Ok(applied)
    }
}

/// Whom to tell what of an event, if anybody.
fn notice(event: &EventRecord) -> Option<Notice> {
    if event.event_type != "TodoReminded" {
        return None;
    }
    let todo: TodoId = event.aggregate_id.parse().ok()?;
    // For when it was set, and whether it rang long after that.
    let at = event.data["due"].as_str()?.parse().ok()?;
    let late = event.data["late"].as_bool().unwrap_or_default();
    let person = event.principal.clone();
    Some(Notice {
        notification_id: NotificationId::of_event(&person, event.event_id),
        person,
        subject: Subject::Reminder { todo, at, late },
        at: event.timestamp,
    })
}

/// The notification that `record` is about: `None` if it is about something else, an error if it claims to be about one but names
/// none.
fn notification_id(record: &EventRecord) -> Option<Result<NotificationId, Stopped>> {
    id_of(NotificationId::PREFIX, record)
}

fn fold<'a>(rows: Vec<NotificationRow>, events: impl Iterator<Item = &'a EventRecord>) -> FoldedRows<NotificationRow> {
    let rows = rows.into_iter().map(|NotificationRow { id, version, notification }| Row { id, version, state: Some(notification) });
    let counted = |event: &Event, state: &Option<Notification>| state.as_ref().inspect(|_| count(event)).is_some();
    let folded = fold_rows::<Notification, _>(rows.collect(), events, notification_id, counted);
    folded.filter_map(|Row { id, version, state }| Some(NotificationRow { id, version, notification: state? }))
}

/// For those who watch: once for each event, or again where its batch is applied again.
fn count(event: &Event) {
    match event {
        Event::NotificationStarted { subject, .. } => {
            metrics::counter!("todo_notifications_started_total", "kind" => subject.kind()).increment(1);
        }
        Event::NotificationHeld { .. } => metrics::counter!("todo_notifications_held_total").increment(1),
        Event::NotificationDropped { reason } => {
            metrics::counter!("todo_notifications_dropped_total", "why" => reason.name()).increment(1);
        }
        Event::DeliveryGivenUp { .. } => metrics::counter!("todo_deliveries_given_up_total").increment(1),
        _ => {}
    }
}
