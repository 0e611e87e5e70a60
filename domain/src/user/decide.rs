use super::{Command, Event, MAX_FILTERS, User, settings};
use crate::{Envelope, Invalid, PersonId, Refusal, Role, SagaId, list::may};

pub(super) fn decide(state: &User, envelope: &Envelope<Command>) -> Result<Vec<Event>, Refusal> {
    // Nobody but the person: a stranger must not learn that there is somebody.
    if envelope.aggregate_id != PersonId::of(&envelope.principal).to_string() {
        return Err(Refusal::NotFound);
    }
    if let Some(decided) = erasure(state, envelope) {
        return decided;
    }
    may(envelope.access.most, Role::Editor)?;
    Ok(match &envelope.command {
        // Decided before.
        Command::BeginErasure { .. } | Command::StopErasure { .. } | Command::Erase { .. } | Command::BeginAnew => vec![],
        Command::SaveFilter { name, query } if state.filters.get(name) == Some(query) => vec![],
        Command::SaveFilter { name, .. } if state.filters.len() >= MAX_FILTERS && !state.filters.contains_key(name) => {
            let remedy = format!("remove one first: a person keeps at most {MAX_FILTERS}");
            return Err(Invalid::new("filters", "is full", remedy).into());
        }
        Command::ChangeSettings { changes } => settings::decide(&state.settings, changes)?,
        Command::SaveFilter { name, query } => vec![Event::FilterSaved { name: name.clone(), query: query.clone() }],
        Command::RemoveFilter { name } if state.filters.contains_key(name) => vec![Event::FilterRemoved { name: name.clone() }],
        Command::RemoveFilter { .. } => vec![],
    })
}

/// What is decided about somebody's erasure, and about anything else while they are being erased or are; `None` where none of that
/// is so.
fn erasure(state: &User, envelope: &Envelope<Command>) -> Option<Result<Vec<Event>, Refusal>> {
    let (at, under) = (envelope.at, state.erasure.filter(|erasure| !erasure.over));
    let by_this = |operation: &SagaId| under.is_some_and(|erasure| erasure.operation == *operation);
    Some(match (&envelope.command, state.erasure) {
        (Command::BeginErasure { operation }, None) => {
            may(envelope.access.most, Role::Owner).map(|()| vec![Event::UserErasureStarted { operation: *operation, at }])
        }
        // Asked again by the same.
        (Command::BeginErasure { operation }, Some(erasure)) if erasure.operation == *operation => Ok(vec![]),
        (Command::StopErasure { operation }, _) if by_this(operation) => Ok(vec![Event::UserErasureStopped { operation: *operation }]),
        (Command::Erase { operation }, _) if by_this(operation) => Ok(vec![Event::UserErased { operation: *operation, at }]),
        // Of an erasure that is over, whichever way.
        (Command::StopErasure { .. } | Command::Erase { .. }, _) => Ok(vec![]),
        (Command::BeginAnew, Some(erasure)) if erasure.over => Ok(vec![Event::UserBeganAnew { at }]),
        (_, Some(_)) => Err(Refusal::Erased),
        (_, None) => return None,
    })
}
