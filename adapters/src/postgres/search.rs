//! Pages of todos that have certain words.
//!
//! How many todos have a word, PostgreSQL can only guess: left alone it walks along the order in search of a word that nobody has,
//! or fetches every fifth of a million todos by the index of words for one page. So a page is looked for in up to three ways:
//!
//! 1. A short walk along the order. It often fills the page, and else tells how frequent each of the words is.
//! 2. If by that a longer walk costs less than the index of words, the walk goes on as far as the page needs.
//! 3. The index of words, asked for the rare ones among the words alone: it would look up each todo that has the others.

use ports::{Completion, TodoQuery, ViewsError};
use sqlx::{Postgres, QueryBuilder};

use super::query::{Part, order, push_conditions, rows};
use crate::views::{Term, columns};

/// So many rows are walked first: enough to find a page of what every tenth todo has, and to tell rare words from frequent ones.
const STEPS: u64 = 512;
/// A row costs so many times as much by the index of words as on a walk.
const DEARER: i64 = 3;
/// A walk goes on for so many times as many rows as it should need by what the first one met: it ends when the page is full.
const CAUTION: i64 = 3;
/// So many times as many rows as the rarest word's may another have to be looked up by the index, too.
const ALIKE: i64 = 4;

/// The search of `query` in one part of the views.
pub(super) struct Search<'a> {
    query: &'a TodoQuery,
    part: &'a Part,
    /// The columns of the order without the last, `id`; and with it.
    keys: String,
    order: String,
    /// The rows of a page.
    rows: u64,
    /// Each as a tsquery.
    terms: Vec<String>,
}

impl<'a> Search<'a> {
    pub(super) fn new(query: &'a TodoQuery, part: &'a Part) -> Self {
        Self {
            query,
            part,
            keys: columns(query.sort).join(", "),
            order: order(query),
            rows: rows(query),
            terms: part.terms.iter().map(tsquery).collect(),
        }
    }

