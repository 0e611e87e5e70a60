//! What a person types in one line, read as a todo: `call mum tomorrow 5pm #family !high`.
//!
//! The one parser of natural dates. It never guesses: what it does not know for sure stays in the title. Of several days,
//! times or priorities the last one counts, and the others stay in the title. Words between quotation marks are title.
//! English, for now; a further language is a further table of words.

mod clock;
mod day;
mod words;

use std::{collections::BTreeSet, ops::Range};

use jiff::{
    Timestamp,
    civil::{DateTime, Time},
};

use crate::{
    Invalid, Text,
    todo::{Due, LocalTime, Priority, Tag, Tags, Title, Zone},
};
use day::Found;
use words::Word;

/// A line as it was typed.
pub type Line = Text<2000>;

/// What was understood of a line.
#[derive(Debug, Clone, PartialEq)]
pub struct QuickAdd {
    /// What is left when everything else is taken out; `None` if nothing is.
    pub title: Option<Title>,
    /// When it is due.
    pub due: Option<Due>,
    /// What stood after a `#`.
    pub tags: Tags,
    /// What stood after a `!`.
    pub priority: Option<Priority>,
    /// Which parts of the line were understood as what: in order, apart from each other.
    pub spans: Vec<Span>,
}

/// A part of a line and what it was understood as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Where it is, in bytes.
    pub range: Range<usize>,
    /// What it says.
    pub kind: SpanKind,
}

/// What a part of a line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpanKind {
    /// The day that it is due on, or the day and the time.
    Day,
    /// The time that it is due at.
    Time,
    /// A tag.
    Tag,
    /// How much it matters.
    Priority,
}

/// Reads `line` as somebody in `zone` means it who typed it at `now`.
///
/// # Errors
/// If what is left for the title is too long. The complaint is about `text`.
pub fn parse(line: &Line, now: Timestamp, zone: &Zone) -> Result<QuickAdd, Invalid> {
    let text = line.expose();
    let words = words::of(text);
    let here = zone.rules().to_datetime(now);
    let mut read = Reading::default();
    let mut at = 0;
    while at < words.len() {
        at += read.take(&words[at..], here).max(1);
    }
    let due = read.due(here).map(|local| Due { local, zone: zone.clone() });
    let tags = Tags::try_from(std::mem::take(&mut read.tags)).map_err(|wrong| wrong.at("text"))?;
    let priority = read.priority.as_ref().map(|(priority, _)| *priority);
    let spans = read.spans();
    let title = rest(text, &spans);
    let title = if title.is_empty() { None } else { Some(Title::parse("text", &title)?) };
    Ok(QuickAdd { title, due, tags, priority, spans })
}

/// What was understood so far.
#[derive(Default)]
struct Reading {
    day: Option<(Found, Range<usize>)>,
    time: Option<(Time, Range<usize>)>,
    priority: Option<(Priority, Range<usize>)>,
    tags: BTreeSet<Tag>,
    tagged: Vec<Range<usize>>,
}

impl Reading {
    /// Understands what `words` begin with, if it can. Gives how many words that were.
    fn take(&mut self, words: &[Word<'_>], here: DateTime) -> usize {
        let Some(first) = words.first().filter(|word| !word.quoted) else { return 0 };
        if let Some(tag) = tag(first) {
            self.tags.insert(tag);
            self.tagged.push(first.range.clone());
            return 1;
        }
        if let Some(priority) = priority(first) {
            self.priority = Some((priority, first.range.clone()));
            return 1;
        }
        let range = |length: usize| first.range.start..words[length - 1].range.end;
        if let Some((found, length)) = day::at(words, here) {
            self.day = Some((found, range(length)));
            return length;
        }
        if let Some((time, length)) = clock::at(words) {
            self.time = Some((time, range(length)));
            return length;
        }
        0
    }

    /// The day and the time together. A time alone is its next one.
    fn due(&self, here: DateTime) -> Option<LocalTime> {
        let time = self.time.as_ref().map(|(time, _)| *time);
        match (self.day.as_ref().map(|(found, _)| found), time) {
            (None, None) => None,
            (Some(Found::At(at)), None) => Some(LocalTime::At(*at)),
            (Some(Found::At(at)), Some(time)) => Some(LocalTime::At(at.date().to_datetime(time))),
            (Some(Found::Day(day)), None) => Some(LocalTime::Day(*day)),
            (Some(Found::Day(day)), Some(time)) => Some(LocalTime::At(day.to_datetime(time))),
            (None, Some(time)) if time > here.time() => Some(LocalTime::At(here.date().to_datetime(time))),
            (None, Some(time)) => here.date().tomorrow().ok().map(|day| LocalTime::At(day.to_datetime(time))),
        }
    }

    fn spans(self) -> Vec<Span> {
        let mut spans: Vec<_> = self.tagged.into_iter().map(|range| Span { range, kind: SpanKind::Tag }).collect();
        spans.extend(self.day.map(|(_, range)| Span { range, kind: SpanKind::Day }));
        spans.extend(self.time.map(|(_, range)| Span { range, kind: SpanKind::Time }));
        spans.extend(self.priority.map(|(_, range)| Span { range, kind: SpanKind::Priority }));
        spans.sort_by_key(|span| span.range.start);
        spans
    }
}

/// A word after `#`. A number alone is the number of something.
fn tag(word: &Word<'_>) -> Option<Tag> {
    let name = word.raw.strip_prefix('#')?;
    let plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | '.'));
    if plain && name.chars().any(char::is_alphabetic) { Tag::parse("text", name).ok() } else { None }
}

fn priority(word: &Word<'_>) -> Option<Priority> {
    match word.lower.strip_prefix('!')? {
        "urgent" | "1" => Some(Priority::Urgent),
        "high" | "2" => Some(Priority::High),
        "medium" | "3" => Some(Priority::Medium),
        "low" | "4" => Some(Priority::Low),
        _ => None,
    }
}

/// What follows a span, without the punctuation that belonged to it.
fn without_stop(text: &str, from: usize) -> &str {
    if from == 0 { text } else { text.trim_start_matches([',', '.', ';', ':']) }
}

/// The text without `spans`, with single spaces.
fn rest(text: &str, spans: &[Span]) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    for span in spans {
        kept.push_str(without_stop(&text[from..span.range.start], from));
        kept.push(' ');
        from = span.range.end;
    }
    kept.push_str(without_stop(&text[from..], from));
    let words: Vec<_> = kept.split_whitespace().collect();
    words.join(" ")
}
