//! Telling people: from the notice that somebody is to be told something to the deliveries that a notification asks for.

mod perform;
mod start;
mod words;

pub use perform::Messenger;
pub use start::{NoticeReader, Starter};
