use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Invalid;

/// Text that a person wrote: a title, a description, a tag.
///
/// It is private. `Debug` shows only its length, there is no `Display`, and it is read by [`expose`](Text::expose), so
/// that every place where it leaves the program can be found. At most `MAX` characters, never empty, trimmed at both
/// ends, without control characters other than line breaks and tabs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
    /// Takes text in.
    ///
    /// # Errors
    /// Says which bound was broken, naming `field`, without repeating the text.
    pub fn parse(field: &str, text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let length = text.chars().count();
        if length == 0 {
            return Err(Invalid::new(field, "is empty", "write at least one character that is not a space"));
        }
        if length > MAX {
            return Err(Invalid::new(field, format!("has {length} characters"), format!("use at most {MAX} characters")));
        }
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return Err(Invalid::new(field, "has a control character", "remove it"));
        }
        Ok(Self(text.to_owned()))
    }

    /// What stands where an erased person's text stood.
    pub(crate) fn erased() -> Self {
        Self("erased".to_owned())
    }

    /// The text itself. Not for logs, traces, metrics or error messages.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> TryFrom<String> for Text<MAX> {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::parse("text", &text)
    }
}

impl<const MAX: usize> From<Text<MAX>> for String {
    fn from(text: Text<MAX>) -> Self {
        text.0
    }
}

impl<const MAX: usize> fmt::Debug for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "‹{} characters›", self.0.chars().count())
    }
}
