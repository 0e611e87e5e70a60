//! How much each person has, kept up by every write.

use std::collections::HashMap;

use domain::{ListId, UserId, todo::Tag, todo::Todo};
use ports::{Count, Counts, DueBounds};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use uuid::Uuid;

/// What is counted; the numbers are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    All = 0,
    /// Counted as open, done or not.
    Trash = 1,
    List = 2,
    Tag = 3,
}

/// What a batch changes of the counts.
#[derive(Debug, Default)]
pub(super) struct Tally(HashMap<(String, Kind, String), [i64; 2]>);

impl Tally {
    /// `todo` is there now.
    pub(super) fn add(&mut self, todo: &Todo) {
        self.count(todo, 1);
    }

    /// `todo` is no more as it was.
    pub(super) fn remove(&mut self, todo: &Todo) {
        self.count(todo, -1);
    }

    fn count(&mut self, todo: &Todo, by: i64) {
        let mut add = |kind, name: &str, column: bool| {
            self.0.entry((todo.owner.as_str().to_owned(), kind, name.to_owned())).or_default()[usize::from(column)] += by;
        };
        if todo.deleted {
            return add(Kind::Trash, "", false);
        }
        add(Kind::All, "", todo.completed);
        add(Kind::List, &todo.list.uuid().to_string(), todo.completed);
        todo.tags.as_set().iter().for_each(|tag| add(Kind::Tag, tag.expose(), todo.completed));
    }

    /// Writes what changed.
    pub(super) fn store(self, transaction: &Transaction<'_>) -> rusqlite::Result<()> {
        let mut upsert = transaction.prepare_cached(
            "INSERT INTO todo_counts (owner, kind, name, open, completed) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (owner, kind, name) DO UPDATE SET open = open + excluded.open, completed = completed + excluded.completed",
        )?;
        for ((owner, kind, name), [open, completed]) in self.0.into_iter().filter(|(_, by)| *by != [0, 0]) {
            upsert.execute(params![owner, kind as i64, name, open, completed])?;
        }
        Ok(())
    }
}

/// What `viewer` has.
pub(super) fn counts(connection: &Connection, viewer: &UserId, due: &DueBounds) -> rusqlite::Result<Counts> {
    // One transaction, so that all counts are of one moment.
    let transaction = connection.unchecked_transaction()?;
    let total = |kind: Kind| {
        let mut select =
            transaction.prepare_cached("SELECT open, completed FROM todo_counts WHERE owner = ? AND kind = ? AND name = ''")?;
        let found = select.query_row(params![viewer.as_str(), kind as i64], |row| Ok(count(row.get(0)?, row.get(1)?))).optional()?;
        Ok::<_, rusqlite::Error>(found.unwrap_or_default())
    };
    let named = |kind: Kind| {
        let mut select = transaction.prepare_cached(
            "SELECT name, open, completed FROM todo_counts WHERE owner = ? AND kind = ? AND open + completed > 0
            ORDER BY open DESC, completed DESC, name LIMIT ?",
        )?;
        let most = i64::try_from(Counts::MOST).unwrap_or(i64::MAX);
        let named = select.query_map(params![viewer.as_str(), kind as i64, most], |row| {
            Ok((row.get::<_, String>(0)?, count(row.get(1)?, row.get(2)?)))
        })?;
        named.collect::<rusqlite::Result<Vec<_>>>()
    };
    let open = |from: i64, before: i64| {
        let mut select = transaction.prepare_cached(DUE)?;
        select.query_row(params![viewer.as_str(), from, before], |row| row.get(0)).map(i64::cast_unsigned)
    };
    let list = |(name, count): (String, Count)| Some((ListId::new(Uuid::try_parse(&name).ok()?), count));
    let tag = |(name, count): (String, Count)| Some((Tag::parse("tag", &name).ok()?, count));
    let (now, today, tomorrow) = (due.now.as_microsecond(), due.today.as_microsecond(), due.tomorrow.as_microsecond());
    Ok(Counts {
        all: total(Kind::All)?,
        deleted: total(Kind::Trash)?.open,
        today: open(today, tomorrow)?,
        overdue: open(i64::MIN, now)?,
        upcoming: open(tomorrow, i64::MAX)?,
        lists: named(Kind::List)?.into_iter().map(list).collect::<Option<_>>().ok_or_else(damaged)?,
        tags: named(Kind::Tag)?.into_iter().map(tag).collect::<Option<_>>().ok_or_else(damaged)?,
    })
}

/// How many open ones are due within two instants; answered from the index alone.
pub(super) const DUE: &str = "SELECT count(*) FROM todos WHERE owner = ? AND deleted = 0 AND due_at >= ? AND due_at < ? AND completed = 0";

fn count(open: i64, completed: i64) -> Count {
    Count { open: open.cast_unsigned(), completed: completed.cast_unsigned() }
}

fn damaged() -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, "the stored value is damaged".into())
}
