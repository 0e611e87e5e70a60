//! Live updates: what happens to a person's todos, told as it happens. Knows no HTTP.
//!
//! Events come from the journal alone, in its order; [`ports::Live`] only says when to look. So a stream can be taken up
//! again at any position, at any gateway, and what a lost wake-up leaves behind is found at the next heartbeat.

mod follow;
mod sight;
mod streams;

pub(crate) use streams::Streams;

use domain::UserId;
use jiff::Timestamp;
use ports::Positioned;
use tokio::sync::mpsc;

use crate::{edge::Edge, usecase::Failure};

/// What a reader is told.
#[derive(Debug)]
pub(crate) enum Said {
    /// What comes is behind `position`.
    Hello { position: u64 },
    /// What comes is behind `position`, and that is not where the reader stood: the journal was never there. What the
    /// reader knows may be of another history.
    Reset { position: u64 },
    /// Something happened.
    Event(Positioned),
    /// Nothing happened for a while.
    Heartbeat,
}

/// As much may wait for a reader before the stream does.
const BUFFER: usize = 16;

/// Opens a stream of what happens to what `user` has: behind `after`, or from now on. It ends when the receiver is
/// dropped, when the reader is too slow, or when the process is to stop.
///
/// It ends at `until`, too, if that is given: whoever asks again is asked again who they are.
pub(crate) async fn open(
    edge: &Edge,
    user: &UserId,
    after: Option<u64>,
    until: Option<Timestamp>,
) -> Result<mpsc::Receiver<Said>, Failure> {
    let slot = edge.streams.enter(user, &edge.gateway.options.live)?;
    // Watched before looked: nothing falls between the two.
    let news = edge.gateway.live.watch(user);
    let last = edge.gateway.journal.last_position().await?;
    let first = match after {
        Some(after) if after > last => {
            metrics::counter!("todo_live_resets_total").increment(1);
            Said::Reset { position: last }
        }
        Some(after) => {
            metrics::counter!("todo_live_resumes_total").increment(1);
            Said::Hello { position: after }
        }
        None => Said::Hello { position: last },
    };
    let (to, said) = mpsc::channel(BUFFER);
    follow::start(edge.clone(), user.clone(), news, first, to, slot, until);
    Ok(said)
}
