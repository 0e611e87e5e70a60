//! Dapr's reminders: a one-shot for each timer, kept by Dapr's scheduler.

use std::time::Duration;

use async_trait::async_trait;
use dapr::dapr::proto::{
    common::v1::{JobFailurePolicy, JobFailurePolicyConstant, job_failure_policy::Policy},
    runtime::v1::{RegisterActorReminderRequest, UnregisterActorReminderRequest, dapr_client::DaprClient},
};
use jiff::{SignedDuration, Timestamp};
use ports::{ArmedTimer, Ring, Source};
use tonic::{
    Request,
    metadata::{Ascii, MetadataValue},
    transport::Channel,
};

use super::{
    API_TOKEN,
    dispatch::{DispatchConfig, Error, endpoint},
};
use crate::redis::timers::Scheduler;

/// How long the scheduler may take: a sweep rings what it does not take.
const DEADLINE: Duration = Duration::from_secs(2);
/// How soon a ring is tried again that its actor did not take. Without an end: by default Dapr drops it after three attempts.
const AGAIN: SignedDuration = SignedDuration::from_secs(1);

/// Reminders of actors that this process's sidecar hosts: only there can they be registered.
#[derive(Debug, Clone)]
pub struct DaprReminders {
    client: DaprClient<Channel>,
    api_token: Option<MetadataValue<Ascii>>,
}

impl DaprReminders {
    /// Reminders through the daprd of `config`. Connects when first used; must be made within a tokio runtime.
    ///
    /// # Errors
    /// If the configuration cannot be right.
    pub fn new(config: &DispatchConfig) -> Result<Self, Error> {
        let endpoint = endpoint(&config.endpoint).ok_or_else(|| Error::Endpoint(config.endpoint.clone()))?;
        let api_token = config.api_token.as_deref().map(str::parse).transpose().map_err(|_| Error::Token)?;
        Ok(Self { client: DaprClient::new(endpoint.connect_lazy()), api_token })
    }

    fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.set_timeout(DEADLINE);
        if let Some(token) = &self.api_token {
            request.metadata_mut().insert(API_TOKEN, token.clone());
        }
        request
    }
}

/// The moment is part of the name. A timer is often armed anew while its old ring is being answered, and Dapr, which forgets a
/// reminder by its name once that is answered, would forget the new one.
fn name(timer: &ArmedTimer) -> String {
    format!("{}.{}", timer.name, timer.due.as_microsecond())
}

/// From now until `due`, as Go writes durations; to the millisecond, rounded up, since it must never be early.
fn due_time(due: Timestamp, now: Timestamp) -> String {
    let left = due.duration_since(now).max(SignedDuration::ZERO);
    format!("{}ms", (left.as_micros() + 999) / 1000)
}

#[async_trait]
impl Scheduler for DaprReminders {
    async fn schedule(&self, timer: &ArmedTimer) -> Result<(), Source> {
        let constant = JobFailurePolicyConstant { interval: AGAIN.try_into().ok().map(seconds), max_retries: None };
        let request = self.request(RegisterActorReminderRequest {
            actor_type: timer.actor.actor_type.to_owned(),
            actor_id: timer.actor.id.to_string(),
            name: name(timer),
            due_time: due_time(timer.due, Timestamp::now()),
            data: Ring::of(timer).write().to_vec(),
            failure_policy: Some(JobFailurePolicy { policy: Some(Policy::Constant(constant)) }),
            ..Default::default()
        });
        let mut client = self.client.clone();
        tokio::time::timeout(DEADLINE, client.register_actor_reminder(request)).await??;
        Ok(())
    }

    async fn forget(&self, timer: &ArmedTimer) {
        let request = self.request(UnregisterActorReminderRequest {
            actor_type: timer.actor.actor_type.to_owned(),
            actor_id: timer.actor.id.to_string(),
            name: name(timer),
        });
        let mut client = self.client.clone();
        if let Ok(Err(status)) = tokio::time::timeout(DEADLINE, client.unregister_actor_reminder(request)).await {
            tracing::debug!(actor = %timer.actor, timer = timer.name, %status, "a reminder stays; its ring will mean nothing");
        }
    }
}

fn seconds(duration: Duration) -> prost_types::Duration {
    prost_types::Duration { seconds: duration.as_secs().cast_signed(), nanos: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_in_milliseconds_and_never_early() {
        let at = |micros: i64| Timestamp::from_microsecond(1_780_315_200_000_000 + micros).unwrap();
        for (micros, told) in [(2_500_000, "2500ms"), (1, "1ms"), (1_000, "1ms"), (1_001, "2ms"), (0, "0ms"), (-5_000_000, "0ms")] {
            assert_eq!(due_time(at(micros), at(0)), told, "{micros}");
        }
    }
}
