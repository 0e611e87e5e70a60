//! What is searched: the same words in every store, made here and not by the store's own idea of a language.
//!
//! A word is a run of letters and digits, without case and diacritics. Every term begins with its owner's scope, so
//! that looking for a prefix reads only that person's part of the index, however many others there are.

use domain::todo::{Tag, Todo};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use uuid::Uuid;

use super::scope;

/// The scopes' namespace. Stored terms depend on it; views can be rebuilt.
const SCOPES: Uuid = Uuid::from_u128(0x2f0c_52d4_7a39_5c11_8d4e_90b3_17f6_a2c5);
/// How many signs a scope has.
#[cfg(feature = "cluster")]
const SCOPE: usize = 8;
/// Longer words are known by so many characters at their beginning: PostgreSQL takes no terms over 2,046 bytes.
const WORD: usize = 400;
/// Stands before what is a whole tag and no word of it: a sign that no word has.
const TAG: char = '§';

/// The terms of one person's todos.
#[derive(Debug)]
struct Terms {
    /// Eight hexadecimal digits. Two people may share them: terms narrow a search down, they do not guard it.
    scope: String,
}

impl Terms {
    /// The terms of what is in this part of the views.
    fn of(scope: &str) -> Self {
        let [a, b, c, d, ..] = *Uuid::new_v5(&SCOPES, scope.as_bytes()).as_bytes();
        Self { scope: format!("{:08x}", u32::from_be_bytes([a, b, c, d])) }
    }

    /// The term of a word.
    fn word(&self, word: &str) -> String {
        let end = word.char_indices().nth(WORD).map_or(word.len(), |(end, _)| end);
        [&self.scope, &word[..end]].concat()
    }

    /// The term of a tag: of the tag as it stands, where case and every sign count.
    fn tag(&self, tag: &Tag) -> String {
        format!("{}{TAG}{}", self.scope, Uuid::new_v5(&SCOPES, tag.expose().as_bytes()).simple())
    }
}

/// One condition of a search.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Term {
    /// Some word begins so.
    Prefix(String),
    /// These words follow each other.
    Phrase(Vec<String>),
    /// One of these words is there, whole.
    #[cfg(feature = "cluster")]
    AnyOf(Vec<String>),
}

#[cfg(feature = "cluster")]
impl Term {
    /// The condition that one of `words`, folded already, is there.
    pub(crate) fn any_of(scope: &str, words: &[&str]) -> Self {
        let scope = Terms::of(scope);
        Self::AnyOf(words.iter().map(|word| scope.word(word)).collect())
    }
}

/// The word that `term` looks for, if it is one that could be written wrongly.
#[cfg(feature = "cluster")]
pub(crate) fn unscoped(term: &Term) -> Option<&str> {
    match term {
        Term::Prefix(term) => term.get(SCOPE..).filter(|word| in_lexicon(word)),
        Term::Phrase(_) | Term::AnyOf(_) => None,
    }
}

/// Calls `each` with every word of `todo` that could be meant by one that is written wrongly, folded and without a scope.
#[cfg(feature = "cluster")]
pub(crate) fn lexicon(todo: &Todo, mut each: impl FnMut(&str)) {
    for text in texts(todo) {
        words(&folded(text)).filter(|word| in_lexicon(word)).for_each(&mut each);
    }
}

/// Short words have too few trigrams to be told apart, a number that is like another is another number, and what is
/// very long is no word.
#[cfg(feature = "cluster")]
fn in_lexicon(word: &str) -> bool {
    (4..=40).contains(&word.chars().count()) && word.chars().all(char::is_alphabetic)
}

/// Title, description and tags.
fn texts(todo: &Todo) -> impl Iterator<Item = &str> {
    let texts = [Some(todo.title.expose()), todo.description.as_ref().map(|description| description.expose())];
    texts.into_iter().flatten().chain(todo.tags.as_set().iter().map(|tag| tag.expose()))
}

/// The conditions that all must hold for `tags` and `search` in one part of the views. Whatever a person types is a search.
pub(crate) fn terms(scope: &str, tags: &[Tag], search: Option<&str>) -> Vec<Term> {
    let scope = Terms::of(scope);
    let mut all: Vec<Term> = tags.iter().map(|tag| Term::Phrase(vec![scope.tag(tag)])).collect();
    // Every second part stands between quotation marks.
    for (part, text) in search.unwrap_or_default().split('"').enumerate() {
        let folded = folded(text);
        let words = words(&folded).map(|word| scope.word(word));
        if part % 2 == 0 {
            all.extend(words.map(Term::Prefix));
        } else {
            let phrase: Vec<_> = words.collect();
            all.extend((!phrase.is_empty()).then_some(Term::Phrase(phrase)));
        }
    }
    let mut seen = Vec::with_capacity(all.len());
    for term in all {
        if !seen.contains(&term) {
            seen.push(term);
        }
    }
    seen
}

/// Calls `each` with every term of `todo`, in the order of the text, and with `None` where one text ends and another
/// begins, so that no phrase reaches over.
pub(crate) fn document(todo: &Todo, mut each: impl FnMut(Option<String>)) {
    let scope = Terms::of(&scope(todo));
    for (number, text) in texts(todo).enumerate() {
        if number > 0 {
            each(None);
        }
        words(&folded(text)).for_each(|word| each(Some(scope.word(word))));
    }
    todo.tags.as_set().iter().for_each(|tag| each(Some(scope.tag(tag))));
}

/// `text` without case and diacritics.
fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}
