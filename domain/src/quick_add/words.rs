use std::ops::Range;

/// One word of a line.
#[derive(Debug)]
pub(super) struct Word<'a> {
    /// Where it is in the line, in bytes, without the punctuation around it.
    pub range: Range<usize>,
    /// As it was typed, without the punctuation around it.
    pub raw: &'a str,
    /// In small letters.
    pub lower: String,
    /// Whether it stands between quotation marks.
    pub quoted: bool,
    /// Whether a full stop follows: `24.` is a day, `24` a number.
    pub stopped: bool,
    /// Whether punctuation follows, so that no phrase goes on.
    pub ended: bool,
}

/// The words of `text`.
pub(super) fn of(text: &str) -> Vec<Word<'_>> {
    let mut words = vec![];
    let mut open = false;
    for part in text.split_whitespace() {
        // `split_whitespace` gives slices of `text`, so their places are the distance of their addresses.
        let start = part.as_ptr() as usize - text.as_ptr() as usize;
        let marks = part.matches('"').count();
        let quoted = open || marks > 0;
        open ^= marks % 2 == 1;
        let raw = part.trim_start_matches(['(', '[']).trim_end_matches([',', '.', ';', ':', '?', ')', ']']);
        let raw = if raw.len() > 1 { raw.trim_end_matches('!') } else { raw };
        if raw.is_empty() {
            continue;
        }
        let start = start + (part.len() - part.trim_start_matches(['(', '[']).len());
        let range = start..start + raw.len();
        let after = &text[range.end..];
        let ended = after.chars().next().is_some_and(|c| !c.is_whitespace());
        words.push(Word { raw, lower: raw.to_lowercase(), quoted, stopped: after.starts_with('.'), ended, range });
    }
    words
}

/// The words of a phrase: those from the beginning that no punctuation and no quotation marks part.
pub(super) fn phrase<'a, 'b>(words: &'b [Word<'a>]) -> &'b [Word<'a>] {
    let quoted = words.iter().position(|word| word.quoted).unwrap_or(words.len());
    let ended = words.iter().position(|word| word.ended && !word.stopped).map_or(words.len(), |at| at + 1);
    &words[..quoted.min(ended)]
}

/// A whole number in digits or as a word.
pub(super) fn number(word: &str) -> Option<i32> {
    const WORDS: [&str; 12] = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    if matches!(word, "a" | "an") {
        return Some(1);
    }
    if let Some(at) = WORDS.iter().position(|known| *known == word) {
        return i32::try_from(at + 1).ok();
    }
    if word.len() <= 4 && word.bytes().all(|b| b.is_ascii_digit()) { word.parse().ok() } else { None }
}
