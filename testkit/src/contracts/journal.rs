//! The contract of [`JournalStore`] and [`Journal`] together: what is appended can be read, and stays.

use std::{any::Any, collections::BTreeMap, sync::Arc};

use domain::{ChainHash, EventRecord, ListId, Role, UserId, list, todo};
use ports::{Audience, Chain, Journal, JournalEntry, JournalStore, Secret};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::samples::{at, fresh_todo_id, fresh_user, records, tags, text};

/// A journal to be tested: the ports on one and the same store.
pub struct Journals {
    /// Where events go in.
    pub store: Arc<dyn JournalStore>,
    /// Where they come out.
    pub journal: Arc<dyn Journal>,
    /// What must live as long: a temporary folder, a server.
    pub keep: Box<dyn Any>,
}

impl Journals {
    /// A journal that is all ports in one.
    pub fn of<J: JournalStore + Journal + 'static>(journal: J) -> Self {
        let journal = Arc::new(journal);
        Self { store: journal.clone(), journal, keep: Box::new(()) }
    }

    async fn put(&self, events: &[EventRecord]) {
        let entries = entries(events, None);
        self.store.append(&entries, &[]).await.expect("appended");
    }
}

/// Entries of one aggregate behind `before`.
pub fn entries(events: &[EventRecord], before: Option<ChainHash>) -> Vec<JournalEntry> {
    let mut hash = before.unwrap_or(ChainHash::START);
    let entry = |event: &EventRecord| {
        let record = serde_json::to_string(event).expect("JSON");
        hash = hash.then(&record);
        JournalEntry {
            aggregate_id: event.aggregate_id.clone(),
            version: event.version,
            at: event.timestamp,
            event_id: event.event_id,
            principal: event.principal.clone(),
            record: Secret(record),
            hash,
            audience: Audience::of(event),
        }
    };
    events.iter().map(entry).collect()
}

fn events_of(owner: &UserId, versions: std::ops::RangeInclusive<u64>) -> Vec<EventRecord> {
    let mut events = records(&fresh_todo_id().to_string(), versions);
    events.iter_mut().for_each(|event| event.principal = owner.clone());
    events
}

fn expect_chain(chain: &Chain, events: &[EventRecord]) {
    assert_eq!(chain.head, Some(events.len() as u64));
    assert_eq!(chain.rows.len(), events.len());
    let mut hash = ChainHash::START;
    for (row, event) in chain.rows.iter().zip(events) {
        let record: EventRecord = serde_json::from_str(&row.record).expect("an event");
        assert_eq!((row.version, &record), (event.version, event));
        hash = hash.then(&row.record);
        assert_eq!(row.hash, Some(hash), "version {}", row.version);
    }
}

/// Holds what `fresh` makes to the contract.
///
/// # Panics
/// Where the contract is broken.
pub async fn suite(fresh: impl AsyncFn() -> Journals) {
    macro_rules! cases {
        ($($case:ident),* $(,)?) => { $(Box::pin($case(fresh().await)).await;)* };
    }
    cases![
        what_is_appended_comes_back,
        a_head_lets_each_version_in_once,
        a_refused_batch_leaves_nothing,
        offsets_move_with_the_entries,
        positions_go_up_and_owners_see_their_own,
        whose_events_were_appended_is_told,
        what_happens_in_lists_is_told,
        known_events_are_told_by_their_ids,
        all_chains_come_in_order,
    ];
}

async fn what_is_appended_comes_back(journals: Journals) {
    let events = events_of(&fresh_user(), 1..=5);
    let id = events[0].aggregate_id.clone();
    assert_eq!(journals.journal.chain(&id).await.expect("an answer"), None);
    journals.put(&events[..2]).await;
    let head = journals.store.heads(std::slice::from_ref(&id)).await.expect("heads")[&id];
    assert_eq!(head.version, 2);
    journals.store.append(&entries(&events[2..], Some(head.hash)), &[]).await.expect("appended");
    expect_chain(&journals.journal.chain(&id).await.expect("an answer").expect("a chain"), &events);
    assert_eq!(journals.store.heads(&["todo-unknown".into()]).await.expect("heads").len(), 0);
}

