use std::time::Duration;

/// What daprd is told about the actors, whichever transport carries their calls. Calls are never re-entrant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActorSettings {
    /// How long an actor is kept after its last call.
    pub idle_timeout: Duration,
    /// How long daprd lets a running call of an actor that moves finish. daprd bounds it by 8 s.
    pub drain_ongoing_call_timeout: Duration,
    /// Whether it does.
    pub drain_rebalanced_actors: bool,
}

impl Default for ActorSettings {
    /// 10 minutes, and 5 seconds to finish in.
    fn default() -> Self {
        Self { idle_timeout: Duration::from_secs(600), drain_ongoing_call_timeout: Duration::from_secs(5), drain_rebalanced_actors: true }
    }
}
