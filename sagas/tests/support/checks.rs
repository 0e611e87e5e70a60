//! What holds whatever happened.

use domain::{
    Aggregate, ListId,
    todo::{self, Todo},
};

use super::{World, folded};

impl World {
    /// What holds whatever happened: each event of `ids` changed something, from what the ones before it left; each command had
    /// its effect at one time; what is stored is what the events say.
    pub async fn nothing_happened_twice<A: Aggregate>(&self, ids: impl IntoIterator<Item = impl ToString>)
    where
        A::State: std::fmt::Debug,
    {
        for id in ids {
            let id = id.to_string();
            let (mut state, mut commands) = (A::State::default(), vec![]);
            for record in self.records(&id).await {
                let event = A::upcast(&record).unwrap();
                if let Ok(todo::Event::TodoMoved { from, to }) = Todo::upcast(&record) {
                    assert!(self.lies_in(&id, record.version, from).await && from != to, "{id} is moved from where it is not");
                }
                let next = A::evolve(state.clone(), &event);
                assert_ne!(next, state, "{id}: {} changes nothing", record.event_type);
                state = next;
                if commands.last() != Some(&record.command_id) {
                    assert!(!commands.contains(&record.command_id), "{id}: {} has its effect twice", record.command_id);
                    commands.push(record.command_id);
                }
            }
            assert_eq!(self.state::<A>(&id).await, state, "{id}");
        }
    }

    /// Whether the todo lay in `list` before its event of that `version`.
    async fn lies_in(&self, id: &str, version: u64, list: ListId) -> bool {
        let mut records = self.records(id).await;
        records.retain(|record| record.version < version);
        folded::<Todo>(&records).is_some_and(|todo| todo.list == list)
    }
}
