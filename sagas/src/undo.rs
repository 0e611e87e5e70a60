use std::time::Duration;

use domain::{
    Aggregate, CommandId, EventRecord, Refusal, SagaId, TodoId, fold,
    saga::{Outcome, Step},
    todo::{self, Todo, TodoState},
};
use ports::Reply;

use crate::{
    rights::Rights,
    steps::{Steps, Trouble, refused},
};

/// A change that is to be undone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Change {
    pub todo: TodoId,
    /// The todo's version after it.
    pub version: u64,
    /// How many events it was.
    pub events: u64,
}

/// How often the todo may change between reading and undoing.
const ATTEMPTS: u32 = 5;
/// How often the journal is asked whether it has caught up, and how long in between.
const LOOKS: u32 = 40;
const PAUSE: Duration = Duration::from_millis(50);

/// Compensates for a change by an ordinary command that its history says, which takes effect only on the version that the
/// history ends with.
pub(crate) async fn undo(
    steps: &Steps,
    saga: SagaId,
    step: &Step,
    rights: &Rights,
    id: &CommandId,
    change: Change,
) -> Result<Outcome, Trouble> {
    if change.events == 0 {
        return Ok(Outcome::Done { version: change.version, events: 0 });
    }
    let mut at_least = change.version;
    for _ in 0..ATTEMPTS {
        let past = Past::read(steps, change.todo, at_least).await?;
        if let Some(done) = past.done_by(id) {
            return Ok(done);
        }
        let head = past.version();
        let [before, after, now] = [change.version.saturating_sub(change.events), change.version, head].map(|version| past.until(version));
        let undoing = match todo::undo(&before, &after, &now) {
            Ok(undoing) => undoing,
            Err(_) => return Ok(Outcome::Refused { refused: "changed-since".to_owned() }),
        };
        let mut envelope = steps.envelope(saga, &step.owner, change.todo.to_string(), id.clone(), undoing);
        envelope.expected_version = Some(head);
        match steps.todo(saga, rights, envelope).await? {
            Reply::Accepted(accepted) => return Ok(Outcome::Done { version: accepted.version, events: accepted.events }),
            Reply::Refused { refusal: Refusal::VersionConflict { actual, .. } } => at_least = actual,
            // It was done in an attempt before, when the todo was at another version: the journal will tell.
            Reply::Refused { refusal: Refusal::CommandIdReused } => at_least = head + 1,
            Reply::Refused { refusal } => return Ok(refused(&refusal)),
        }
    }
    Err(Trouble::Restless)
}

/// A todo's history.
struct Past(Vec<(EventRecord, todo::Event)>);

impl Past {
    /// The history, once the journal has it up to version `at_least`.
    async fn read(steps: &Steps, todo: TodoId, at_least: u64) -> Result<Self, Trouble> {
        for look in 0..LOOKS {
            if look > 0 {
                tokio::time::sleep(PAUSE).await;
            }
            let rows = steps.journal.chain(&todo.to_string()).await?.map(|chain| chain.rows).unwrap_or_default();
            if rows.last().map_or(0, |row| row.version) < at_least {
                continue;
            }
            let read = |record: &String| {
                let record: EventRecord = serde_json::from_str(record).ok()?;
                let event = Todo::upcast(&record).ok()?;
                Some((record, event))
            };
            return rows.iter().map(|row| read(&row.record)).collect::<Option<_>>().map(Self).ok_or(Trouble::Lost);
        }
        Err(Trouble::Behind)
    }

    fn version(&self) -> u64 {
        self.0.last().map_or(0, |(record, _)| record.version)
    }

    fn until(&self, version: u64) -> TodoState {
        fold::<Todo>(None, self.0.iter().filter(|(record, _)| record.version <= version).map(|(_, event)| event))
    }

    /// What the command of this id did, if it did something.
    fn done_by(&self, id: &CommandId) -> Option<Outcome> {
        let own: Vec<_> = self.0.iter().filter(|(record, _)| record.command_id == *id).collect();
        let (last, _) = own.last()?;
        Some(Outcome::Done { version: last.version, events: own.len() as u64 })
    }
}
