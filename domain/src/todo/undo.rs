use super::{Change, Command, Field, Todo, TodoState, reminder::specs};

/// What was to be set back holds something newer by now, which setting it back would lose.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("changed since: {}", fields.iter().map(|field| field.name()).collect::<Vec<_>>().join(", "))]
pub struct ChangedSince {
    /// Which fields, at least one.
    pub fields: Vec<Field>,
}

/// The command that undoes the change that led from `before` to `after`, to a todo that is at `now`.
///
/// It compensates and deletes nothing: a creation is undone by putting the todo into the trash, with all that it has become
/// since; a deletion by restoring it. Of a change of fields each one is set back. A field that is as it was before already
/// needs nothing, so that undoing a change twice is fine. Each tag counts as a field of its own: tags that were added or
/// removed since stay so. A recurrence and the due time that it needs are told as one that the other stands in the way of.
///
/// # Errors
/// If a field was changed once more since: then nothing is to be done at all.
pub fn undo(before: &TodoState, after: &TodoState, now: &TodoState) -> Result<Command, ChangedSince> {
    let (Some(before), Some(after), Some(now)) = (before, after, now) else { return Ok(Command::Delete) };
    match (before.deleted, after.deleted) {
        (false, true) => return Ok(Command::Restore),
        (true, false) => return Ok(Command::Delete),
        _ => {}
    }
    let mut back = Back { steps: [before, after, now], changes: vec![], changed_since: vec![] };
    back.set(Field::Title, |todo| &todo.title, Change::Title);
    back.set(Field::Description, |todo| &todo.description, Change::Description);
    back.set(Field::List, |todo| &todo.list, Change::List);
    back.set(Field::Priority, |todo| &todo.priority, Change::Priority);
    back.set(Field::Due, |todo| &todo.due, Change::Due);
    back.set(Field::Recurrence, |todo| &todo.recurrence, Change::Series);
    back.set(Field::Subtasks, |todo| &todo.subtasks, Change::AllSubtasks);
    back.reminders();
    back.set(Field::Order, |todo| &todo.order, Change::Order);
    let (due, series) = (back.back_to(|todo| &todo.due), back.back_to(|todo| &todo.recurrence));
    // Completing one that comes again would not leave it completed.
    let completed = |completed| if completed && series.is_some() { Change::Finished } else { Change::Completed(completed) };
    back.set(Field::Completed, |todo| &todo.completed, completed);
    back.tags();
    if back.changed_since.is_empty() && due.is_none() && series.is_some() {
        back.changed_since.push(if now.due.is_none() { Field::Due } else { Field::Recurrence });
    }
    if back.changed_since.is_empty() {
        Ok(Command::Change { changes: back.changes })
    } else {
        Err(ChangedSince { fields: back.changed_since })
    }
}

/// What it takes to go back.
struct Back<'a> {
    /// Before, after, now.
    steps: [&'a Todo; 3],
    changes: Vec<Change>,
    changed_since: Vec<Field>,
}

impl<'a> Back<'a> {
    /// What a field will be.
    fn back_to<T: PartialEq + 'a>(&self, of: impl Fn(&'a Todo) -> &'a T) -> &'a T {
        let [before, after, now] = self.steps.map(of);
        if before == after { now } else { before }
    }

    fn set<T: Clone + PartialEq + 'a>(&mut self, field: Field, of: impl Fn(&'a Todo) -> &'a T, change: impl FnOnce(T) -> Change) {
        let [before, after, now] = self.steps.map(of);
        if before == after || now == before {
            return;
        }
        if now == after {
            self.changes.push(change(before.clone()));
        } else {
            self.changed_since.push(field);
        }
    }

    /// Whether one rang meanwhile stands in nobody's way.
    fn reminders(&mut self) {
        let [before, after, now] = self.steps.map(|todo| specs(&todo.reminders));
        if before == after || now == before {
            return;
        }
        if now == after {
            self.changes.push(Change::AllReminders(before));
        } else {
            self.changed_since.push(Field::Reminders);
        }
    }

    /// First away, then in: in between there are never more than there were.
    fn tags(&mut self) {
        let [before, after, now] = self.steps.map(|todo| todo.tags.as_set());
        let added = after.difference(before).filter(|tag| now.contains(tag));
        self.changes.extend(added.cloned().map(Change::Untag));
        let removed = before.difference(after).filter(|tag| !now.contains(tag));
        self.changes.extend(removed.cloned().map(Change::Tag));
    }
}
