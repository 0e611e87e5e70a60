//! Everything that some people own, as the journal, the actors' records, the topic and the views have it: it must be one story.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use adapters::postgres::PgViews;
use domain::{
    Aggregate, BatchId, EventRecord, ListId, SagaId, TodoId, fold,
    list::TodoList,
    saga::{Batch, Direction, Outcome, Saga, Status, Step, item_command_id},
    todo::{self, Todo},
};
use ports::ViewReader;
use serde_json::Value;
use testkit::poll_until;

use super::{people::Person, stack::Stack};

/// How long the last events may take, behind whatever was held up before.
const ARRIVAL: Duration = Duration::from_secs(120);

/// All that these people own.
pub(crate) struct Truth {
    histories: BTreeMap<String, Vec<EventRecord>>,
    pub(crate) todos: BTreeMap<TodoId, Todo>,
    pub(crate) lists: BTreeMap<ListId, TodoList>,
    pub(crate) sagas: BTreeMap<SagaId, Saga>,
    batches: BTreeMap<BatchId, Batch>,
}

/// Where the record of an aggregate lies.
fn key(id: &str) -> String {
    let (app, actor_type) = match id.split('-').next().unwrap() {
        "todo" => ("todo-backend", Todo::TYPE),
        "list" => ("todo-backend", TodoList::TYPE),
        "saga" => ("todo-sagas", Saga::TYPE),
        "batch" => ("todo-sagas", Batch::TYPE),
        other => panic!("who hosts {other}?"),
    };
    format!("{app}||{actor_type}||{id}||aggregate")
}

/// What the events of `id` lead to; each must have changed something, and each command must have had its effect at one time.
fn story<A: Aggregate>(id: &str, events: &[EventRecord]) -> A::State {
    let (mut state, mut commands) = (A::State::default(), vec![]);
    for (record, version) in events.iter().zip(1..) {
        assert_eq!(record.version, version, "{id} has a gap, or an event twice");
        let event = A::upcast(record).unwrap();
        let next = A::evolve(state.clone(), &event);
        assert!(next != state, "{id}: {record:?} changes nothing");
        state = next;
        if commands.last() != Some(&record.command_id) {
            assert!(!commands.contains(&record.command_id), "{id}: {} has its effect twice", record.command_id);
            commands.push(record.command_id.clone());
        }
    }
    state
}

impl Truth {
    /// Waits until whatever is under way has arrived; the journal then says what the actors' own records say.
    pub(crate) async fn of(stack: &Stack, people: &[Person]) -> Self {
        let names: Vec<_> = people.iter().map(|person| format!("'{}'", person.name)).collect();
        let names = names.join(", ");
        let heads = || -> BTreeMap<String, u64> {
            let heads = stack.sql(&format!("SELECT aggregate_id, version FROM journal_heads WHERE owner IN ({names})"));
            heads.iter().map(|row| row.split_once('|').unwrap()).map(|(id, version)| (id.to_owned(), version.parse().unwrap())).collect()
        };
        let behind = || {
            let heads = heads();
            let records = stack.records(&heads.keys().map(|id| key(id)).collect::<Vec<_>>());
            let behind = heads
                .iter()
                .zip(records)
                .filter(|((_, version), record)| record.as_ref().is_none_or(|record| record["version"] != **version));
            behind
                .map(|((id, version), record)| format!("{id}@{version}: {:?}", record.map(|record| record["version"].clone())))
                .collect::<Vec<_>>()
        };
        let arrived = poll_until(ARRIVAL, async || (stack.marks() == 0 && behind().is_empty()).then_some(()));
        assert!(arrived.await.is_some(), "{} marks stay, and the journal is behind in {:?}", stack.marks(), behind());

        let rows = stack.sql(&format!(
            "SELECT record FROM journal JOIN journal_heads USING (aggregate_id) WHERE journal_heads.owner IN ({names}) \
             ORDER BY aggregate_id, journal.version"
        ));
        let mut truth = Self {
            histories: BTreeMap::new(),
            todos: BTreeMap::new(),
            lists: BTreeMap::new(),
            sagas: BTreeMap::new(),
            batches: BTreeMap::new(),
        };
        for row in rows {
            let record: EventRecord = serde_json::from_str(&row).unwrap();
            truth.histories.entry(record.aggregate_id.clone()).or_default().push(record);
        }
        let ids: Vec<_> = truth.histories.keys().cloned().collect();
        let records = stack.records(&ids.iter().map(|id| key(id)).collect::<Vec<_>>());
        for (id, record) in ids.iter().zip(records) {
            truth.take(id, &record.unwrap());
        }
        let forks =
            stack.sql(&format!("SELECT aggregate_id FROM journal_forks JOIN journal_heads USING (aggregate_id) WHERE owner IN ({names})"));
        assert!(forks.is_empty(), "histories that split: {forks:?}");
        truth
    }

    /// Takes in an aggregate whose record says what its events say.
    fn take(&mut self, id: &str, record: &Value) {
        let events = &self.histories[id];
        fn told<A: Aggregate>(id: &str, events: &[EventRecord], record: &Value) -> A::State {
            let state = story::<A>(id, events);
            assert_eq!(serde_json::to_value(&state).unwrap(), record["state"], "the record of {id} is not what its events say");
            state
        }
        match id.split('-').next().unwrap() {
            "todo" => drop(self.todos.insert(id.parse().unwrap(), told::<Todo>(id, events, record).unwrap())),
            "list" => drop(self.lists.insert(id.parse().unwrap(), told::<TodoList>(id, events, record).unwrap())),
            "saga" => drop(self.sagas.insert(id.parse().unwrap(), told::<Saga>(id, events, record).unwrap())),
            _ => drop(self.batches.insert(id.parse().unwrap(), told::<Batch>(id, events, record).unwrap())),
        }
    }

