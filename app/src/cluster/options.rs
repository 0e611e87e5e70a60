use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use actors::RingOptions;
use adapters::{
    dapr::{
        dispatch::{DaprDispatch, DispatchConfig},
        state::{DaprStore, StateConfig},
    },
    kafka::{consumer::ConsumerConfig, tls},
    tokens::KeyFile,
};
use anyhow::Context;
use clap::{ArgAction, Args, ValueEnum};
use domain::UserId;
use gateway::Auth;
use ports::{Authenticator, memory::MemoryAuthenticator};

use super::projection::Kind;
use crate::{checkpoints::CheckpointOptions, live::LiveFlags, notify::KeyOptions};

/// What every process of the cluster shape needs to know.
#[derive(Debug, Clone, Args)]
pub(crate) struct CommonOptions {
    /// Where to listen: for the sidecar, for health checks, and for the edge where there is one
    #[arg(long, env = "TODO_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    #[command(flatten)]
    pub dapr: DaprOptions,
}

/// How to reach the sidecar.
#[derive(Debug, Clone, Args)]
pub(crate) struct DaprOptions {
    /// The sidecar's HTTP port on this machine
    #[arg(long, env = "DAPR_HTTP_PORT", default_value_t = 3500)]
    pub dapr_http_port: u16,
    /// The sidecar's gRPC port on this machine
    #[arg(long, env = "DAPR_GRPC_PORT", default_value_t = 50001)]
    pub dapr_grpc_port: u16,
    /// The token that the sidecar asks of its app, if any
    #[arg(long, env = "DAPR_API_TOKEN", hide_env_values = true)]
    pub dapr_api_token: Option<String>,
}

/// What an edge needs to know.
#[derive(Debug, Clone, Args)]
pub(crate) struct EdgeOptions {
    #[command(flatten)]
    pub common: CommonOptions,
    #[command(flatten)]
    pub stores: StoreOptions,
    /// Where clients reach the edge, if that is not what their requests say
    #[arg(long, env = "TODO_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// The file of keys that tokens are checked by, as `todo token-key` makes it; put there by the secret store
    #[arg(long, env = "TODO_TOKEN_KEYS", value_name = "FILE")]
    pub token_keys: Option<PathBuf>,
    /// For development: whoever brings no token acts as the one person `local`. Never where others can reach the edge
    #[arg(long, env = "TODO_WITHOUT_LOGIN")]
    pub without_login: bool,
    /// Who may look after the platform on the page and by `/api/v1/operator`: people's ids, separated by commas
    #[arg(long, env = "TODO_OPERATORS", value_delimiter = ',', value_name = "IDS")]
    pub operators: Vec<UserId>,
    #[command(flatten)]
    pub live: LiveFlags,
    #[command(flatten)]
    pub key: KeyOptions,
}

impl EdgeOptions {
    /// Whoever calls must say who they are, unless the operator says that this is for development.
    pub(crate) fn check_login(&self) -> anyhow::Result<()> {
        anyhow::ensure!(
            self.without_login || self.token_keys.is_some(),
            "nobody could log in: name the file of token keys with --token-keys (`todo token-key FILE` makes one), or say --without-login for development"
        );
        Ok(())
    }

    /// What tokens are checked by.
    pub(crate) fn authenticator(&self) -> anyhow::Result<Arc<dyn Authenticator>> {
        Ok(match &self.token_keys {
            Some(file) => Arc::new(KeyFile::open(file).context("--token-keys")?),
            None => Arc::new(MemoryAuthenticator::default()),
        })
    }

    /// Who calls where no token says it.
    pub(crate) fn auth(&self) -> anyhow::Result<Auth> {
        if self.without_login { self.local_person() } else { Ok(Auth::Token) }
    }

    /// Whoever brings no token is the one local person.
    pub(crate) fn local_person(&self) -> anyhow::Result<Auth> {
        Ok(Auth::LocalPerson(local_person()?))
    }
}