async fn a_head_lets_each_version_in_once(journals: Journals) {
    let events = events_of(&fresh_user(), 1..=3);
    let entries = entries(&events, None);
    journals.put(&events[..2]).await;
    for again in [&entries[..1], &entries[..2], &entries[1..2]] {
        assert!(journals.store.append(again, &[(7, 7)]).await.is_err(), "what is there does not come in again");
    }
    let gap = JournalEntry { version: 9, ..entries[2].clone() };
    assert!(journals.store.append(&[gap], &[]).await.is_err(), "what does not follow does not come in");
    let chain = journals.journal.chain(&events[0].aggregate_id).await.expect("an answer").expect("a chain");
    expect_chain(&chain, &events[..2]);
    assert!(journals.store.offsets().await.expect("offsets").iter().all(|(partition, _)| *partition != 7));
}

async fn a_refused_batch_leaves_nothing(journals: Journals) {
    let (there, other) = (events_of(&fresh_user(), 1..=1), events_of(&fresh_user(), 1..=2));
    journals.put(&there).await;
    let last = journals.journal.last_position().await.expect("a position");
    let batch = [entries(&other, None), entries(&there, None)].concat();
    assert!(journals.store.append(&batch, &[]).await.is_err());
    assert_eq!(journals.journal.chain(&other[0].aggregate_id).await.expect("an answer"), None);
    assert_eq!(journals.journal.last_position().await.expect("a position"), last);
    journals.put(&other).await;
}

async fn offsets_move_with_the_entries(journals: Journals) {
    let events = events_of(&fresh_user(), 1..=2);
    journals.store.append(&entries(&events, None), &[(100, 5), (101, 1)]).await.expect("appended");
    journals.store.append(&[], &[(100, 6)]).await.expect("appended");
    let mut offsets = journals.store.offsets().await.expect("offsets");
    offsets.retain(|(partition, _)| *partition >= 100);
    offsets.sort_unstable();
    assert_eq!(offsets, [(100, 6), (101, 1)]);
}

async fn positions_go_up_and_owners_see_their_own(journals: Journals) {
    let (me, other) = (fresh_user(), fresh_user());
    let begin = journals.journal.last_position().await.expect("a position");
    let (mine, theirs, more) = (events_of(&me, 1..=2), events_of(&other, 1..=3), events_of(&me, 1..=1));
    let mut third = records(&mine[0].aggregate_id, 3..=3);
    // Somebody else's change of what is mine is mine to see.
    third[0].principal = other.clone();
    journals.put(&mine).await;
    journals.put(&theirs).await;
    journals.put(&more).await;
    let head = journals.store.heads(std::slice::from_ref(&mine[0].aggregate_id)).await.expect("heads")[&mine[0].aggregate_id];
    journals.store.append(&entries(&third, Some(head.hash)), &[]).await.expect("appended");

    let read = |rows: &[ports::Positioned]| -> Vec<EventRecord> {
        rows.iter().map(|row| serde_json::from_str(&row.record).expect("an event")).collect()
    };
    let seen = journals.journal.since(&me, &[], begin, 100).await.expect("rows");
    assert_eq!(read(&seen), [mine, more, third].concat());
    assert!(seen.is_sorted_by(|a, b| a.position < b.position));
    assert_eq!(journals.journal.since(&me, &[], seen[1].position, 1).await.expect("rows"), seen[2..3]);
    assert_eq!(journals.journal.since(&me, &[], seen[3].position, 100).await.expect("rows"), []);
    let all = journals.journal.all_since(begin, 100).await.expect("rows");
    assert_eq!(all.len(), 7);
    assert!(all.iter().map(|row| row.position).eq(begin + 1..=begin + 7), "positions have no gaps");
    assert_eq!(journals.journal.last_position().await.expect("a position"), begin + 7);
}