    /// Every saga is over, wholly there or wholly back, and what it says became of each item is what happened to that, no less
    /// and no more.
    pub(crate) fn sagas_are_over(&self) {
        let mut by_sagas: BTreeSet<(String, u64)> = BTreeSet::new();
        for (id, saga) in &self.sagas {
            match saga.status {
                Status::Completed => assert_eq!(saga.taken, saga.steps, "{id}: {saga:?}"),
                Status::Compensated => assert_eq!(saga.taken, saga.taken_back, "{id}: {saga:?}"),
                _ => panic!("{id} is not over: {saga:?}"),
            }
            for (number, direction) in (0..saga.taken).flat_map(|number| [(number, Direction::Forward), (number, Direction::Back)]) {
                let step = Step { owner: saga.owner.clone(), kind: saga.kind, number, direction, attempt: 1 };
                let batch = &self.batches[&step.batch(*id)];
                let expected = if direction == Direction::Forward || saga.status == Status::Compensated { batch.items.len() } else { 0 };
                assert_eq!(batch.outcomes(direction).len(), expected, "step {number} {direction:?} of {id}: {batch:?}");
                for (at, outcome) in batch.outcomes(direction) {
                    let Outcome::Done { version, events: events @ 1.. } = outcome else { continue };
                    let (about, command) = (batch.items[*at as usize].id(), item_command_id(*id, &step, *at));
                    let history = self.histories.get(&about).unwrap_or_else(|| panic!("{about} was done by {command}, and is not there"));
                    for version in version + 1 - events..=*version {
                        let event = history.get(version as usize - 1).unwrap_or_else(|| panic!("{about}@{version} of {command} is lost"));
                        assert_eq!(event.command_id, command, "{event:?}");
                        by_sagas.insert((about.clone(), version));
                    }
                }
            }
        }
        for event in self.histories.values().flatten() {
            let about = event.aggregate_id.clone();
            let an_items = ["todo-", "list-"].iter().any(|prefix| about.starts_with(prefix));
            if an_items && event.command_id.to_string().starts_with("saga-") {
                assert!(by_sagas.contains(&(about, event.version)), "{event:?} by {}, which does not know of it", event.command_id);
            }
        }
    }

    /// Every todo is in one list that there is, and was always moved from where it was.
    pub(crate) fn todos_are_in_one_list(&self) {
        for (id, todo) in &self.todos {
            assert!(self.lists.contains_key(&todo.list), "{id} is in no list: {:?}", todo.list);
            let history = &self.histories[&id.to_string()];
            let events: Vec<_> = history.iter().map(|record| Todo::upcast(record).unwrap()).collect();
            for (at, event) in events.iter().enumerate() {
                let todo::Event::TodoMoved { from, to } = event else { continue };
                let before = fold::<Todo>(None, &events[..at]).unwrap();
                assert!(before.list == *from && from != to, "{id}@{} is moved from where it is not", at + 1);
            }
        }
    }

    /// What lies in `list`, with the versions.
    fn within(&self, list: ListId) -> BTreeMap<String, u64> {
        let within = self.todos.iter().filter(|(_, todo)| todo.list == list && !todo.deleted);
        within.map(|(id, _)| (id.to_string(), self.histories[&id.to_string()].len() as u64)).collect()
    }

    /// What people are shown in each list, and how many places of it are taken, is what is there.
    pub(crate) async fn views_agree(&self, stack: &Stack, people: &[Person]) {
        let views = PgViews::new(stack.var("DATABASE_URL")).unwrap();
        for (id, list) in &self.lists {
            let owner = people.iter().find(|person| person.name == list.owner.as_str()).unwrap();
            let within = self.within(*id);
            let expected = if list.deleted { BTreeMap::new() } else { within.clone() };
            let shown = async || {
                let todos = owner.get(&format!("/api/v1/todos?list={id}&limit=1000")).await?;
                let one = |todo: &Value| Some((todo["id"].as_str()?.to_owned(), todo["version"].as_u64()?));
                todos.as_array()?.iter().map(one).collect::<Option<BTreeMap<_, _>>>()
            };
            let agreed = poll_until(ARRIVAL, async || shown().await.filter(|shown| *shown == expected)).await;
            assert!(agreed.is_some(), "{id} holds {expected:?}, but {:?} is shown", shown().await);
            assert_eq!(views.list_size(*id).await.unwrap(), within.len() as u64, "places taken in {id}");
        }
    }

    /// Each event came to the topic, whatever was published twice is the same, and the first arrivals are in order.
    pub(crate) fn topic_agrees(&self, stack: &Stack) {
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (place, message) in stack.messages("todo-events") {
            let Some(key) = message.key.filter(|key| self.histories.contains_key(key)) else { continue };
            let event: Value = serde_json::from_slice(message.body.as_deref().unwrap()).unwrap();
            let (seen, version) = (found.entry(key.clone()).or_default(), event["version"].as_u64().unwrap() as usize);
            let id = event["eventId"].as_str().unwrap().to_owned();
            if version == seen.len() + 1 {
                seen.push(id);
            } else {
                assert_eq!(seen.get(version - 1), Some(&id), "{key}@{version} at {place} is another, or is too early");
            }
        }
        for (id, history) in &self.histories {
            let expected: Vec<_> = history.iter().map(|record| record.event_id.to_string()).collect();
            assert_eq!(found.get(id), Some(&expected), "{id} on the topic");
        }
    }

    /// How many events that is.
    pub(crate) fn events(&self) -> usize {
        self.histories.values().map(Vec::len).sum()
    }
}
