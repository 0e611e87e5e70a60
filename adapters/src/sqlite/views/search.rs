//! A page, and how words and tags are found for it.
//!
//! The index of words gives every todo that has them, however few are wanted: for a word of one in five of many todos, that is
//! far more than a page. Such todos lie close together in the order that is asked for. So a page is looked for as in PostgreSQL
//! (ADR 27): along the order, which either fills it soon or tells how frequent each of the words is; then further along, or by the
//! index of words, whichever should cost less.

use ports::{Sort, TodoQuery, TodoRow, ViewsError};
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};

use super::{
    query::{self, By, COLUMN_COUNT, Select},
    read,
};
use crate::views::{Term, terms};

/// So many rows are walked first: enough to find a page of what every fifth todo has, and to tell rare words from frequent ones.
const STEPS: usize = 256;
/// A row costs so many times as much by the index of words as on a walk.
const DEARER: usize = 2;
/// A walk goes on for so many times as many rows as it should need by what its beginning met.
const CAUTION: usize = 3;
/// So many times as many rows as the rarest word's may another have to be looked up by the index, too.
const ALIKE: usize = 4;
/// So many rows of an index are walked by in the time that one row is looked up and sorted.
const SIFTED: usize = 4;

/// A question for a page of one part of the views.
#[derive(Debug)]
pub(super) struct Search<'a> {
    scope: &'a str,
    query: &'a TodoQuery,
    terms: Vec<Term>,
    ordered: Select,
}

/// What a walk along the order found.
#[derive(Debug, Default)]
struct Walk {
    /// The rows that have all the words.
    met: Vec<TodoRow>,
    /// How many rows have each of the words.
    each: Vec<usize>,
    steps: usize,
    /// Whether the page is complete with `met`.
    done: bool,
}

impl<'a> Search<'a> {
    pub(super) fn of(scope: &'a str, query: &'a TodoQuery) -> Result<Self, ViewsError> {
        let terms = terms(scope, &query.tags, query.search.as_deref());
        let ordered = if terms.is_empty() { query::plain(scope, query, By::Order)? } else { query::walked(scope, query, &terms)? };
        Ok(Self { scope, query, terms, ordered })
    }

    /// The rows of the page in order, and one more where there are more.
    pub(super) fn rows(&self, connection: &Connection) -> rusqlite::Result<Vec<TodoRow>> {
        let total = total(connection, self.scope)?;
        if self.terms.is_empty() {
            let few = if self.is_sifted() { self.few_are_due(connection, total)? } else { None };
            return rows(connection, few.as_ref().unwrap_or(&self.ordered));
        }
        let walk = self.walk(connection, |walk| self.further(walk, total))?;
        if walk.done { Ok(walk.met) } else { self.list(connection, &walk.each) }
    }

    /// Whether most rows along the order may be due at other times.
    fn is_sifted(&self) -> bool {
        let query = self.query;
        (query.due_from.is_some() || query.due_before.is_some() || query.undated) && query.sort != Sort::Due
    }

    /// How to come by them where so few rows are due that looking up and sorting them costs less than walking by the others.
    fn few_are_due(&self, connection: &Connection, total: usize) -> rusqlite::Result<Option<Select>> {
        // A walk fills its page with `limit * total / due` rows of the index.
        let most = self.query.limit.saturating_mul(total).div_euclid(SIFTED).isqrt() + 1;
        let count = unwrapped(query::due(self.scope, self.query, most))?;
        let due: i64 = connection.prepare_cached(&count.sql)?.query_row(params_from_iter(&count.values), |row| row.get(0))?;
        if usize::try_from(due).is_ok_and(|due| due >= most) {
            Ok(None)
        } else {
            unwrapped(query::plain(self.scope, self.query, By::Any)).map(Some)
        }
    }

    /// Along the order that is asked for, and after [`STEPS`] rows for so many more as `further` says.
    fn walk(&self, connection: &Connection, further: impl Fn(&Walk) -> usize) -> rusqlite::Result<Walk> {
        let mut statement = connection.prepare_cached(&self.ordered.sql)?;
        let mut rows = statement.query(params_from_iter(&self.ordered.values))?;
        let mut walk = Walk { each: vec![0; self.terms.len()], ..Walk::default() };
        let mut most = STEPS;
        while let Some(row) = rows.next()? {
            if self.step(&mut walk, row)? {
                walk.done = true;
                return Ok(walk);
            }
            if walk.steps == STEPS {
                most += further(&walk);
            }
            if walk.steps >= most {
                return Ok(walk);
            }
        }
        walk.done = true;
        Ok(walk)
    }

    /// Looks at one row. Whether it completes the page.
    fn step(&self, walk: &mut Walk, row: &Row<'_>) -> rusqlite::Result<bool> {
        walk.steps += 1;
        let mut all = true;
        for (number, count) in walk.each.iter_mut().enumerate() {
            let has: bool = row.get(COLUMN_COUNT + number)?;
            *count += usize::from(has);
            all &= has;
        }
        if all {
            walk.met.push(read::row(row)?);
        }
        Ok(walk.met.len() > self.query.limit)
    }

