//! What a client may say about a todo, read from JSON.

use std::{collections::BTreeSet, str::FromStr};

use domain::{
    Invalid, ListId,
    recurrence::{Basis, Repeat, Rule},
    todo::{Change, Description, Draft, Due, LocalTime, Order, Priority, SubtaskDraft, Tag, Tags, Title, Zone},
};
use serde_json::Value;

use super::{
    fields::{Fields, wrong_type},
    reminders::reminders,
};
use crate::http::Problem;

/// Shown, but not taken.
pub(crate) const READ_ONLY: [&str; 7] = ["progress", "id", "url", "version", "createdAt", "updatedAt", "completedAt"];

pub(super) type Read<T> = Result<T, Vec<Invalid>>;

/// Reads the body of a create.
pub(crate) fn draft(body: Value) -> Result<Draft, Problem> {
    let mut fields = Fields::of(body)?;
    let draft = take_draft(&mut fields);
    fields.read_only(&READ_ONLY);
    fields.finish_body()?;
    // Only a title that was complained about is missing here.
    draft.ok_or_else(|| Problem::of(&crate::http::kind::INVALID_FIELDS))
}

/// Takes a new todo's fields out of `fields`.
pub(crate) fn take_draft(fields: &mut Fields) -> Option<Draft> {
    let title = fields.require("title", title);
    let description = fields.take("description", nullable(description)).flatten();
    let list = fields.take("list", list);
    let tags = fields.take("tags", tags).unwrap_or_default();
    let priority = fields.take("priority", nullable(priority)).flatten();
    let due = fields.take("due", nullable(due)).flatten();
    let recurrence = fields.take("recurrence", nullable(recurrence)).flatten().map(Box::new);
    let subtasks = fields.take("subtasks", subtasks).unwrap_or_default();
    let reminders = fields.take("reminders", reminders).unwrap_or_default();
    let order = fields.take("order", nullable(order)).flatten();
    let completed = fields.take("completed", completed).unwrap_or_default();
    Some(Draft { title: title?, description, list, tags, priority, due, recurrence, subtasks, reminders, order, completed })
}

/// Reads a merge patch: absent fields stay, `null` clears.
pub(crate) fn changes(body: Value) -> Result<Vec<Change>, Problem> {
    let mut fields = Fields::of(body)?;
    let changes = take_changes(&mut fields);
    fields.read_only(&READ_ONLY);
    fields.finish_body()?;
    Ok(changes)
}

/// Takes a merge patch's fields out of `fields`.
pub(crate) fn take_changes(fields: &mut Fields) -> Vec<Change> {
    let changes = [
        fields.take("title", title).map(Change::Title),
        fields.take("description", nullable(description)).map(Change::Description),
        fields.take("list", list).map(Change::List),
        fields.take("tags", tags).map(Change::Tags),
        fields.take("priority", nullable(priority)).map(Change::Priority),
        fields.take("due", nullable(due)).map(Change::Due),
        fields.take("recurrence", nullable(recurrence)).map(Change::Recurrence),
        fields.take("subtasks", subtasks).map(Change::Subtasks),
        fields.take("reminders", reminders).map(Change::Reminders),
        fields.take("order", nullable(order)).map(Change::Order),
        fields.take("completed", completed).map(Change::Completed),
    ];
    changes.into_iter().flatten().collect()
}

/// `null` clears.
pub(super) fn nullable<T>(read: impl FnOnce(&str, Value) -> Read<T>) -> impl FnOnce(&str, Value) -> Read<Option<T>> {
    |field, value| if value.is_null() { Ok(None) } else { read(field, value).map(Some) }
}

pub(super) fn text<'a>(field: &str, value: &'a Value) -> Read<&'a str> {
    value.as_str().ok_or_else(|| vec![wrong_type(field, value, "a string")])
}

fn title(field: &str, value: Value) -> Read<Title> {
    Title::parse(field, text(field, &value)?).map_err(|wrong| vec![wrong])
}

fn description(field: &str, value: Value) -> Read<Description> {
    Description::parse(field, text(field, &value)?).map_err(|wrong| vec![wrong])
}

pub(super) fn list(field: &str, value: Value) -> Read<ListId> {
    let wrong = |error| vec![Invalid::new(field, "is no list's id", format!("{error}"))];
    text(field, &value)?.parse().map_err(wrong)
}

fn tags(field: &str, value: Value) -> Read<Tags> {
    let entries = match value {
        Value::Null => return Ok(Tags::default()),
        Value::Array(entries) => entries,
        other => return Err(vec![wrong_type(field, &other, "an array of strings")]),
    };
    let (mut set, mut wrong) = (BTreeSet::new(), vec![]);
    for (at, entry) in entries.iter().enumerate() {
        let field = format!("{field}[{at}]");
        match text(&field, entry).and_then(|tag| Tag::parse(&field, tag).map_err(|wrong| vec![wrong])) {
            Ok(tag) => drop(set.insert(tag)),
            Err(more) => wrong.extend(more),
        }
    }
    if wrong.is_empty() { Tags::try_from(set).map_err(|wrong| vec![wrong.at(field)]) } else { Err(wrong) }
}

