//! What there is of a person, and how each thing is erased.

use std::{collections::BTreeSet, time::Duration};

use domain::{
    Aggregate, BatchId, Grant, ListId, NotificationId, Refusal, Role, SagaId, TodoId, UserId, WebhookId,
    list::{self, TodoList},
    notification::{self, Notification},
    saga::{self, Batch, BatchCommand, ErasureStep, Saga, Tally},
    todo::{self, Todo},
    webhook::{self, Webhook},
};
use futures::{StreamExt, stream};
use ports::{Reply, send};

use crate::{
    erase::{Erasing, counted},
    steps::{Steps, Trouble},
};

/// How many events are read at a time.
const PAGE: usize = 1000;
/// How long the views, and then the journal, may take to show what was done before.
const PATIENCE: Duration = Duration::from_secs(5);
const LOOKS: u32 = 40;
const PAUSE: Duration = Duration::from_millis(50);

/// Of an event, only whose it is.
#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Of {
    aggregate_id: String,
}

impl Steps {
    /// Looks once for what there is of the person, and erases all of `kinds` of it. All are tried; the last failure is told.
    pub(crate) async fn sweep_once(&self, it: Erasing<'_>, kinds: &[ErasureStep]) -> Result<Tally, Trouble> {
        self.caught_up(it.owner()).await?;
        let found = self.all_of(it.owner()).await?;
        let found = found.into_iter().filter(|id| *id != it.saga.to_string() && kind(id).is_some_and(|kind| kinds.contains(&kind)));
        let one = |id: String| async move { self.erase_one(it, id).await };
        let erased: Vec<_> = stream::iter(found.map(one)).buffer_unordered(self.options.concurrency).collect().await;
        erased.into_iter().try_fold(Tally::default(), |all, one: Result<Tally, Trouble>| Ok(all.plus(one?)))
    }

    /// Waits until views and journal show what is known to have been done in the person's name.
    pub(crate) async fn caught_up(&self, person: &UserId) -> Result<(), Trouble> {
        let outstanding = match self.positions.outstanding(person).await {
            Ok(outstanding) => outstanding,
            Err(error) => {
                tracing::warn!(?error, "what was done last may be found only by another look");
                return Ok(());
            }
        };
        if !outstanding.is_empty() && !self.views.wait_for(&outstanding, PATIENCE).await? {
            return Err(Trouble::Behind);
        }
        for (id, version) in outstanding {
            self.in_journal(&id, version).await?;
        }
        Ok(())
    }

    async fn in_journal(&self, id: &str, version: u64) -> Result<(), Trouble> {
        for look in 0..LOOKS {
            if look > 0 {
                tokio::time::sleep(PAUSE).await;
            }
            let chain = self.journal.chain(id).await?;
            if chain.and_then(|chain| chain.rows.last().map(|row| row.version)) >= Some(version) {
                return Ok(());
            }
        }
        Err(Trouble::Behind)
    }

    /// Whatever the person began, as the journal says, and whatever else names them, as the views do.
    async fn all_of(&self, person: &UserId) -> Result<BTreeSet<String>, Trouble> {
        let mut found = BTreeSet::new();
        let mut after = 0;
        loop {
            let page = self.journal.since(person, &[], after, PAGE).await?;
            found.extend(page.iter().filter_map(|event| serde_json::from_str::<Of>(&event.record).ok()).map(|of| of.aggregate_id));
            match page.last() {
                Some(last) if page.len() >= PAGE => after = last.position,
                _ => break,
            }
        }
        let named = self.views.naming(person).await?;
        found.extend(named.todos.iter().map(TodoId::to_string));
        found.extend(named.lists.iter().map(ListId::to_string));
        Ok(found)
    }

    async fn erase_one(&self, it: Erasing<'_>, id: String) -> Result<Tally, Trouble> {
        match prefix(&id) {
            TodoId::PREFIX => settled(self.erase_todo(it, id).await?),
            ListId::PREFIX => settled(self.tell_of::<TodoList>(it, "erase", id, list::Command::Erase).await?),
            SagaId::PREFIX => settled(self.tell_of::<Saga>(it, "erase", id, saga::Command::Erase).await?),
            BatchId::PREFIX => settled(self.tell_of::<Batch>(it, "erase", id, BatchCommand::Erase).await?),
            NotificationId::PREFIX => settled(self.tell_of::<Notification>(it, "erase", id, notification::Command::Erase).await?),
            WebhookId::PREFIX => settled(self.tell_of::<Webhook>(it, "erase", id, webhook::Command::Erase).await?),
            _ => Ok(Tally::default()),
        }
    }

    /// A todo in a list with members is asked once more with what the person is there, as the list itself says.
    async fn erase_todo(&self, it: Erasing<'_>, id: String) -> Result<Reply<<Todo as Aggregate>::State>, Trouble> {
        let command_id = it.command_id("erase", &id);
        let mut envelope = self.envelope(it.saga, it.owner(), id, command_id, todo::Command::Erase);
        let mut reply = send::<Todo>(&*self.dispatch, &envelope).await?;
        while let Reply::Refused { refusal: Refusal::RoleNeeded { list, .. } } = &reply {
            // It moves on and on.
            if envelope.access.grants.len() >= 4 {
                return Err(Trouble::Restless);
            }
            let role = self.role(it, *list).await?;
            envelope.access.grants.push(Grant { list: *list, role, archived: false, todos: 0 });
            reply = send::<Todo>(&*self.dispatch, &envelope).await?;
        }
        if let Reply::Accepted(accepted) = &reply
            && accepted.events > 0
        {
            self.note(it.owner(), &envelope.aggregate_id, accepted.version).await;
        }
        Ok(reply)
    }

    /// What the person is in a list: the least there is where that is nothing, since what is theirs in it is so all the same.
    async fn role(&self, it: Erasing<'_>, list: ListId) -> Result<Role, Trouble> {
        let looked = self.tell_of::<TodoList>(it, "look", list.to_string(), list::Command::Look).await?;
        let state = match looked {
            Reply::Accepted(accepted) => accepted.state,
            Reply::Refused { .. } => None,
        };
        Ok(state.and_then(|state| state.role_of(it.owner())).unwrap_or(Role::Viewer))
    }
}

fn prefix(id: &str) -> &str {
    id.split_once('-').map_or("", |(prefix, _)| prefix)
}

/// In which step what has this id is erased.
fn kind(id: &str) -> Option<ErasureStep> {
    Some(match prefix(id) {
        SagaId::PREFIX | BatchId::PREFIX => ErasureStep::Operations,
        TodoId::PREFIX => ErasureStep::Todos,
        ListId::PREFIX => ErasureStep::Lists,
        NotificationId::PREFIX | WebhookId::PREFIX => ErasureStep::Telling,
        // The person is the last of all.
        _ => return None,
    })
}

/// What became of one thing. What is not there, or no longer the person's, needs nothing.
fn settled<S>(reply: Reply<S>) -> Result<Tally, Trouble> {
    match reply {
        Reply::Accepted(accepted) => Ok(counted(&accepted)),
        Reply::Refused { refusal: Refusal::Shared } => Err(Trouble::Shared),
        Reply::Refused { .. } => Ok(Tally::default()),
    }
}
