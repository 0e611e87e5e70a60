use domain::{
    Aggregate, CommandId, Envelope, PersonId, Refusal, SagaId, UserId,
    list::{self, TodoList},
    saga::{Direction, ErasureStep, Step, Tally},
    user::{self, User},
};
use ports::{Accepted, Answer, Reply, send};
use serde::de::DeserializeOwned;

use crate::steps::{LIST_SHARED, Steps, Trouble, name};

/// How often is looked for more before it is said that it does not end.
const PASSES: u32 = 8;

/// One step of an erasure, on its way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Erasing<'a> {
    pub saga: SagaId,
    pub step: &'a Step,
    /// Which look this is: what is found again is asked again, and not answered out of an actor's memory.
    pub pass: u32,
}

impl Erasing<'_> {
    pub(crate) fn owner(&self) -> &UserId {
        &self.step.owner
    }

    /// The id of the command that this step sends to `aggregate`: the same in every attempt.
    pub(crate) fn command_id(&self, what: &str, aggregate: &str) -> CommandId {
        let Self { saga, step, pass } = self;
        name(&format!("{saga}:{}:{what}:{pass}:{aggregate}", step.number), saga.uuid())
    }
}

impl Steps {
    /// Takes a step of the erasure of its owner. What there is to do, it finds out: so it does what is left, however often it is
    /// taken. Gives also why it was refused, of the one step that may be.
    pub(crate) async fn erase(&self, saga: SagaId, step: &Step) -> Result<(Tally, Option<String>), Trouble> {
        let it = Erasing { saga, step, pass: 0 };
        let which = ErasureStep::at(step.number).ok_or(Trouble::Lost)?;
        match (which, step.direction) {
            (ErasureStep::Close, Direction::Forward) => self.close(it).await,
            (_, Direction::Back) => self.reopen(it).await.map(|tally| (tally, None)),
            (ErasureStep::Person, Direction::Forward) => self.person(it).await.map(|tally| (tally, None)),
            (which, Direction::Forward) => self.sweep(it, &[which]).await.map(|tally| (tally, None)),
        }
    }

    /// The person is asked nothing more, and their lists go where nobody comes into them any more.
    async fn close(&self, it: Erasing<'_>) -> Result<(Tally, Option<String>), Trouble> {
        let mut tally = match self.tell_person(it, "close", user::Command::BeginErasure { operation: it.saga }).await? {
            Reply::Accepted(accepted) => counted(&accepted),
            // By another operation.
            Reply::Refused { .. } => return Ok((Tally { refused: 1, ..Tally::default() }, Some("erased".to_owned()))),
        };
        self.caught_up(it.owner()).await?;
        for row in self.views.lists(it.owner()).await?.into_iter().filter(|row| row.list.owner == *it.owner() && !row.list.deleted) {
            let close = list::Command::Close { operation: it.saga };
            match self.tell_of::<TodoList>(it, "close", row.id.to_string(), close).await? {
                Reply::Accepted(accepted) => tally = tally.plus(counted(&accepted)),
                Reply::Refused { refusal: Refusal::Shared } => {
                    return Ok((tally.plus(Tally { refused: 1, ..Tally::default() }), Some(LIST_SHARED.to_owned())));
                }
                // It has become another's.
                Reply::Refused { .. } => {}
            }
        }
        Ok((tally, None))
    }

    /// Takes back what closing did.
    async fn reopen(&self, it: Erasing<'_>) -> Result<Tally, Trouble> {
        self.caught_up(it.owner()).await?;
        let mut tally = Tally::default();
        for row in self.views.lists(it.owner()).await?.into_iter().filter(|row| row.list.owner == *it.owner() && row.list.deleted) {
            let reopen = list::Command::Reopen { operation: it.saga };
            if let Reply::Accepted(accepted) = self.tell_of::<TodoList>(it, "reopen", row.id.to_string(), reopen).await? {
                tally = tally.plus(counted(&accepted));
            }
        }
        match self.tell_person(it, "reopen", user::Command::StopErasure { operation: it.saga }).await? {
            Reply::Accepted(accepted) => Ok(tally.plus(counted(&accepted))),
            Reply::Refused { .. } => Ok(tally),
        }
    }

    /// Erases all of `kinds`, until nothing more is found.
    async fn sweep(&self, it: Erasing<'_>, kinds: &[ErasureStep]) -> Result<Tally, Trouble> {
        let mut all = Tally::default();
        for pass in 0..PASSES {
            let tally = self.sweep_once(Erasing { pass, ..it }, kinds).await?;
            all = Tally { done: all.done + tally.done, ..all };
            if tally.done == 0 {
                return Ok(all);
            }
        }
        Err(Trouble::Restless)
    }

    /// The last step: what came while the person was being closed, and then the person.
    async fn person(&self, it: Erasing<'_>) -> Result<Tally, Trouble> {
        let begun = self.tell_person(it, "look", user::Command::BeginErasure { operation: it.saga }).await?;
        let Reply::Accepted(Accepted { state: User { erasure: Some(erasure), .. }, .. }) = begun else { return Err(Trouble::Lost) };
        if erasure.over {
            return Ok(Tally { done: 1, ..Tally::default() });
        }
        // Edges let in for a moment who was closed a moment before.
        let passed = self.clock.now().duration_since(erasure.at);
        let grace = self.options.grace.saturating_sub(passed.unsigned_abs());
        if !grace.is_zero() {
            tokio::time::sleep(grace).await;
        }
        let rest = [ErasureStep::Operations, ErasureStep::Todos, ErasureStep::Lists, ErasureStep::Telling];
        let tally = self.sweep(it, &rest).await?;
        match self.tell_person(it, "erase", user::Command::Erase { operation: it.saga }).await? {
            Reply::Accepted(accepted) => Ok(tally.plus(counted(&accepted))),
            Reply::Refused { .. } => Err(Trouble::Lost),
        }
    }

    async fn tell_person(&self, it: Erasing<'_>, what: &str, command: user::Command) -> Result<Reply<User>, Trouble> {
        self.tell_of::<User>(it, what, PersonId::of(it.owner()).to_string(), command).await
    }

    /// Sends a command in the person's name, and notes what the views have to show before they are asked again.
    pub(crate) async fn tell_of<A: Aggregate>(
        &self,
        it: Erasing<'_>,
        what: &str,
        id: String,
        command: A::Command,
    ) -> Result<Reply<A::State>, Trouble>
    where
        Answer<A>: DeserializeOwned,
    {
        let envelope: Envelope<A::Command> = self.envelope(it.saga, it.owner(), id.clone(), it.command_id(what, &id), command);
        let reply = send::<A>(&*self.dispatch, &envelope).await?;
        if let Reply::Accepted(accepted) = &reply
            && accepted.events > 0
            && ["todo", "list", "user"].contains(&A::ID_PREFIX)
        {
            self.note(it.owner(), &id, accepted.version).await;
        }
        Ok(reply)
    }
}

/// What became of one thing.
pub(crate) fn counted<S>(accepted: &Accepted<S>) -> Tally {
    match accepted.events {
        0 => Tally { unchanged: 1, ..Tally::default() },
        _ => Tally { done: 1, ..Tally::default() },
    }
}