    /// One statement, whatever comes of it: what is `MATERIALIZED` is worked out as far as it is asked for, and only then.
    pub(super) fn push(&self, select: &mut QueryBuilder<Postgres>, columns: &str) -> Result<(), ViewsError> {
        let Self { keys, order, rows, .. } = self;
        if self.is_small() {
            select.push(format!("SELECT {columns} FROM todos"));
            push_conditions(select, &self.part.scope, self.query)?;
            self.push_filter(select);
            select.push(format!(" ORDER BY {order} LIMIT {rows}"));
            return Ok(());
        }
        self.push_walked(select)?;
        self.push_planned(select);
        self.push_walked_on(select)?;
        self.push_listed(select)?;
        select.push(format!(
            ", found AS MATERIALIZED (SELECT id AS found FROM (
                SELECT id, {keys} FROM near WHERE (SELECT yes FROM done)
                UNION ALL SELECT id, {keys} FROM far WHERE (SELECT yes FROM done)
                UNION ALL SELECT id, {keys} FROM listed) AS found ORDER BY {order} LIMIT {rows})
            SELECT {columns} FROM found JOIN todos ON id = found ORDER BY {order}"
        ));
        Ok(())
    }

    /// The first walk, as far as the page needs it (`near`), and whether that filled the page.
    fn push_walked(&self, select: &mut QueryBuilder<Postgres>) -> Result<(), ViewsError> {
        let Self { keys, order, rows, .. } = self;
        select.push(format!("WITH walked AS MATERIALIZED (SELECT id, {keys}, "));
        self.push_match(select, &self.all());
        select.push(" AS met");
        for (number, term) in self.several() {
            select.push(", ");
            self.push_match(select, term);
            select.push(format!(" AS met_{number}"));
        }
        select.push(" FROM todos");
        push_conditions(select, &self.part.scope, self.query)?;
        select.push(format!(
            " ORDER BY {order} LIMIT {STEPS}),
            near AS MATERIALIZED (SELECT id, {keys} FROM walked WHERE met LIMIT {rows}),
            full_page AS MATERIALIZED (SELECT count(*) >= {rows} AS yes FROM near)"
        ));
        Ok(())
    }

    /// What the rest of the first walk tells, if the page lacks something: whether it ended with the last row (`all_seen`), how many
    /// rows are worth another walk (`further`), and what the index is to be asked for (`rare`).
    fn push_planned(&self, select: &mut QueryBuilder<Postgres>) {
        let rows = self.rows;
        let counts: String = self.several().map(|(number, _)| format!(", count(*) FILTER (WHERE met_{number}) AS met_{number}")).collect();
        let each: Vec<_> = self.several().map(|(number, _)| format!("met_{number}")).collect();
        let rarest = if each.is_empty() { "met".to_owned() } else { format!("least({})", each.join(", ")) };
        select.push(format!(
            ", counted AS (SELECT count(*) AS walked, count(*) FILTER (WHERE met) AS met{counts} FROM walked WHERE NOT (SELECT yes FROM full_page)),
            judged AS (SELECT *, {rarest} AS rarest, {rows} * walked / greatest(met, 1) AS need FROM counted),
            planned AS MATERIALIZED (SELECT walked < {STEPS} AS all_seen, CASE WHEN walked < {STEPS} OR met = 0 OR need > {DEARER} * "
        ));
        select.push_bind(self.part.size).push(format!(" * rarest / walked THEN 0 ELSE {CAUTION} * need END AS further, "));
        if let [term] = &*self.terms {
            select.push_bind(term.clone());
        } else {
            select.push("concat_ws(' & '");
            for (number, term) in self.several() {
                select.push(format!(", CASE WHEN met_{number} <= {ALIKE} * (rarest + 1) THEN ")).push_bind(term.clone()).push(" END");
            }
            select.push(")");
        }
        select.push("::tsquery AS rare FROM judged)");
    }

    /// The walk from where the first one ended, as far as the page needs it (`far`), and whether the page is complete with it.
    fn push_walked_on(&self, select: &mut QueryBuilder<Postgres>) -> Result<(), ViewsError> {
        let Self { keys, order, rows, .. } = self;
        let backwards = order.replace(", ", " DESC, ");
        select.push(format!(
            ", last AS MATERIALIZED (SELECT id, {keys} FROM walked ORDER BY {backwards} DESC LIMIT 1),
            far AS MATERIALIZED (SELECT id, {keys} FROM (SELECT id, {keys}, "
        ));
        self.push_match(select, &self.all());
        select.push(" AS met FROM todos");
        push_conditions(select, &self.part.scope, self.query)?;
        let last = order.split(", ").map(|key| format!("(SELECT {key} FROM last)")).collect::<Vec<_>>().join(", ");
        select.push(format!(
            " AND ({order}) > ({last}) ORDER BY {order} LIMIT (SELECT further FROM planned)) AS walked_on
                WHERE met AND (SELECT further FROM planned) > 0 LIMIT {rows} - (SELECT count(*) FROM near)),
            done AS MATERIALIZED (SELECT yes OR (SELECT all_seen FROM planned)
                OR (SELECT count(*) FROM near) + (SELECT count(*) FROM far) >= {rows} AS yes FROM full_page)"
        ));
        Ok(())
    }

    /// What the index of words has.
    fn push_listed(&self, select: &mut QueryBuilder<Postgres>) -> Result<(), ViewsError> {
        select.push(format!(", listed AS MATERIALIZED (SELECT id, {} FROM todos", self.keys));
        push_conditions(select, &self.part.scope, self.query)?;
        select.push(" AND NOT (SELECT yes FROM done) AND terms @@ (SELECT rare FROM planned)");
        if self.terms.len() > 1 {
            self.push_filter(select);
        }
        select.push(")");
        Ok(())
    }

    /// Whether the first walk would see everything anyway. The trash is not counted in the part's size.
    fn is_small(&self) -> bool {
        self.part.size < STEPS.cast_signed() && self.query.completion != Completion::Deleted
    }

    /// All words, as a condition that no index is asked for.
    fn push_filter(&self, select: &mut QueryBuilder<Postgres>) {
        select.push(" AND (");
        self.push_match(select, &self.all());
        select.push(") IS TRUE");
    }

    fn push_match(&self, select: &mut QueryBuilder<Postgres>, words: &str) {
        select.push("terms @@ ").push_bind(words.to_owned()).push("::tsquery");
    }

    fn all(&self) -> String {
        self.terms.join(" & ")
    }

    /// Numbered from 1, where there are several: one alone is the same as all.
    fn several(&self) -> impl Iterator<Item = (usize, &String)> {
        (1..).zip(&self.terms).filter(|_| self.terms.len() > 1)
    }
}

/// As a tsquery. Terms hold letters, digits and [`crate::views`]' own signs, so none of them can end the quotation.
fn tsquery(term: &Term) -> String {
    match term {
        Term::Prefix(word) => format!("'{word}':*"),
        Term::Phrase(words) => words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" <-> "),
        Term::AnyOf(words) => format!("({})", words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" | ")),
    }
}
