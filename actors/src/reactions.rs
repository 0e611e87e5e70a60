use std::sync::Arc;

use domain::{Aggregate, Timer};
use ports::{ActorKey, ArmedTimer, Effects, Timers, TimersError};
use tracing::debug;

/// What a commit of an actor leads to besides its events.
pub(crate) struct Reactions<A: Aggregate> {
    pub timers: Arc<dyn Timers>,
    pub effects: Option<Arc<dyn Effects<A>>>,
}

impl<A: Aggregate> Reactions<A> {
    /// Arms what `state` wants and `before` did not have, *before* that state is committed: so what is committed is armed, and
    /// a commit that never comes leaves a timer that rings and means nothing.
    pub(crate) async fn arm_new(&self, key: &ActorKey, before: &[Timer], state: &A::State) -> Result<(), TimersError> {
        for timer in A::timers(state).into_iter().filter(|timer| !before.contains(timer)) {
            self.timers.arm(&armed(key, timer)).await?;
        }
        Ok(())
    }

    /// Cancels what `before` had and `state` does not want, after that is committed and off the caller's path. What stays
    /// armed by mistake rings and means nothing.
    pub(crate) fn cancel_old(&self, key: &ActorKey, before: Vec<Timer>, state: &A::State) {
        let wanted = A::timers(state);
        // A timer of the same name was replaced when the new one was armed.
        let old: Vec<_> = before.into_iter().filter(|old| wanted.iter().all(|timer| timer.name != old.name)).collect();
        if old.is_empty() {
            return;
        }
        let (timers, key) = (self.timers.clone(), key.clone());
        tokio::spawn(async move {
            for timer in old {
                if let Err(error) = timers.cancel(&armed(&key, timer)).await {
                    debug!(actor = %key, ?error, "a timer that is not needed stays armed");
                }
            }
        });
    }

    pub(crate) fn recorded(&self, key: &ActorKey, state: &A::State) {
        if let Some(effects) = &self.effects {
            effects.recorded(&key.id, state);
        }
    }
}

pub(crate) fn armed(key: &ActorKey, timer: Timer) -> ArmedTimer {
    ArmedTimer { actor: key.clone(), name: timer.name, due: timer.due }
}
