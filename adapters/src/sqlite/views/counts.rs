//! How much each person has, kept up by every write.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
};

use domain::{ListId, UserId, todo::Tag, todo::Todo};
use ports::{Count, Counts, DueBounds, TodoQuery};
use rusqlite::{Connection, Transaction, params};
use uuid::Uuid;

use super::lists;
use crate::views::{NEVER, scope};

/// What is counted; the numbers are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    All = 0,
    /// Counted as open, done or not.
    Trash = 1,
    List = 2,
    Tag = 3,
    /// Open ones that are due on a day of UTC. What is overdue or upcoming is summed by days, and only the days in which it begins or
    /// ends are counted row by row.
    Due = 4,
}

/// What a batch changes of the counts.
#[derive(Debug, Default)]
pub(super) struct Tally(HashMap<(String, Kind, String), [i64; 2]>);

impl Tally {
    /// `todo`, due at this key, is there now.
    pub(super) fn add(&mut self, todo: &Todo, due_at: i64) {
        self.count(todo, due_at, 1);
    }

    /// `todo` is no more as it was, with its stored key: zone data may have changed since.
    pub(super) fn remove(&mut self, todo: &Todo, due_at: i64) {
        self.count(todo, due_at, -1);
    }

    fn count(&mut self, todo: &Todo, due_at: i64, by: i64) {
        let scope = scope(todo);
        let mut add = |kind, name: &str, column: bool| {
            self.0.entry((scope.clone(), kind, name.to_owned())).or_default()[usize::from(column)] += by;
        };
        if todo.deleted {
            return add(Kind::Trash, "", false);
        }
        add(Kind::All, "", todo.completed);
        add(Kind::List, &todo.list.uuid().to_string(), todo.completed);
        todo.tags.as_set().iter().for_each(|tag| add(Kind::Tag, tag.expose(), todo.completed));
        if !todo.completed && due_at != NEVER {
            add(Kind::Due, &day(due_at), false);
        }
    }

    /// Writes what changed.
    pub(super) fn store(self, transaction: &Transaction<'_>) -> rusqlite::Result<()> {
        let mut upsert = transaction.prepare_cached(
            "INSERT INTO todo_counts (owner, kind, name, open, completed) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (owner, kind, name) DO UPDATE SET open = open + excluded.open, completed = completed + excluded.completed",
        )?;
        let mut drop_nothing = transaction
            .prepare_cached("DELETE FROM todo_counts WHERE owner = ? AND kind = ? AND name = ? AND open = 0 AND completed = 0")?;
        for ((owner, kind, name), [open, completed]) in self.0.into_iter().filter(|(_, by)| *by != [0, 0]) {
            upsert.execute(params![owner, kind as i64, name, open, completed])?;
            // Lists, tags and days of which nothing is left are named by nobody.
            if open < 0 || completed < 0 {
                drop_nothing.execute(params![owner, kind as i64, name])?;
            }
        }
        Ok(())
    }
}

/// A day of UTC, in microseconds.
const DAY: i64 = 86_400_000_000;

/// The name of the day of an instant, which sorts as the day does.
fn day(at: i64) -> String {
    // A million years before 1970, so that every day has a positive number.
    format!("{:09}", at.div_euclid(DAY) + 365_000_000)
}

/// What `viewer` may see.
pub(super) fn counts(connection: &Connection, viewer: &UserId, due: &DueBounds) -> rusqlite::Result<Counts> {
    // One transaction, so that all counts are of one moment.
    let transaction = connection.unchecked_transaction()?;
    let scopes = lists::scopes(&transaction, viewer, &TodoQuery::default())?;
    let (now, today, tomorrow) = (due.now.as_microsecond(), due.today.as_microsecond(), due.tomorrow.as_microsecond());
    let (this_day, next_day) = (now.div_euclid(DAY) * DAY, (tomorrow.div_euclid(DAY) + 1) * DAY);
    let mut counts = Counts::default();
    let (mut lists, mut tags) = (BTreeMap::<String, Count>::new(), BTreeMap::<String, Count>::new());
    let mut stored = transaction.prepare_cached("SELECT kind, name, open, completed FROM todo_counts WHERE owner = ? AND kind < 4")?;
    let mut open = transaction.prepare_cached(DUE)?;
    let mut days = transaction.prepare_cached(DAYS)?;
    for scope in &scopes {
        let mut rows = stored.query([scope])?;
        while let Some(row) = rows.next()? {
            let (kind, name): (i64, String) = (row.get(0)?, row.get(1)?);
            let into = match kind {
                kind if kind == Kind::All as i64 => &mut counts.all,
                kind if kind == Kind::List as i64 => lists.entry(name).or_default(),
                kind if kind == Kind::Tag as i64 => tags.entry(name).or_default(),
                _ => {
                    counts.deleted += row.get::<_, i64>(2)?.cast_unsigned();
                    continue;
                }
            };
            into.open += row.get::<_, i64>(2)?.cast_unsigned();
            into.completed += row.get::<_, i64>(3)?.cast_unsigned();
        }
        let mut due = |from: i64, before: i64| open.query_row(params![scope, from, before], |row| row.get(0)).map(i64::cast_unsigned);
        let mut whole = |from: &str, before: &str| days.query_row([scope, from, before], |row| row.get(0)).map(i64::cast_unsigned);
        counts.today += due(today, tomorrow)?;
        counts.overdue += whole("", &day(this_day))? + due(this_day, now)?;
        counts.upcoming += due(tomorrow, next_day)? + whole(&day(next_day), "~")?;
    }
    let list = |(name, count): (String, Count)| Some((ListId::new(Uuid::try_parse(&name).ok()?), count));
    let tag = |(name, count): (String, Count)| Some((Tag::parse("tag", &name).ok()?, count));
    counts.lists = most(lists).into_iter().map(list).collect::<Option<_>>().ok_or_else(damaged)?;
    counts.tags = most(tags).into_iter().map(tag).collect::<Option<_>>().ok_or_else(damaged)?;
    Ok(counts)
}

/// Those with most open first, then with most completed, then by name.
fn most(counted: BTreeMap<String, Count>) -> Vec<(String, Count)> {
    let mut counted: Vec<_> = counted.into_iter().filter(|(_, count)| *count != Count::default()).collect();
    // Stable: by name where they are equal.
    counted.sort_by_key(|(_, count)| Reverse((count.open, count.completed)));
    counted.truncate(Counts::MOST);
    counted
}

/// How many open ones are due within two instants; answered from the index alone.
pub(super) const DUE: &str = "SELECT count(*) FROM todos WHERE owner = ? AND deleted = 0 AND due_at >= ? AND due_at < ? AND completed = 0";

/// How many open ones are due on days from one to before another.
const DAYS: &str = "SELECT coalesce(sum(open), 0) FROM todo_counts WHERE owner = ? AND kind = 4 AND name >= ? AND name < ?";

fn damaged() -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, "the stored value is damaged".into())
}
