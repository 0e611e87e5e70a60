//! Commands that other systems send as messages: bytes in, an outcome out. Knows no transport.
//!
//! `message` reads what came; `lanes` says what may be worked on when, and how far the source may be told that all is
//! done; `answer` has a command done and says what became of it; `worker` does so until it succeeded; [`run`] puts these
//! together.

mod answer;
mod lanes;
mod message;
mod run;
mod worker;

pub use run::{Config, Intake, run};
