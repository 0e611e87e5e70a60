use domain::{
    ListId, Refusal, SagaId,
    list::TodoList,
    saga::{Batch, Direction, Item, Outcome, Step, Work, item_command_id},
};
use ports::{Reply, send};

use crate::{
    rights::Rights,
    steps::{Steps, Trouble, refused},
    undo,
};

impl Steps {
    /// Does to one item what is to be done, under a command id that is the same in every attempt.
    pub(crate) async fn item(&self, saga: SagaId, step: &Step, batch: &Batch, rights: &Rights, at: u32) -> Result<Outcome, Trouble> {
        let item = batch.items.get(at as usize).ok_or(Trouble::Lost)?;
        if let Item::List { list, version } = item {
            return self.list(saga, step, batch, *list, *version).await;
        }
        let id = item_command_id(saga, step, at);
        let change = match step.direction {
            Direction::Forward => item.clone(),
            Direction::Back => match batch.change(at) {
                Some(change) => change,
                // There is nothing to take back.
                None => return Ok(Outcome::Done { version: 0, events: 0 }),
            },
        };
        if let Item::Change { todo, version, events } = change {
            return undo::undo(self, saga, step, rights, &id, undo::Change { todo, version, events }).await;
        }
        let command = batch.work.command(item, batch.list).ok_or(Trouble::Lost)?;
        let envelope = self.envelope(saga, &step.owner, item.id(), id, command);
        Ok(match self.todo(saga, rights, envelope).await? {
            Reply::Accepted(accepted) => Outcome::Done { version: accepted.version, events: accepted.events },
            // The actor may have forgotten the first time; nobody but this saga knows the name.
            Reply::Refused { refusal: Refusal::AlreadyExists } if matches!(item, Item::Draft { .. }) => {
                Outcome::Done { version: 1, events: 1 }
            }
            Reply::Refused { refusal } => refused(&refusal),
        })
    }

    /// Does to a list itself what is to be done, or takes that back.
    async fn list(&self, saga: SagaId, step: &Step, batch: &Batch, list: ListId, version: Option<u64>) -> Result<Outcome, Trouble> {
        let nothing = Outcome::Done { version: 0, events: 0 };
        let (work, version) = match step.direction {
            Direction::Forward => (Some(batch.work.clone()), version),
            Direction::Back if matches!(batch.outcomes.get(&0), Some(Outcome::Done { events: 1.., .. })) => (batch.work.reversed(), None),
            Direction::Back => return Ok(nothing),
        };
        let command = work.and_then(|work| work.list_command(saga)).ok_or(Trouble::Lost)?;
        let mut envelope = self.envelope(saga, &step.owner, list.to_string(), item_command_id(saga, step, 0), command);
        envelope.expected_version = version;
        Ok(match send::<TodoList>(&*self.dispatch, &envelope).await? {
            Reply::Accepted(accepted) => {
                self.note(&step.owner, &envelope.aggregate_id, accepted.version).await;
                Outcome::Done { version: accepted.version, events: accepted.events }
            }
            // The actor may have forgotten the first time; nobody but this saga knows the name.
            Reply::Refused { refusal: Refusal::AlreadyExists } if matches!(batch.work, Work::CreateList { .. }) => {
                Outcome::Done { version: 1, events: 1 }
            }
            Reply::Refused { refusal } => refused(&refusal),
        })
    }
}
