//! A person's erasure, and that nothing is taken from whoever is erased.

use std::time::{Duration, Instant};

use dashmap::DashMap;
use domain::{
    CommandId, ListId, PersonId, Refusal, Role, SagaId, UserId,
    saga::{Command, ErasureStep, Kind, Saga, Status, Work},
    user::{self, User},
};
use ports::Accepted;
use tracing::{debug, warn};

use super::{
    Begun, Caller, Failure,
    command::note,
    follow::ask,
    operation,
    read::{Waited, catch_up},
};
use crate::edge::Edge;

/// For so long somebody is let in who was found not to be erased. The last step of an erasure waits for longer.
const BELIEVED: Duration = Duration::from_secs(1);
/// Beyond so many, all are forgotten.
const KNOWN: usize = 100_000;
/// Whoever cannot be looked up in this time is let in: commands go on while the views are away.
const PATIENCE: Duration = Duration::from_millis(250);

/// Who was found not to be erased a moment ago.
#[derive(Debug, Default)]
pub(crate) struct Admitted(DashMap<UserId, Instant>);

impl Admitted {
    fn knows(&self, person: &UserId) -> bool {
        self.0.get(person).is_some_and(|since| since.elapsed() < BELIEVED)
    }

    fn note(&self, person: &UserId) {
        if self.0.len() >= KNOWN {
            self.0.clear();
        }
        self.0.insert(person.clone(), Instant::now());
    }
}

/// Lets the caller in, unless they are erased or are being erased. Whoever is `alone` with the machine, and brings no token, begins
/// anew once their erasure is over: there is nobody else whom the machine could be for.
pub(crate) async fn admit(edge: &Edge, caller: &Caller, alone: bool) -> Result<(), Failure> {
    let person = &caller.principal;
    if edge.admitted.knows(person) {
        return Ok(());
    }
    let erasure = match tokio::time::timeout(PATIENCE, edge.gateway.views.user(person)).await {
        Ok(Ok(user)) => user.erasure,
        Ok(Err(error)) => unknown(&error),
        Err(error) => unknown(&error),
    };
    match erasure {
        None => {}
        Some(erasure) if erasure.over && alone => begin_anew(edge, caller, erasure.operation).await?,
        Some(erasure) => return Err(Failure::Erased(erasure)),
    }
    edge.admitted.note(person);
    Ok(())
}

fn unknown<T>(error: &dyn std::fmt::Debug) -> Option<T> {
    metrics::counter!("todo_erasure_unknown_total").increment(1);
    debug!(?error, "somebody was let in without knowing whether they are erased");
    None
}

async fn begin_anew(edge: &Edge, caller: &Caller, operation: SagaId) -> Result<(), Failure> {
    let id = PersonId::of(&caller.principal).to_string();
    let command_id = format!("{operation}:anew").parse().unwrap_or_else(|_| CommandId::new(operation.uuid()));
    let asking = Caller { role: Role::Owner, ..caller.clone() };
    match ask::<User>(edge, &asking, id.clone(), command_id, user::Command::BeginAnew).await {
        Ok(Accepted { version, .. }) => note(edge, caller, &id, version).await,
        // They have begun already, as far as their actor knows.
        Err(Failure::Refused(refusal)) => warn!(%refusal, "somebody erased cannot begin anew"),
        Err(failure) => return Err(failure),
    }
    Ok(())
}

/// Erases the caller, with all that is theirs. Asked twice, it is one operation; one that was refused can be had again.
pub(crate) async fn erase_person(edge: &Edge, caller: &Caller) -> Result<Begun, Failure> {
    let _entered = caller.enter(edge)?;
    if caller.role < Role::Owner {
        return Err(Refusal::Forbidden { needs: Role::Owner }.into());
    }
    // Said before anything is done; the operation asks the lists themselves.
    if catch_up(edge, &caller.principal, None).await? != Waited::Enough {
        return Err(Failure::Behind);
    }
    let lists = edge.gateway.views.lists(&caller.principal).await?;
    let shared: Vec<ListId> =
        lists.iter().filter(|row| row.list.owner == caller.principal && row.list.is_shared()).map(|row| row.id).collect();
    if !shared.is_empty() {
        return Err(Failure::ListsShared(shared));
    }
    let person = edge.gateway.views.person(&caller.principal).await?;
    // It was let in a moment before it was known.
    if let Some(erasure) = person.user.erasure {
        let (saga, _) = operation(edge, caller, erasure.operation).await?;
        return Ok(Begun { id: erasure.operation, saga, replayed: true });
    }
    let version = person.version;
    let mut attempt = 0;
    let id = loop {
        // One for each life of the person, so that asking again meets the same one.
        let id = SagaId::derived(&caller.principal, &format!("erase/{version}/{attempt}"));
        match operation(edge, caller, id).await {
            Ok((Saga { status: Status::Compensated, .. }, _)) => attempt += 1,
            Ok((saga, _)) => return Ok(Begun { id, saga, replayed: true }),
            Err(Failure::NoOperation) => break id,
            Err(failure) => return Err(failure),
        }
    };
    let named = edge.gateway.views.naming(&caller.principal).await?;
    // Themselves, too.
    let items = u32::try_from(named.todos.len() + named.lists.len() + 1).unwrap_or(u32::MAX);
    let steps = ErasureStep::ALL.len() as u32;
    let start = Command::Start { kind: Kind::Erase, work: Work::Erase, undoes: None, list: None, items, steps };
    let command_id = format!("{id}:start").parse().unwrap_or_else(|_| CommandId::new(id.uuid()));
    match ask::<Saga>(edge, caller, id.to_string(), command_id, start).await {
        Ok(Accepted { state: Some(saga), replayed, .. }) => Ok(Begun { id, saga, replayed }),
        // Somebody asked at the same time.
        Err(Failure::Refused(Refusal::AlreadyExists)) => {
            let (saga, _) = operation(edge, caller, id).await?;
            Ok(Begun { id, saga, replayed: true })
        }
        Ok(_) => Err(Failure::NoOperation),
        Err(failure) => Err(failure),
    }
}
