use std::{
    collections::{BTreeSet, HashSet},
    hash::{BuildHasher, RandomState},
    sync::{Mutex, PoisonError},
};

use ports::TodoRow;
use sqlx::PgPool;

use crate::views::{Term, lexicon, scope, unscoped};

/// At most so many words are taken for one that nobody has.
const ALIKE: i64 = 5;

/// For each word that begins none of the person's words: those that are most similar by their trigrams.
const ALIKE_TO: &str = "
    WITH unknown AS MATERIALIZED (
        SELECT number, asked FROM unnest($2::text[]) WITH ORDINALITY AS asked (asked, number)
        WHERE NOT EXISTS (SELECT FROM todo_words WHERE owner = $1 AND word >= asked AND word < asked || chr(1114111))
    )
    SELECT number, word FROM unknown, LATERAL (
        SELECT word FROM todo_words WHERE owner = $1 AND word % asked ORDER BY similarity(word, asked) DESC, word LIMIT $3
    ) AS alike";

/// Takes similar words for those of a search that begin none of the words of that part of the views, as far as there are any.
pub(super) async fn forgive(pool: &PgPool, scope: &str, terms: &mut [Term]) -> sqlx::Result<()> {
    let asked: Vec<(usize, String)> = terms.iter().enumerate().filter_map(|(at, term)| Some((at, unscoped(term)?.to_owned()))).collect();
    if asked.is_empty() {
        return Ok(());
    }
    let words: Vec<&str> = asked.iter().map(|(_, word)| word.as_str()).collect();
    let alike: Vec<(i64, String)> = sqlx::query_as(ALIKE_TO).bind(scope).bind(words).bind(ALIKE).fetch_all(pool).await?;
    for (at, (term, _)) in (1..).zip(&asked) {
        let words: Vec<&str> = alike.iter().filter(|(number, _)| *number == at).map(|(_, word)| word.as_str()).collect();
        if !words.is_empty() {
            terms[*term] = Term::any_of(scope, &words);
        }
    }
    Ok(())
}

/// Beyond so many, everything is forgotten: 8 bytes each, and a little.
const KNOWN: usize = 1 << 20;

/// The words that this process has stored already. A generation's words are never removed, so it need not ask again.
#[derive(Debug, Default)]
pub(super) struct KnownWords {
    known: Mutex<HashSet<u64>>,
    hasher: RandomState,
}

/// The words of a batch that are not known to be stored.
#[derive(Debug, Default)]
pub(super) struct NewWords {
    pub owners: Vec<String>,
    pub words: Vec<String>,
}

impl KnownWords {
    /// What must be stored with `rows`; in one order everywhere, so that two writers cannot block each other.
    pub(super) fn new_in(&self, rows: &[TodoRow]) -> NewWords {
        let mut new = BTreeSet::new();
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        for row in rows {
            let owner = scope(&row.todo);
            let owner = owner.as_str();
            lexicon(&row.todo, |word| {
                if !known.contains(&self.hasher.hash_one((owner, word))) {
                    new.insert((owner.to_owned(), word.to_owned()));
                }
            });
        }
        let (owners, words) = new.into_iter().unzip();
        NewWords { owners, words }
    }

    /// These are committed.
    pub(super) fn stored(&self, new: &NewWords) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() + new.words.len() > KNOWN {
            known.clear();
        }
        known.extend(new.owners.iter().zip(&new.words).map(|(owner, word)| self.hasher.hash_one((owner.as_str(), word.as_str()))));
    }

    /// Another generation has taken the place of the one that has them.
    pub(super) fn forget(&self) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
