//! An operation as it is shown.

use domain::{
    ListId, SagaId,
    saga::{Batch, Direction, Item, Outcome, Saga, Status, Tally, Work},
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::url;
use crate::http::Origin;

/// Something that takes longer, and how it stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Operation)]
pub(in crate::api) struct OperationJson {
    #[schema(value_type = String, example = "saga-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11")]
    id: SagaId,
    /// Where it is.
    #[schema(format = "uri")]
    pub(super) url: String,
    /// What sort of operation it is: `bulk`, `delete-all`, `import`, `list-delete`, `list-archive`, `list-copy`,
    /// `erase` or `undo`.
    kind: &'static str,
    /// What it does to each todo.
    r#do: &'static str,
    /// `running`; `waiting` to try a step again; `parked`, so that somebody must look; `compensating`, as it takes back what it
    /// did; at its end `completed` or `compensated`.
    status: &'static str,
    /// Why the present step is tried again, or why it is parked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    problem: Option<String>,
    /// Why what it did is taken back: `aborted`, `overdue`, or `refused`, where the list itself refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    stopping: Option<&'static str>,
    /// The operation that it takes back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    undoes: Option<SagaId>,
    /// The list that it is about: the one that is deleted, archived or made, or where todos are moved to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    list: Option<ListId>,
    /// How many things it works on: todos, and the list itself.
    items: u32,
    /// What became of those that it has worked on.
    outcomes: TallyJson,
    /// What became of those that it has taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    undone: Option<TallyJson>,
    /// Its steps.
    steps: StepsJson,
    /// What became of each todo.
    #[schema(format = "uri")]
    items_url: String,
    #[schema(value_type = String, format = DateTime)]
    started_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
    ended_at: Option<Timestamp>,
    /// When it takes itself back if it is not over; what erases goes on.
    #[schema(value_type = String, format = DateTime)]
    deadline: Timestamp,
}

/// What became of todos.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OperationOutcomes)]
struct TallyJson {
    /// Changed.
    done: u32,
    /// That way already.
    unchanged: u32,
    /// They could not be.
    refused: u32,
}

impl TallyJson {
    fn of(Tally { done, unchanged, refused }: Tally) -> Self {
        Self { done, unchanged, refused }
    }
}

/// How far it is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OperationSteps)]
struct StepsJson {
    /// How many there are.
    total: u32,
    /// How many were taken.
    taken: u32,
    /// How many of these were taken back.
    taken_back: u32,
    /// The attempt at the present one.
    attempt: u32,
}

/// What became of one todo, or of the list itself.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OperationItem)]
pub(super) struct ItemJson {
    /// Which todo, or which list.
    id: String,
    /// `pending`, `done`, `unchanged` or `refused`.
    outcome: &'static str,
    /// Its version after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    version: Option<u64>,
    /// Of what is refused: the kind of problem, as in `/problems/…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    problem: Option<String>,
    /// Whether it was taken back, of what was to be: as `outcome`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    undone: Option<&'static str>,
}

fn word(work: &Work) -> &'static str {
    match work {
        Work::Complete => "complete",
        Work::Reopen => "reopen",
        Work::Delete => "delete",
        Work::Restore => "restore",
        Work::Tag { .. } => "tag",
        Work::Untag { .. } => "untag",
        Work::Priority { .. } => "priority",
        Work::Create => "create",
        Work::Undo => "undo",
        Work::Move => "move",
        Work::CreateList { .. } => "create-list",
        Work::DeleteList => "delete-list",
        Work::RestoreList => "restore-list",
        Work::ArchiveList => "archive-list",
        Work::UnarchiveList => "unarchive-list",
        Work::Erase => "erase",
    }
}

impl OperationJson {
    pub(in crate::api) fn new(id: SagaId, saga: &Saga, origin: &Origin) -> Self {
        let back = saga.direction == Direction::Back;
        let status = match saga.status {
            Status::Acting | Status::Waiting if back => "compensating",
            Status::Acting => "running",
            Status::Waiting => "waiting",
            Status::Parked => "parked",
            Status::Completed => "completed",
            Status::Compensated => "compensated",
        };
        let url = url(id, origin);
        Self {
            id,
            items_url: format!("{url}/items"),
            url,
            kind: saga.kind.name(),
            r#do: word(&saga.work),
            status,
            problem: saga.problem.clone(),
            stopping: saga.stopping.map(|reason| reason.name()),
            undoes: saga.undoes,
            list: saga.list,
            items: saga.items,
            outcomes: TallyJson::of(saga.tally),
            undone: back.then(|| TallyJson::of(saga.undone)),
            steps: StepsJson { total: saga.steps, taken: saga.taken, taken_back: saga.taken_back, attempt: saga.attempt },
            started_at: saga.started_at,
            ended_at: saga.ended_at,
            deadline: saga.deadline,
        }
    }
}

/// What became of each item of `batch`.
pub(super) fn items_json(batch: &Batch) -> Vec<ItemJson> {
    let told = |outcome: Option<&Outcome>| match outcome {
        None => "pending",
        Some(Outcome::Done { events: 0, .. }) => "unchanged",
        Some(Outcome::Done { .. }) => "done",
        Some(Outcome::Refused { .. }) => "refused",
    };
    let item = |(at, item): (u32, &Item)| {
        let outcome = batch.outcomes.get(&at);
        let (version, problem) = match outcome {
            Some(Outcome::Done { version, .. }) => (Some(*version), None),
            Some(Outcome::Refused { refused }) => (None, Some(refused.clone())),
            None => (None, None),
        };
        let undone = batch.undone.get(&at).map(|outcome| told(Some(outcome)));
        ItemJson { id: item.id(), outcome: told(outcome), version, problem, undone }
    };
    (0..).zip(&batch.items).map(item).collect()
}
