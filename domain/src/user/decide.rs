use super::{Command, Event, MAX_FILTERS, User, settings};
use crate::{Envelope, Invalid, PersonId, Refusal, Role, list::may};

pub(super) fn decide(state: &User, envelope: &Envelope<Command>) -> Result<Vec<Event>, Refusal> {
    // Nobody but the person: a stranger must not learn that there is somebody.
    if envelope.aggregate_id != PersonId::of(&envelope.principal).to_string() {
        return Err(Refusal::NotFound);
    }
    may(envelope.access.most, Role::Editor)?;
    Ok(match &envelope.command {
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
