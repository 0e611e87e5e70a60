use std::{collections::BTreeMap, time::Duration};

use domain::{
    Access, Grant, ListId, Refusal, Role, SagaId, UserId,
    list::{self, TodoList},
    saga::{Batch, Work},
    todo::{self, Todo},
};
use ports::{Reply, send};
use tokio::sync::Mutex;
use tracing::warn;

use crate::steps::{Steps, Trouble, name};

/// So many lists are asked for one command: a todo that is moved on and on is given up.
const MOST_LISTS: usize = 4;
/// How long the views may take to show what was done before, so that a list's size is right.
const PATIENCE: Duration = Duration::from_secs(2);

/// What the owner of a saga may do in lists with members, as those lists said while one step was taken: asked once a step and
/// not once an item. Whoever is put out of a list may so go on in it until the end of one step.
pub(crate) struct Rights {
    owner: UserId,
    /// The one list that is meant, where the saga acts on it as a whole.
    within: Option<ListId>,
    held: Mutex<BTreeMap<ListId, Option<Held>>>,
}

/// What is held in one list.
#[derive(Debug, Clone, Copy)]
struct Held {
    grant: Grant,
    /// Whether its size is known.
    sized: bool,
}

impl Rights {
    pub(crate) fn of(owner: &UserId, batch: &Batch) -> Self {
        let within = batch.list.filter(|_| !matches!(batch.work, Work::Move | Work::Create));
        Self { owner: owner.clone(), within, held: Mutex::default() }
    }

    fn access(&self) -> Access {
        Access { within: self.within, ..Access::default() }
    }

    /// What is held in `list`; where something is to be put `into` it, that takes a place there.
    async fn grant(&self, steps: &Steps, saga: SagaId, list: ListId, into: bool) -> Result<Option<Grant>, Trouble> {
        let mut held = self.held.lock().await;
        let held = match held.entry(list) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(new) => {
                let grant = self.ask(steps, saga, list).await?;
                new.insert(grant.map(|grant| Held { grant, sized: false }))
            }
        };
        let Some(held) = held else { return Ok(None) };
        if into && !held.sized {
            (held.grant.todos, held.sized) = (self.size(steps, list).await?, true);
        }
        let grant = held.grant;
        if into {
            held.grant.todos += 1;
        }
        Ok(Some(grant))
    }

    /// The place that was taken in `list` is free again.
    async fn give_back(&self, list: ListId) {
        if let Some(Some(held)) = self.held.lock().await.get_mut(&list) {
            held.grant.todos = held.grant.todos.saturating_sub(1);
        }
    }

    async fn ask(&self, steps: &Steps, saga: SagaId, list: ListId) -> Result<Option<Grant>, Trouble> {
        let look = name(&format!("{saga}:look"), saga.uuid());
        let look = steps.envelope(saga, &self.owner, list.to_string(), look, list::Command::Look);
        let state = match send::<TodoList>(&*steps.dispatch, &look).await? {
            Reply::Accepted(accepted) => accepted.state,
            Reply::Refused { .. } => None,
        };
        let Some(state) = state else { return Ok(None) };
        let Some(role) = state.role_of(&self.owner) else { return Ok(None) };
        // What is in a list goes along with it, also when it lies in the trash or is put away already.
        let whole = self.within == Some(list) && role == Role::Owner;
        Ok((whole || !state.deleted).then_some(Grant { list, role, archived: state.archived && !whole, todos: 0 }))
    }

    /// How many todos are in `list`, once the views show what this owner did before, if they do so soon.
    async fn size(&self, steps: &Steps, list: ListId) -> Result<u64, Trouble> {
        match steps.positions.outstanding(&self.owner).await {
            Ok(outstanding) if outstanding.is_empty() => {}
            Ok(outstanding) => drop(steps.views.wait_for(&outstanding, PATIENCE).await?),
            Err(error) => warn!(?error, "a list's size may not count what was just put into it"),
        }
        Ok(steps.views.list_size(list).await?)
    }
}

impl Steps {
    /// Sends a todo's command with the rights that it needs, and notes where the todo is then for its owner's next query.
    pub(crate) async fn todo(
        &self,
        saga: SagaId,
        rights: &Rights,
        mut envelope: domain::Envelope<todo::Command>,
    ) -> Result<Reply<<Todo as domain::Aggregate>::State>, Trouble> {
        envelope.access = rights.access();
        let mut taken = vec![];
        let reply = loop {
            match send::<Todo>(&*self.dispatch, &envelope).await {
                // It depends on a list, and which one only the todo knows for sure.
                Ok(Reply::Refused { refusal: Refusal::RoleNeeded { list, into } })
                    if envelope.access.grant(list).is_none() && envelope.access.grants.len() < MOST_LISTS =>
                {
                    let Some(grant) = rights.grant(self, saga, list, into).await? else {
                        break Reply::Refused { refusal: Refusal::NotFound };
                    };
                    taken.extend(into.then_some(list));
                    envelope.access.grants.push(grant);
                }
                Ok(reply) => break reply,
                Err(error) => return Err(error.into()),
            }
        };
        match &reply {
            Reply::Accepted(accepted) if accepted.events > 0 => {
                self.note(&envelope.principal, &envelope.aggregate_id, accepted.version).await
            }
            // Nothing was put there.
            _ => {
                for list in taken {
                    rights.give_back(list).await;
                }
            }
        }
        Ok(reply)
    }

    pub(crate) async fn note(&self, person: &UserId, aggregate_id: &str, version: u64) {
        if let Err(error) = self.positions.note(person, aggregate_id, version).await {
            metrics::counter!("todo_read_your_writes_unknown_total").increment(1);
            warn!(?error, "a position was not noted: its owner's next query may not show this change");
        }
    }
}