    /// How many more rows are worth a walk, where this part of the views has `total`; none if the index of words should cost less.
    fn further(&self, walk: &Walk, total: usize) -> usize {
        let (met, rarest) = (walk.met.len(), walk.each.iter().copied().min().unwrap_or(0));
        let need = self.query.limit.saturating_add(1).saturating_mul(walk.steps) / met.max(1);
        let listed = total.saturating_mul(rarest) / walk.steps;
        if met == 0 || need > listed.saturating_mul(DEARER) { 0 } else { need.saturating_mul(CAUTION) }
    }

    /// What the index of words has for the rare ones among the words, by how often a walk met `each`: it gives every row that has a
    /// word before it compares them.
    fn list(&self, connection: &Connection, each: &[usize]) -> rusqlite::Result<Vec<TodoRow>> {
        let few = each.iter().min().map_or(0, |rarest| ALIKE * (rarest + 1));
        let (mut rare, mut others) = (vec![], vec![]);
        for (term, met) in self.terms.iter().zip(each) {
            if *met <= few { rare.push(term) } else { others.push(term) }
        }
        rows(connection, &unwrapped(query::listed(self.scope, self.query, &rare, &others))?)
    }
}

/// Of a query that was read before, and so has no error.
fn unwrapped(select: Result<Select, ViewsError>) -> rusqlite::Result<Select> {
    select.map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

fn rows(connection: &Connection, select: &Select) -> rusqlite::Result<Vec<TodoRow>> {
    let mut statement = connection.prepare_cached(&select.sql)?;
    statement.query_map(params_from_iter(&select.values), read::row)?.collect()
}

/// How many todos this part of the views has.
fn total(connection: &Connection, scope: &str) -> rusqlite::Result<usize> {
    let mut select = connection.prepare_cached("SELECT sum(open + completed) FROM todo_counts WHERE owner = ? AND kind IN (0, 1)")?;
    let total: Option<i64> = select.query_row([scope], |row| row.get(0)).optional()?.flatten();
    Ok(total.and_then(|total| usize::try_from(total).ok()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use ports::{Completion, ViewStore};
    use testkit::samples::{order, row_with, tags, text, user};

    use super::*;
    use crate::sqlite::SqliteViews;

    /// Every way finds the same, in the same order, page by page.
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
                        let walked = search.rows(&connection).unwrap();
                        let count = search.terms.len();
                        // By the index for all, for the first alone and for the last alone.
                        let ways =
                            [vec![0; count], (0..count).map(|term| term * 9).collect(), (0..count).rev().map(|term| term * 9).collect()];
                        for each in ways.iter().filter(|each| !each.is_empty()) {
                            assert_eq!(walked, search.list(&connection, each).unwrap(), "{words:?} {tag:?} {completion:?} {each:?}");
                        }
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

    /// Rows by hand in their order, so many of each title.
    async fn in_order(titles: &[(&str, usize)]) -> (tempfile::TempDir, SqliteViews, Connection, Vec<TodoRow>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("views.db");
        let (views, me) = (SqliteViews::open(&path).unwrap(), user("me"));
        let titles = titles.iter().flat_map(|(title, count)| std::iter::repeat_n(title, *count));
        let rows: Vec<_> =
            titles.enumerate().map(|(place, title)| row_with(&me, title, |row| row.todo.order = Some(order(place as f64)))).collect();
        views.store(&rows, &[]).await.unwrap();
        (folder, views, Connection::open(path).unwrap(), rows)
    }

    fn with_words(words: &str, limit: usize) -> TodoQuery {
        TodoQuery { search: Some(words.into()), limit, ..TodoQuery::default() }
    }

    /// What is frequent, but not enough to fill the page at once, is walked for; what is met too late is found all the same.
    #[tokio::test]
    async fn a_walk_goes_on_and_gives_up() {
        let (_folder, _views, connection, rows) =
            in_order(&[("milk", 60), ("in the way", STEPS - 60), ("milk", 1_000), ("in the way", 3 * STEPS), ("oat", 5)]).await;
        let first = [&rows[..60], &rows[STEPS..]].concat();
        let query = with_words("milk", 100);
        let search = Search::of("me", &query).unwrap();
        let walk = search.walk(&connection, |walk| search.further(walk, rows.len())).unwrap();
        assert!(walk.done && walk.steps == STEPS + 41, "{} steps", walk.steps);
        assert_eq!(search.rows(&connection).unwrap(), first[..101]);
        // The beginning promises more than there is.
        let query = with_words("milk", 900);
        let search = Search::of("me", &query).unwrap();
        let walk = search.walk(&connection, |_| 10).unwrap();
        assert!(!walk.done && walk.steps == STEPS + 10, "{} steps", walk.steps);
        assert_eq!(search.list(&connection, &walk.each).unwrap(), first[..901]);
        // Nothing is promised, and the index has it.
        let query = with_words("oat", 3);
        let search = Search::of("me", &query).unwrap();
        let walk = search.walk(&connection, |walk| search.further(walk, rows.len())).unwrap();
        assert!(!walk.done && walk.steps == STEPS, "{} steps", walk.steps);
        assert_eq!(search.rows(&connection).unwrap(), rows[rows.len() - 5..][..4]);
    }
}
