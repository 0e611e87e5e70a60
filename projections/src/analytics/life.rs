//! One todo's life, event by event.

use std::time::Duration;

use domain::{
    ListId, TodoId, UserId,
    todo::{Due, Event},
};
use jiff::Timestamp;
use ports::{Completed, Fact, FactKind, PastOverdue, TodoFacts};

use crate::fold::stored;

/// What one event does.
#[derive(Debug)]
pub(super) struct Step {
    pub facts: TodoFacts,
    pub past: Option<PastOverdue>,
    pub told: Option<Fact>,
}

/// What `event` at `at`, which makes it `version`, does to a todo of which `before` is known. `None` if it cannot have
/// happened.
pub(super) fn step(before: Option<&TodoFacts>, id: TodoId, version: u64, at: Timestamp, event: &Event) -> Option<Step> {
    let (mut facts, kind) = match (before, event) {
        (None, Event::TodoCreated { owner, list, due, .. }) => {
            let (owner, list, due) = (owner.clone(), *list, instant(due.as_ref()));
            let (created_at, created_list) = (at, list);
            let facts =
                TodoFacts { id, version, owner, list, created_at, created_list, completed: None, deleted: false, due, overdue_since: None };
            (facts, Some(FactKind::TodoCreated))
        }
        (Some(before), event) => {
            let mut facts = TodoFacts { version, ..before.clone() };
            let kind = change(&mut facts, at, event)?;
            (facts, kind)
        }
        (None, _) => return None,
    };
    let past = turn(before, &mut facts, at).filter(|_| !facts.owner.is_nobody());
    let told = kind.map(|kind| tell(kind, before, &facts, at));
    Some(Step { facts, past, told })
}

/// What `event` changes, and what is told of it.
fn change(facts: &mut TodoFacts, at: Timestamp, event: &Event) -> Option<Option<FactKind>> {
    Some(match event {
        // It exists.
        Event::TodoCreated { .. } => return None,
        Event::TitleChanged { .. }
        | Event::DescriptionChanged { .. }
        | Event::OrderChanged { .. }
        | Event::TodoTagged { .. }
        | Event::TodoUntagged { .. }
        | Event::PriorityChanged { .. }
        | Event::RecurrenceChanged { .. }
        | Event::RemindersChanged { .. }
        | Event::TodoReminded { .. }
        | Event::ReminderPassed { .. }
        | Event::ReminderSnoozed { .. }
        | Event::SubtaskAdded { .. }
        | Event::SubtaskRetitled { .. }
        | Event::SubtaskCompleted { .. }
        | Event::SubtaskReopened { .. }
        | Event::SubtaskRemoved { .. }
        | Event::SubtasksOrdered { .. } => None,
        // Nothing is told: whoever counted this for its owner has no owner to count it for.
        Event::TodoErased {} => {
            let nowhere = ListId::inbox(&UserId::nobody());
            (facts.owner, facts.list, facts.created_list) = (UserId::nobody(), nowhere, nowhere);
            (facts.completed, facts.deleted, facts.due) = (None, true, None);
            None
        }
        Event::TodoLeft { person } => {
            if facts.owner == *person {
                facts.owner = UserId::nobody();
            }
            None
        }
        Event::TodoCompleted { .. } => {
            facts.completed = Some(Completed { at, list: facts.list, lead_time: lead_time(facts.created_at, at) });
            Some(FactKind::TodoCompleted)
        }
        Event::TodoReopened { .. } => {
            facts.completed = None;
            Some(FactKind::TodoReopened)
        }
        Event::TodoMoved { to, .. } => {
            facts.list = *to;
            Some(FactKind::TodoMoved)
        }
        Event::DueChanged { due } => {
            facts.due = instant(due.as_ref());
            Some(FactKind::TodoDueChanged)
        }
        Event::OccurrenceCompleted { next, .. } | Event::OccurrenceSkipped { next, .. } => {
            facts.due = instant(Some(next));
            Some(FactKind::TodoDueChanged)
        }
        Event::TodoDeleted { .. } => {
            facts.deleted = true;
            Some(FactKind::TodoDeleted)
        }
        Event::TodoRestored { .. } => {
            facts.deleted = false;
            Some(FactKind::TodoRestored)
        }
    })
}

/// From creation to completion. The events of one command share their time: what was created done took no time that
/// anybody knows of. Clocks of two gateways may differ, so that the end seems to come first: then it took none.
fn lead_time(created: Timestamp, completed: Timestamp) -> Option<Duration> {
    (created != completed).then(|| Duration::try_from(completed.duration_since(created)).unwrap_or_default())
}

/// Ends a time of being overdue and begins another where something changed that it depends on.
fn turn(before: Option<&TodoFacts>, facts: &mut TodoFacts, at: Timestamp) -> Option<PastOverdue> {
    let what = |facts: &TodoFacts| (facts.due.filter(|_| facts.completed.is_none() && !facts.deleted), facts.list);
    let (due, list) = what(facts);
    if before.is_some_and(|before| what(before) == (due, list)) {
        return None;
    }
    facts.overdue_since = due.map(|due| due.max(at));
    let before = before?;
    let since = before.overdue_since.filter(|since| *since < at)?;
    let (id, owner) = (before.id, before.owner.clone());
    Some(PastOverdue { id, version: facts.version, owner, list: before.list, since, until: at })
}

fn tell(kind: FactKind, before: Option<&TodoFacts>, facts: &TodoFacts, at: Timestamp) -> Fact {
    let only = |kinds: &[FactKind]| kinds.contains(&kind);
    let lead_time = facts.completed.and_then(|completed| completed.lead_time).filter(|_| only(&[FactKind::TodoCompleted]));
    Fact {
        fact_id: Fact::id_of(facts.id, facts.version),
        kind,
        owner: facts.owner.clone(),
        list: facts.list,
        todo_id: facts.id,
        version: facts.version,
        at,
        lead_time_seconds: lead_time.map(|lead_time| lead_time.as_secs()),
        due: facts.due.filter(|_| only(&[FactKind::TodoCreated, FactKind::TodoDueChanged])),
        from: before.map(|before| before.list).filter(|_| only(&[FactKind::TodoMoved])),
    }
}

/// When it becomes overdue, as stores keep it.
fn instant(due: Option<&Due>) -> Option<Timestamp> {
    due.and_then(Due::instant).map(stored)
}
