use std::time::Duration;

use clap::{Args, value_parser};
use gateway::LiveOptions;

/// Choices for live updates, in either shape.
#[derive(Debug, Clone, Args)]
pub(crate) struct LiveFlags {
    /// Seconds of silence after which a live stream says that it is still there, and looks whether it was told of everything
    #[arg(long, env = "TODO_LIVE_HEARTBEAT", default_value_t = 15, value_parser = value_parser!(u64).range(1..=3600), value_name = "SECONDS")]
    live_heartbeat: u64,
    /// Seconds that a reader of a live stream may take nothing, before it is disconnected
    #[arg(long, env = "TODO_LIVE_PATIENCE", default_value_t = 10, value_parser = value_parser!(u64).range(1..=3600), value_name = "SECONDS")]
    live_patience: u64,
    /// The most live streams that one person may have open at this process
    #[arg(long, env = "TODO_LIVE_STREAMS_PER_PERSON", default_value_t = 32, value_parser = value_parser!(u16).range(1..), value_name = "N")]
    live_streams_per_person: u16,
    /// The most live streams that may be open at this process
    #[arg(long, env = "TODO_LIVE_STREAMS", default_value_t = 4096, value_parser = value_parser!(u32).range(1..), value_name = "N")]
    live_streams: u32,
}

impl LiveFlags {
    pub(crate) fn options(&self) -> LiveOptions {
        LiveOptions {
            heartbeat: Duration::from_secs(self.live_heartbeat),
            patience: Duration::from_secs(self.live_patience),
            streams_per_person: self.live_streams_per_person.into(),
            streams: usize::try_from(self.live_streams).unwrap_or(usize::MAX),
        }
    }
}