/// Who acts where nobody logs in.
pub(crate) fn local_person() -> anyhow::Result<UserId> {
    "local".parse().context("the local person's id")
}

/// What an edge alone needs to know.
#[derive(Debug, Clone, Args)]
pub(crate) struct GatewayOptions {
    #[command(flatten)]
    pub edge: EdgeOptions,
    #[command(flatten)]
    pub kafka: KafkaOptions,
    #[command(flatten)]
    pub intake: IntakeOptions,
}

/// Whether an edge takes commands from Kafka, too.
#[derive(Debug, Clone, Args)]
pub(crate) struct IntakeOptions {
    /// Take the commands that other systems write to the topic todo-commands
    #[arg(long, env = "TODO_TAKE_COMMANDS", action = ArgAction::Set, default_value_t = true, value_name = "true|false")]
    pub take_commands: bool,
}

/// What a host of aggregates needs to know.
#[derive(Debug, Clone, Args)]
pub(crate) struct HostOptions {
    #[command(flatten)]
    pub edge: EdgeOptions,
    #[command(flatten)]
    pub kafka: KafkaOptions,
    #[command(flatten)]
    pub intake: IntakeOptions,
    /// How the sidecar's calls to actors arrive
    #[arg(long, env = "TODO_CALLBACKS", value_enum, default_value_t = Callbacks::Stream)]
    pub callbacks: Callbacks,
    /// The token that the sidecar brings when it calls, if any
    #[arg(long, env = "APP_API_TOKEN", hide_env_values = true)]
    pub app_api_token: Option<String>,
    #[command(flatten)]
    pub timers: TimerOptions,
}

/// How rings are made up for that Dapr's scheduler lost.
#[derive(Debug, Clone, Args)]
pub(crate) struct TimerOptions {
    /// Look this often for timers that did not ring
    #[arg(long, env = "TODO_TIMER_SWEEP_EVERY", default_value = "5s", value_parser = pause, value_name = "DURATION")]
    timer_sweep_every: Duration,
    /// Take a timer to be lost that did not ring this long after it was due
    #[arg(long, env = "TODO_TIMER_SWEEP_AFTER", default_value = "10s", value_parser = pause, value_name = "DURATION")]
    timer_sweep_after: Duration,
}

impl TimerOptions {
    pub(crate) fn sweep(&self) -> RingOptions {
        RingOptions { every: self.timer_sweep_every, grace: self.timer_sweep_after, ..RingOptions::behind_a_scheduler() }
    }
}

/// Less would ask Redis all the time, and take for lost what the scheduler is just about to ring.
fn pause(text: &str) -> Result<Duration, String> {
    const EXPECTED: &str = "expected a duration of at least 100ms, for example 500ms, 5s or 1m";
    let parsed: jiff::SignedDuration = text.parse().map_err(|_| EXPECTED.to_owned())?;
    Duration::try_from(parsed).ok().filter(|pause| pause.as_millis() >= 100).ok_or_else(|| EXPECTED.to_owned())
}

/// How to reach Kafka.
#[derive(Debug, Clone, Args)]
pub(crate) struct KafkaOptions {
    /// The Kafka brokers, host:port, separated by commas
    #[arg(long, env = "KAFKA_BROKERS", default_value = "127.0.0.1:9092")]
    pub kafka_brokers: String,
    /// Use TLS, with ca.crt, user.crt and user.key of this folder
    #[arg(long, env = "KAFKA_TLS")]
    pub kafka_tls: Option<PathBuf>,
    /// How long those who share a topic wait for one of which nothing is heard, as of one that was killed
    #[arg(long, env = "KAFKA_SESSION_TIMEOUT", value_name = "DURATION", value_parser = pause, default_value = "10s")]
    pub kafka_session_timeout: Duration,
}