async fn whose_events_were_appended_is_told(journals: Journals) {
    let (me, other) = (fresh_user(), fresh_user());
    let (mine, theirs) = (events_of(&me, 1..=2), events_of(&other, 1..=3));
    let told = async |entries: &[JournalEntry]| -> BTreeMap<UserId, u64> {
        let owners = journals.store.append(entries, &[(100, 1)]).await.expect("appended");
        let (count, owners) = (owners.len(), owners.into_iter().collect::<BTreeMap<_, _>>());
        assert_eq!(count, owners.len(), "an owner is named twice");
        owners
    };
    let begin = journals.journal.last_position().await.expect("a position");
    let batch = [entries(&mine, None), entries(&theirs[..1], None)].concat();
    assert_eq!(told(&batch).await, [(me.clone(), begin + 2), (other.clone(), begin + 3)].into());
    // Somebody else's change of what is mine is news for me, not for them.
    let head = journals.store.heads(std::slice::from_ref(&mine[0].aggregate_id)).await.expect("heads")[&mine[0].aggregate_id];
    let mut third = records(&mine[0].aggregate_id, 3..=3);
    third[0].principal = other;
    assert_eq!(told(&entries(&third, Some(head.hash))).await, [(me, begin + 4)].into());
    assert_eq!(told(&[]).await, BTreeMap::new());
}

async fn what_happens_in_lists_is_told(journals: Journals) {
    let append = async |events: &[EventRecord]| {
        let id = &events[0].aggregate_id;
        let before = journals.store.heads(std::slice::from_ref(id)).await.expect("heads").get(id).map(|head| head.hash);
        journals.store.append(&entries(events, before), &[]).await.expect("appended");
    };
    events_in_lists_are_told(&*journals.journal, append).await;
    // Whom it is about is woken, too.
    let (ana, ben) = (fresh_user(), fresh_user());
    let mut shared = List::new(&ana);
    let begun = shared.events(vec![shared.created(), list::Event::MemberAdded { user: ben.clone(), role: Role::Viewer }]);
    let news = journals.store.append(&entries(&begun, None), &[]).await.expect("appended");
    let last = journals.journal.last_position().await.expect("a position");
    assert_eq!(news.into_iter().collect::<BTreeMap<_, _>>(), [(ana, last), (ben, last)].into());
}

/// A list and its events.
struct List {
    owner: UserId,
    id: ListId,
    version: u64,
}

impl List {
    fn new(owner: &UserId) -> Self {
        Self { owner: owner.clone(), id: ListId::with_members(Uuid::now_v7()), version: 0 }
    }

    fn created(&self) -> list::Event {
        list::Event::ListCreated { owner: self.owner.clone(), name: text("shared"), description: None }
    }

    fn events(&mut self, events: Vec<list::Event>) -> Vec<EventRecord> {
        let before = self.version;
        self.version += events.len() as u64;
        happened::<list::TodoList>(&self.owner, &self.id.to_string(), before, list::Command::Look, &events)
    }
}

fn happened<A: domain::Aggregate>(by: &UserId, id: &str, after: u64, command: A::Command, events: &[A::Event]) -> Vec<EventRecord> {
    let envelope = domain::Envelope {
        command_id: domain::CommandId::new(Uuid::now_v7()),
        aggregate_id: id.to_owned(),
        expected_version: None,
        principal: by.clone(),
        at: at(0),
        replayable: false,
        trace: domain::Trace::default(),
        access: domain::Access::default(),
        command,
    };
    EventRecord::of::<A>(&envelope, after, events)
}

