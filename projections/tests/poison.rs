//! What cannot be taken is put aside before the feed goes on, holds nobody else, and is taken in order when it comes again.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use std::sync::Arc;

use domain::{Aggregate, EventRecord, TodoId, todo::Todo};
use ports::{
    Delivery, FeedPosition, Forks, Journal, PackedHeaders, ViewStore,
    memory::{MemoryDeadLetters, MemoryJournal},
};
use projections::{Applied, JournalIngest, Projection, TodoViews};
use support::parking;
use testkit::{MemoryViews, samples};

/// Journal and views on one feed.
#[derive(Default)]
struct World {
    journal: Arc<MemoryJournal>,
    views: Arc<MemoryViews>,
    letters: Arc<MemoryDeadLetters>,
    of_journal: Arc<MemoryDeadLetters>,
    next: i64,
}

impl World {
    async fn deliver(&mut self, bodies: &[Delivery]) -> Applied {
        let batch: Vec<_> = (self.next..).zip(bodies).map(|(offset, delivery)| Delivery { offset, ..delivery.clone() }).collect();
        self.next += i64::try_from(batch.len()).unwrap();
        JournalIngest::quiet(self.journal.clone()).apply(&batch, &parking(&self.journal, &self.of_journal)).await.unwrap();
        TodoViews(self.views.clone()).apply(&batch, &parking(&self.journal, &self.letters)).await.unwrap()
    }

    async fn events(&mut self, events: &[EventRecord]) -> Applied {
        let batch: Vec<_> = events.iter().map(|event| Delivery::of(0, 0, event.clone())).collect();
        self.deliver(&batch).await
    }

    /// The version that the view shows.
    async fn shown(&self, id: TodoId) -> u64 {
        self.views.rows(&[id]).await.unwrap().first().map_or(0, |row| row.version)
    }

    async fn kept(&self, id: TodoId) -> Vec<u64> {
        let chain = self.journal.chain(&id.to_string()).await.unwrap();
        chain.map(|chain| chain.rows.iter().map(|row| row.version).collect()).unwrap_or_default()
    }

    /// Kind and offset of each letter of the views.
    fn letters(&self) -> Vec<(String, i64)> {
        self.letters.all().iter().map(|letter| (letter.kind.clone(), letter.message.place.offset)).collect()
    }

    /// As `todo dead-letters retry` does: byte for byte, in the first order.
    async fn retry(&mut self) {
        let letters = std::mem::take(&mut self.letters).all();
        let again = letters.into_iter().map(|letter| {
            let message = letter.message;
            Delivery::read(0, 0, message.key.unwrap_or_default(), message.body.unwrap_or_default())
        });
        let again: Vec<_> = again.collect();
        self.deliver(&again).await;
    }
}

/// Five versions of a new todo.
fn life() -> (TodoId, Vec<EventRecord>) {
    let (id, me) = (samples::fresh_todo_id(), samples::user("me"));
    let create = domain::todo::Command::Create(domain::todo::Draft::titled(samples::text("hush")));
    let envelope = samples::envelope(&me, id, create);
    let events = Todo::decide(&None, &envelope).unwrap();
    (id, [EventRecord::of::<Todo>(&envelope, 0, &events), samples::records(&id.to_string(), 2..=5)].concat())
}

#[tokio::test]
async fn an_unknown_event_holds_its_own_aggregate_and_what_waited_is_taken_in_order() {
    let mut world = World::default();
    let ((broken, events), (whole, others)) = (life(), life());
    let mut newer = events.clone();
    newer[1].schema_version = 99;
    let mixed = [&newer[..2], &others[..3], &newer[2..4]].concat();
    let applied = world.events(&mixed).await;
    assert_eq!((world.shown(broken).await, world.shown(whole).await, applied.applied), (1, 3, 4));
    assert_eq!(world.letters(), [("unreadable".into(), 1), ("gap".into(), 5), ("gap".into(), 6)], "and what waits behind it");
    assert_eq!(world.views.offsets().await.unwrap(), [(0, 7)], "the feed goes on");
    assert_eq!(world.kept(broken).await, [1, 2, 3, 4], "the journal keeps what it need not understand");
    world.events(&newer[4..]).await;
    assert_eq!(world.letters().last(), Some(&("gap".into(), 7)));
    for letter in world.letters.all() {
        let written: EventRecord = serde_json::from_slice(&letter.message.body.unwrap()).unwrap();
        assert_eq!((letter.group.as_str(), &letter.message.place.topic[..]), ("todo-test", "todo-events"));
        assert_eq!((written.aggregate_id, letter.message.key), (broken.to_string(), Some(broken.to_string().into())));
        assert!(!letter.reason.contains("hush"), "{}", letter.reason);
    }
    // Nobody understands it yet: all of it waits again, in the same order.
    world.retry().await;
    assert_eq!(world.letters().iter().map(|(kind, _)| kind.as_str()).collect::<Vec<_>>(), ["unreadable", "gap", "gap", "gap"]);
    // As after an upgrade: the event can be read, and the rest is taken behind it.
    world.events(&events[1..2]).await;
    assert_eq!(world.shown(broken).await, 2);
    world.retry().await;
    assert_eq!((world.shown(broken).await, world.letters()), (5, vec![]));
    assert_eq!((world.kept(broken).await, world.of_journal.all().len()), (vec![1, 2, 3, 4, 5], 0));
}

