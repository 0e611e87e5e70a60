//! A page, and how words and tags are found for it.
//!
//! The index of words gives every todo that has them, however few are wanted: for a word of one in five of many todos, that is
//! far more than a page. Such todos lie close together in the order that is asked for, so it is walked, and each todo looked at.

use ports::{TodoQuery, TodoRow, ViewsError};
use rusqlite::{Connection, params_from_iter};

use super::{
    query::{self, Select, matching},
    read,
};
use crate::views::{Term, meets, terms};

/// Words that at least so many todos have are common.
const COMMON: usize = 1_500;
/// So many todos are walked by before the index of words is asked after all: other conditions may leave out all that have them.
const STEPS: usize = 4_000;

/// A question for a page of one part of the views.
#[derive(Debug)]
pub(super) struct Search {
    terms: Vec<Term>,
    listed: Select,
    walked: Select,
    limit: usize,
}

impl Search {
    pub(super) fn of(scope: &str, query: &TodoQuery) -> Result<Self, ViewsError> {
        let terms = terms(scope, &query.tags, query.search.as_deref());
        let listed = query::select(scope, query, &terms)?;
        let walked = query::select(scope, query, &[])?.with_limit(STEPS);
        Ok(Self { terms, listed, walked, limit: query.limit })
    }

    /// The rows of the page in order, and one more where there are more.
    pub(super) fn rows(&self, connection: &Connection) -> rusqlite::Result<Vec<TodoRow>> {
        let walked = if self.common(connection)? { self.walk(connection)? } else { None };
        walked.map_or_else(|| self.list(connection), Ok)
    }

    fn common(&self, connection: &Connection) -> rusqlite::Result<bool> {
        if self.terms.is_empty() {
            return Ok(false);
        }
        const COUNT: &str = "SELECT count(*) FROM (SELECT rowid FROM todo_terms WHERE todo_terms MATCH ? LIMIT ?)";
        let found = connection.prepare_cached(COUNT)?.query_row((matching(&self.terms), COMMON as i64), |row| row.get::<_, i64>(0))?;
        Ok(found >= COMMON as i64)
    }

    /// Along the order that is asked for; `None` if that took too many steps.
    fn walk(&self, connection: &Connection) -> rusqlite::Result<Option<Vec<TodoRow>>> {
        let mut statement = connection.prepare_cached(&self.walked.sql)?;
        let mut rows = statement.query(params_from_iter(&self.walked.values))?;
        let (mut met, mut steps) = (vec![], 0);
        while let Some(row) = rows.next()? {
            let row = read::row(row)?;
            steps += 1;
            if meets(&row.todo, &self.terms) {
                met.push(row);
                if met.len() > self.limit {
                    return Ok(Some(met));
                }
            }
        }
        Ok((steps < STEPS).then_some(met))
    }

    fn list(&self, connection: &Connection) -> rusqlite::Result<Vec<TodoRow>> {
        let mut statement = connection.prepare_cached(&self.listed.sql)?;
        statement.query_map(params_from_iter(&self.listed.values), read::row)?.collect()
    }
}

#[cfg(test)]
mod tests {
    use ports::{Completion, ViewStore};
    use testkit::samples::{order, row_with, tags, text, user};

    use super::*;
    use crate::sqlite::SqliteViews;

    /// Both ways find the same, in the same order, page by page.
    #[tokio::test]
    async fn walking_finds_what_the_index_lists() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("views.db");
        let (views, me) = (SqliteViews::open(&path).unwrap(), user("me"));
        let titles = ["Oat milk, Zürich", "milkshake oat", "oats and milk", "write o'clock", "milk oat milk"];
        let one = |number: usize| {
            row_with(&me, titles[number % 5], |row| {
                row.todo.order = Some(order((number * 7 % 50) as f64));
                row.todo.tags = tags(&[["home"], ["Home"], ["milk"]][number % 3]);
                row.todo.description = number.is_multiple_of(2).then(|| text("oat"));
                row.todo.completed = number.is_multiple_of(4);
            })
        };
        views.store(&(0..50).map(one).collect::<Vec<_>>(), &[]).await.unwrap();
        views.store(&[row_with(&user("other"), "oat milk", |_| ())], &[]).await.unwrap();
        let connection = Connection::open(&path).unwrap();
        let mut found = 0;
        for words in ["milk", "oat mil", "\"oat milk\"", "\"milk oat\"", "zurich", "clock o", "nothing", "", "\"\"", "MILK", "home"] {
            for tag in [None, Some("home"), Some("Home"), Some("milk"), Some("none")] {
                for completion in [Completion::Any, Completion::Open, Completion::Deleted] {
                    let tags = tag.map(text).into_iter().collect();
                    let mut query = TodoQuery { search: Some(words.into()), tags, completion, limit: 7, ..TodoQuery::default() };
                    loop {
                        let search = Search::of(me.as_str(), &query).unwrap();
                        let walked = search.walk(&connection).unwrap().expect("few enough");
                        assert_eq!(walked, search.list(&connection).unwrap(), "{words:?} {tag:?} {completion:?}");
                        found += walked.len();
                        query.after = read::page(walked, query.sort, query.limit).next;
                        if query.after.is_none() {
                            break;
                        }
                    }
                }
            }
        }
        assert!(found > 500, "{found}");
    }

    /// Where others are in the way, the walk gives up, and the page is the same.
    #[tokio::test]
    async fn a_walk_gives_up() {
        let folder = tempfile::tempdir().unwrap();
        let (views, me) = (SqliteViews::open(&folder.path().join("views.db")).unwrap(), user("me"));
        let rows = |title: &str, count: usize, from: usize| {
            let one = |number: usize| row_with(&me, title, |row| row.todo.order = Some(order((from + number) as f64)));
            (0..count).map(one).collect::<Vec<_>>()
        };
        views.store(&rows("in the way", STEPS, 0), &[]).await.unwrap();
        let common = rows("milk", COMMON, STEPS);
        views.store(&common, &[]).await.unwrap();
        let query = TodoQuery { search: Some("milk".into()), limit: 3, ..TodoQuery::default() };
        let connection = Connection::open(folder.path().join("views.db")).unwrap();
        let search = Search::of(me.as_str(), &query).unwrap();
        assert!(search.common(&connection).unwrap() && search.walk(&connection).unwrap().is_none());
        assert_eq!(search.rows(&connection).unwrap(), common[..4]);
    }
}