impl KafkaOptions {
    /// Settings of the client library that these options ask for.
    pub(crate) fn settings(&self) -> Vec<(String, String)> {
        self.kafka_tls.as_deref().map(tls::settings).unwrap_or_default()
    }

    /// How to read a topic, as one of a group.
    pub(crate) fn consumer(&self, topic: &str, group: &str) -> ConsumerConfig {
        let live = ConsumerConfig::live(&self.kafka_brokers, topic, group);
        ConsumerConfig { session: self.kafka_session_timeout, settings: self.settings(), ..live }
    }
}

/// The stores beside the sidecar's.
#[derive(Debug, Clone, Args)]
pub(crate) struct StoreOptions {
    /// Redis: marks of outboxes, people's latest writes
    #[arg(long, env = "REDIS_URL", default_value = "redis://127.0.0.1:6379", hide_env_values = true)]
    pub redis_url: String,
    /// PostgreSQL: the journal and the views
    #[arg(long, env = "DATABASE_URL", default_value = "postgres://todo@127.0.0.1:5432/todo", hide_env_values = true)]
    pub database_url: String,
}

/// What a projector needs to know.
#[derive(Debug, Clone, Args)]
pub(crate) struct ProjectionOptions {
    #[command(flatten)]
    pub edge: EdgeOptions,
    #[command(flatten)]
    pub kafka: KafkaOptions,
    /// What to make of the events; several separated by commas
    #[arg(long, env = "TODO_PROJECTIONS", value_enum, value_delimiter = ',', default_values_t = [Kind::Journal, Kind::Views, Kind::Analytics, Kind::Operations, Kind::Notifications])]
    pub only: Vec<Kind>,
    #[command(flatten)]
    pub checkpoints: CheckpointOptions,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Callbacks {
    /// On a stream that this process opens: half as much again in throughput
    Stream,
    /// As HTTP requests to this process: Dapr's stable way
    Http,
}

impl std::ops::Deref for CommonOptions {
    type Target = DaprOptions;
    fn deref(&self) -> &DaprOptions {
        &self.dapr
    }
}

impl DaprOptions {
    pub(crate) fn grpc_endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.dapr_grpc_port)
    }

    pub(crate) fn dispatch(&self) -> anyhow::Result<DaprDispatch> {
        let mut config = DispatchConfig::new(self.grpc_endpoint());
        config.api_token.clone_from(&self.dapr_api_token);
        DaprDispatch::new(&config).context("the sidecar's gRPC API")
    }

    pub(crate) fn store(&self) -> anyhow::Result<DaprStore> {
        let mut config = StateConfig::new(format!("http://127.0.0.1:{}", self.dapr_http_port));
        config.api_token.clone_from(&self.dapr_api_token);
        DaprStore::new(&config).context("the sidecar's HTTP API")
    }
}

/// How long Redis may take for one command: far more than it ever does in health, far less than a caller waits.
pub(crate) const REDIS_DEADLINE: Duration = Duration::from_secs(2);

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Timers {
        #[command(flatten)]
        timers: TimerOptions,
    }

    #[test]
    fn the_sweep_is_as_its_room_wants_it_unless_it_is_told_otherwise() {
        let sweep = |words: &[&str]| Timers::try_parse_from([&["todo"], words].concat()).map(|timers| timers.timers.sweep());
        let (told, own) = (sweep(&[]).unwrap(), RingOptions::behind_a_scheduler());
        assert_eq!((told.every, told.grace), (own.every, own.grace));
        let told = sweep(&["--timer-sweep-every", "200ms", "--timer-sweep-after", "1s"]).unwrap();
        assert_eq!((told.every, told.grace), (Duration::from_millis(200), Duration::from_secs(1)));
        for wrong in ["0s", "99ms", "soon"] {
            assert!(sweep(&["--timer-sweep-every", wrong]).is_err_and(|said| said.to_string().contains("at least 100ms")), "{wrong}");
        }
    }
}