/// Whoever is in a list reads what happens in it: from when a todo comes into it until it leaves, both moves among it; and what is
/// about them.
///
/// # Panics
/// Where the contract is broken.
pub async fn events_in_lists_are_told(journal: &dyn Journal, append: impl AsyncFn(&[EventRecord])) {
    let (ana, ben, cyn) = (fresh_user(), fresh_user(), fresh_user());
    let begin = journal.last_position().await.expect("a position");
    let mut shared = List::new(&ana);
    let other = List::new(&ana);
    append(&shared.events(vec![shared.created()])).await;
    append(&shared.events(vec![list::Event::MemberAdded { user: ben.clone(), role: Role::Viewer }])).await;
    let (todo, inbox) = (fresh_todo_id(), ListId::inbox(&ana));
    let by = |who: &UserId, after: u64, events: &[todo::Event]| {
        happened::<todo::Todo>(who, &todo.to_string(), after, todo::Command::Delete, events)
    };
    let created = todo::Event::TodoCreated {
        owner: ana.clone(),
        list: inbox,
        title: text("hers"),
        description: None,
        tags: tags(&[]),
        priority: None,
        due: None,
        order: None,
    };
    let titled = |title: &str| todo::Event::TitleChanged { title: text(title) };
    let moved = |from, to| todo::Event::TodoMoved { from, to };
    // Positions behind the two of the list: 3 and 4 alone; in one batch into the list, changed there, to the other list, changed
    // there, and back to the inbox; then into it once more, and changed in a batch of its own.
    append(&by(&ana, 0, &[created, titled("still hers")])).await;
    let through = [moved(inbox, shared.id), titled("ours"), moved(shared.id, other.id), titled("elsewhere"), moved(other.id, inbox)];
    append(&by(&ana, 2, &through)).await;
    append(&by(&ana, 7, &[titled("hers again"), moved(inbox, shared.id)])).await;
    append(&by(&ben, 9, &[titled("by ben")])).await;
    append(&by(&ben, 10, &[titled("before"), moved(shared.id, inbox)])).await;

    let told = async |who: &UserId, lists: &[ListId]| -> Vec<(u64, Vec<ListId>)> {
        let rows = journal.since(who, lists, begin, 100).await.expect("rows");
        let sorted = |mut lists: Vec<ListId>| {
            lists.sort_unstable();
            lists
        };
        rows.into_iter().map(|row| (row.position - begin, sorted(row.lists))).collect()
    };
    let both = {
        let mut both = vec![shared.id, other.id];
        both.sort_unstable();
        both
    };
    let (nowhere, here, there) = (vec![], vec![shared.id], vec![other.id]);
    let in_shared = [(1, &here), (2, &here), (5, &here), (6, &here), (7, &both), (11, &here), (12, &here), (13, &here), (14, &here)];
    let own = |rows: &[(u64, &Vec<ListId>)]| rows.iter().map(|(at, lists)| (*at, (*lists).clone())).collect::<Vec<_>>();
    assert_eq!(told(&cyn, &[shared.id]).await, own(&in_shared));
    assert_eq!(told(&cyn, &[other.id]).await, own(&[(7, &both), (8, &there), (9, &there)]));
    assert_eq!(told(&cyn, &[]).await, []);
    assert_eq!(told(&cyn, &[inbox]).await, [], "a list without members is nobody else's");
    // Ben made nothing, and is named once.
    assert_eq!(told(&ben, &[]).await, own(&[(2, &here)]));
    let all =
        [&in_shared[..2], &[(3, &nowhere), (4, &nowhere)], &in_shared[2..5], &[(8, &there), (9, &there), (10, &nowhere)], &in_shared[5..]];
    assert_eq!(told(&ana, &[]).await, own(&all.concat()), "her own, wherever it is");
    assert_eq!(told(&ana, &[shared.id, other.id]).await, own(&all.concat()), "each once");
    // Page by page.
    let first = journal.since(&cyn, &[shared.id], begin, 4).await.expect("rows");
    let second = journal.since(&cyn, &[shared.id], first[3].position, 4).await.expect("rows");
    let positions: Vec<_> = first.iter().chain(&second).map(|row| row.position - begin).collect();
    assert_eq!(positions, [1, 2, 5, 6, 7, 11, 12, 13]);
}

async fn known_events_are_told_by_their_ids(journals: Journals) {
    let events = events_of(&fresh_user(), 1..=3);
    journals.put(&events).await;
    let id = &events[0].aggregate_id;
    let asked = [(id.clone(), 2), (id.clone(), 4), ("todo-unknown".to_owned(), 1)];
    let known = journals.store.event_ids(&asked).await.expect("ids");
    let expected: Vec<((String, u64), Uuid)> = vec![((id.clone(), 2), events[1].event_id)];
    assert_eq!(known.into_iter().collect::<Vec<_>>(), expected);
}

async fn all_chains_come_in_order(journals: Journals) {
    let written: Vec<_> = (1..=5).map(|length| events_of(&fresh_user(), 1..=length)).collect();
    for events in &written {
        journals.put(events).await;
    }
    let (to, mut from) = mpsc::channel(1);
    let mut chains: Vec<Chain> = vec![];
    let collect = async {
        while let Some(chain) = from.recv().await {
            chains.push(chain);
        }
    };
    let (sent, ()) = tokio::join!(journals.journal.chains(to), collect);
    sent.expect("all chains");
    assert!(chains.is_sorted_by(|a, b| a.aggregate_id < b.aggregate_id), "each once, in the byte order of ids");
    for events in &written {
        expect_chain(chains.iter().find(|chain| chain.aggregate_id == events[0].aggregate_id).expect("a chain"), events);
    }
}
