use serde::{Deserialize, Serialize};

use super::{Event, Title, Todo, TodoState, state::evolve};
use crate::{Invalid, Refusal};

/// How many subtasks a todo may have.
pub const MAX_SUBTASKS: usize = 200;

/// A step of a todo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subtask {
    /// Names it within the todo, for good: 1, 2, 3, …
    pub id: u32,
    /// What is to be done.
    pub title: Title,
    /// Whether it is done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub completed: bool,
}

/// A step as somebody wants it to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubtaskDraft {
    /// Which one it is; a new one if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u32>,
    /// What is to be done.
    pub title: Title,
    /// Whether it is done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub completed: bool,
}

/// The subtasks that `drafts` ask for, in this order; new ones are numbered on.
pub(super) fn wanted(todo: &Todo, drafts: &[SubtaskDraft]) -> Result<Vec<Subtask>, Refusal> {
    if drafts.len() > MAX_SUBTASKS {
        return Err(Invalid::new("subtasks", format!("has {} entries", drafts.len()), format!("use at most {MAX_SUBTASKS}")).into());
    }
    let mut next = todo.last_subtask;
    let mut all: Vec<Subtask> = Vec::with_capacity(drafts.len());
    for (at, draft) in drafts.iter().enumerate() {
        let wrong = |problem, remedy: &str| Refusal::from(Invalid::new(format!("subtasks[{at}].id"), problem, remedy));
        let id = match draft.id {
            None => {
                next += 1;
                next
            }
            Some(id) if todo.subtasks.iter().all(|known| known.id != id) => {
                return Err(wrong("is no subtask of this todo", "read it again, or leave the id out for a new one"));
            }
            Some(id) if all.iter().any(|before| before.id == id) => return Err(wrong("comes twice", "send each subtask once")),
            Some(id) => id,
        };
        all.push(Subtask { id, title: draft.title.clone(), completed: draft.completed });
    }
    Ok(all)
}

/// What makes of `todo`'s subtasks just these: what is gone, what is new, what differs, and last their order.
pub(super) fn changes(todo: &Todo, wanted: &[Subtask]) -> Vec<Event> {
    let gone = todo.subtasks.iter().filter(|old| wanted.iter().all(|new| new.id != old.id));
    let mut events: Vec<_> = gone.map(|old| Event::SubtaskRemoved { subtask: old.id }).collect();
    for new in wanted {
        let (subtask, title) = (new.id, new.title.clone());
        let old = todo.subtasks.iter().find(|old| old.id == new.id);
        match old {
            None => events.push(Event::SubtaskAdded { subtask, title }),
            Some(old) if old.title != new.title => events.push(Event::SubtaskRetitled { subtask, title }),
            Some(_) => {}
        }
        if new.completed != old.is_some_and(|old| old.completed) {
            events.push(if new.completed { Event::SubtaskCompleted { subtask } } else { Event::SubtaskReopened { subtask } });
        }
    }
    let order = |subtasks: &[Subtask]| subtasks.iter().map(|subtask| subtask.id).collect::<Vec<_>>();
    let after: TodoState = events.iter().fold(Some(todo.clone()), evolve);
    if after.is_some_and(|after| order(&after.subtasks) != order(wanted)) {
        events.push(Event::SubtasksOrdered { order: order(wanted) });
    }
    events
}

impl Todo {
    /// What one of these events does.
    pub(super) fn evolve_subtasks(&mut self, event: &Event) {
        let subtasks = &mut self.subtasks;
        let mut change = |id: u32, change: &dyn Fn(&mut Subtask)| subtasks.iter_mut().filter(|subtask| subtask.id == id).for_each(change);
        match event {
            Event::SubtaskRetitled { subtask, title } => change(*subtask, &|subtask| subtask.title = title.clone()),
            Event::SubtaskCompleted { subtask } => change(*subtask, &|subtask| subtask.completed = true),
            Event::SubtaskReopened { subtask } => change(*subtask, &|subtask| subtask.completed = false),
            Event::SubtaskAdded { subtask, title } => {
                subtasks.push(Subtask { id: *subtask, title: title.clone(), completed: false });
                self.last_subtask = self.last_subtask.max(*subtask);
            }
            Event::SubtaskRemoved { subtask } => subtasks.retain(|known| known.id != *subtask),
            Event::SubtasksOrdered { order } => {
                subtasks.sort_by_key(|subtask| order.iter().position(|id| *id == subtask.id).unwrap_or(usize::MAX));
            }
            // An occurrence begins with all of its steps before it.
            Event::OccurrenceCompleted { .. } | Event::OccurrenceSkipped { .. } => {
                subtasks.iter_mut().for_each(|subtask| subtask.completed = false);
            }
            _ => {}
        }
    }
}