#[tokio::test]
async fn what_is_no_event_is_put_aside_as_it_came() {
    let mut world = World::default();
    let (id, events) = life();
    let headers = PackedHeaders::pack([("ce_id", &b"1"[..]), ("empty", b""), ("dl-origin", b"0:7"), ("ce_id", b"2")]);
    let garbage = Delivery::read(0, 0, "some key".into(), "hush, no event".into()).with_headers(headers.clone());
    let empty = Delivery::read(0, 0, "".into(), "".into());
    world.deliver(&[garbage, empty, Delivery::of(0, 0, events[0].clone())]).await;
    assert_eq!(world.shown(id).await, 1);
    assert_eq!(world.letters(), [("malformed".into(), 0), ("malformed".into(), 1)]);
    let [garbage, empty] = &world.letters.all()[..] else { panic!("two letters") };
    assert_eq!((garbage.message.key.as_deref(), garbage.message.body.as_deref()), (Some(&b"some key"[..]), Some(&b"hush, no event"[..])));
    let names: Vec<_> = garbage.message.headers.iter().map(|(name, value)| (name.as_str(), &value[..])).collect();
    assert_eq!(names, [("ce_id", &b"1"[..]), ("empty", b""), ("dl-origin", b"0:7"), ("ce_id", b"2")]);
    assert!(!garbage.reason.contains("hush"), "{}", garbage.reason);
    assert_eq!((&empty.message.key, &empty.message.body), (&None, &None));
    assert_eq!(world.of_journal.all().len(), 2, "each group has its own letters");
}

#[tokio::test]
async fn repeated_and_reordered_events_lose_nothing() {
    let mut world = World::default();
    let (id, events) = life();
    let order = [0, 0, 2, 1, 0, 4, 3];
    let shuffled: Vec<_> = order.iter().map(|at| events[*at].clone()).collect();
    world.events(&shuffled).await;
    assert_eq!((world.shown(id).await, world.letters()), (2, vec![("gap".into(), 2), ("gap".into(), 5), ("gap".into(), 6)]));
    // Each retry takes what follows by now.
    world.retry().await;
    world.retry().await;
    assert_eq!((world.shown(id).await, world.letters()), (5, vec![]));
    let fresh = Arc::new(MemoryViews::default());
    let feed: Vec<_> = (0..).zip(&events).map(|(offset, event)| Delivery::of(0, offset, event.clone())).collect();
    TodoViews(fresh.clone()).apply(&feed, &parking(&world.journal, &world.letters)).await.unwrap();
    assert_eq!(world.views.rows(&[id]).await.unwrap(), fresh.rows(&[id]).await.unwrap(), "as if nothing had happened");
}

#[tokio::test]
async fn a_fork_holds_its_aggregate_everywhere_until_a_person_decides() {
    for apart in [true, false] {
        let mut world = World::default();
        let ((id, events), (whole, others)) = (life(), life());
        let mut branch = events[1..5].to_vec();
        for event in &mut branch {
            event.command_id = samples::fresh_command_id();
            event.event_id = domain::event_id(&event.aggregate_id, event.version, &event.command_id, event.timestamp);
        }
        // Another second event, and what was built on it.
        if apart {
            world.events(&events[..2]).await;
            world.events(&[&branch[..3], &others[..1]].concat()).await;
        } else {
            world.events(&[&events[..2], &branch[..3], &others[..1]].concat()).await;
        }
        // Views that come later to the batch in which it was found stop before it.
        let stopped_at = if apart { 2 } else { 0 };
        assert_eq!((world.shown(id).await, world.kept(id).await), (stopped_at, vec![1, 2]), "nothing is built on either");
        assert_eq!((world.shown(whole).await, world.kept(whole).await), (1, vec![1]), "others go on");
        let forks = world.journal.forks().await.unwrap();
        assert_eq!(
            forks.iter().map(|fork| (fork.version, fork.kept, fork.other)).collect::<Vec<_>>(),
            [(2, events[1].event_id, branch[0].event_id)]
        );
        let kinds = |letters: &MemoryDeadLetters| letters.all().into_iter().map(|letter| letter.kind).collect::<Vec<_>>();
        assert_eq!(kinds(&world.of_journal), ["fork", "frozen", "frozen"]);
        assert_eq!(kinds(&world.letters), vec!["frozen"; if apart { 3 } else { 5 }]);
        // Also what comes later, and the same again, until somebody decides.
        world.events(&branch[3..]).await;
        world.retry().await;
        assert_eq!((world.shown(id).await, world.kept(id).await), (stopped_at, vec![1, 2]));
        assert_eq!(world.journal.forks().await.unwrap(), forks, "noted once");
        assert!(world.journal.release(&id.to_string()).await.unwrap() && !world.journal.release(&id.to_string()).await.unwrap());
        // The journal's own goes on; the later event of the fork is passed over, what was acknowledged behind it is not lost.
        world.retry().await;
        assert_eq!((world.shown(id).await, world.kept(id).await, world.letters()), (5, vec![1, 2, 3, 4, 5], vec![]));
        assert_eq!(world.journal.forks().await.unwrap(), [], "it is decided for good");
    }
}