/// The priorities by name.
pub(super) const PRIORITIES: [(&str, Priority); 4] =
    [("low", Priority::Low), ("medium", Priority::Medium), ("high", Priority::High), ("urgent", Priority::Urgent)];

/// The priority of that name.
pub(super) fn named_priority(field: &str, name: &str) -> Result<Priority, Invalid> {
    let found = PRIORITIES.iter().find(|(known, _)| *known == name).map(|(_, priority)| *priority);
    found.ok_or_else(|| Invalid::new(field, "is no priority", "use one of: low, medium, high, urgent"))
}

pub(super) fn priority(field: &str, value: Value) -> Read<Priority> {
    named_priority(field, text(field, &value)?).map_err(|wrong| vec![wrong])
}

pub(super) fn order(field: &str, value: Value) -> Read<Order> {
    let number = value.as_f64().ok_or_else(|| vec![wrong_type(field, &value, "a number")])?;
    Order::try_from(number).map_err(|wrong| vec![wrong.at(field)])
}

fn completed(field: &str, value: Value) -> Read<bool> {
    value.as_bool().ok_or_else(|| vec![wrong_type(field, &value, "true or false")])
}

/// A due time is one value: half of one would mean another time in another zone.
pub(super) fn due(field: &str, value: Value) -> Read<Due> {
    fn part<T: FromStr<Err = Invalid>>(field: &str, value: Value) -> Read<T> {
        text(field, &value)?.parse().map_err(|wrong: Invalid| vec![wrong.at(field)])
    }
    let mut fields = Fields::nested(field, value).map_err(|mut wrong| {
        wrong.remedy = "send {\"local\": \"2026-11-24T09:00:00\", \"zone\": \"Europe/Berlin\"}".to_owned();
        vec![wrong]
    })?;
    let (local, zone) = (fields.require("local", part::<LocalTime>), fields.require("zone", part::<Zone>));
    fields.finish()?;
    local.zip(zone).map(|(local, zone)| Due { local, zone }).ok_or_else(Vec::new)
}

/// What the representation shows besides of a series is told by the platform.
pub(super) fn recurrence(field: &str, value: Value) -> Read<Repeat> {
    let mut fields = Fields::nested(field, value).map_err(|mut wrong| {
        wrong.remedy = "send {\"rule\": \"FREQ=WEEKLY;BYDAY=MO\"}, or null for none".to_owned();
        vec![wrong]
    })?;
    let rule = fields.require("rule", |field, value| text(field, &value)?.parse::<Rule>().map_err(|wrong| vec![wrong.at(field)]));
    let from = fields.take("from", |field, value| match text(field, &value)? {
        "due" => Ok(Basis::Due),
        "completion" => Ok(Basis::Completion),
        _ => Err(vec![Invalid::new(field, "is not known", "use due or completion")]),
    });
    fields.read_only(&["occurrence", "description"]);
    fields.finish()?;
    rule.map(|rule| Repeat { rule, from: from.unwrap_or_default() }).ok_or_else(Vec::new)
}

fn subtasks(field: &str, value: Value) -> Read<Vec<SubtaskDraft>> {
    let entries = match value {
        Value::Null => return Ok(vec![]),
        Value::Array(entries) => entries,
        other => return Err(vec![wrong_type(field, &other, "an array of subtasks, for example [{\"title\": \"Fill the can\"}]")]),
    };
    let (mut read, mut wrong) = (vec![], vec![]);
    for (at, entry) in entries.into_iter().enumerate() {
        match subtask(&format!("{field}[{at}]"), entry) {
            Ok(subtask) => read.push(subtask),
            Err(more) => wrong.extend(more),
        }
    }
    if wrong.is_empty() { Ok(read) } else { Err(wrong) }
}

fn subtask(field: &str, value: Value) -> Read<SubtaskDraft> {
    let mut fields = Fields::nested(field, value).map_err(|wrong| vec![wrong])?;
    let id = fields.take("id", |field, value| {
        let id = value.as_u64().and_then(|id| u32::try_from(id).ok());
        id.ok_or_else(|| {
            vec![Invalid::new(field, "is no subtask's id", "send the number that the todo shows, or leave it out for a new one")]
        })
    });
    let (title, completed) = (fields.require("title", title), fields.take("completed", completed));
    fields.finish()?;
    title.map(|title| SubtaskDraft { id, title, completed: completed.unwrap_or_default() }).ok_or_else(Vec::new)
}
