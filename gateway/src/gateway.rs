use std::{collections::BTreeSet, sync::Arc, time::Duration};

use axum::http::HeaderValue;
use domain::UserId;
use ports::{
    AnalyticsReader, Authenticator, Clock, Dispatch, IdSource, Journal, Live, MacKey, NotificationReader, OperationReader, Overview,
    Positions, ViewReader,
};
use tokio_util::sync::CancellationToken;

use crate::Probe;

/// What the edge stands on.
#[derive(Clone)]
pub struct Gateway {
    /// Where commands go.
    pub dispatch: Arc<dyn Dispatch>,
    /// Where queries go.
    pub views: Arc<dyn ViewReader>,
    /// Everything that happened: where questions about the past go.
    pub journal: Arc<dyn Journal>,
    /// What got done.
    pub analytics: Arc<dyn AnalyticsReader>,
    /// Sagas that there are.
    pub operations: Arc<dyn OperationReader>,
    /// What people were told.
    pub notifications: Arc<dyn NotificationReader>,
    /// What secrets of web hooks and ways to unsubscribe are made of; without it nobody can have or use one.
    pub secrets: Option<Arc<dyn MacKey>>,
    /// How the platform itself is doing.
    pub overview: Overview,
    /// When there is news in the journal.
    pub live: Arc<dyn Live>,
    /// What each person wrote last.
    pub positions: Arc<dyn Positions>,
    /// Who bearer tokens speak for.
    pub authenticator: Arc<dyn Authenticator>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// New names.
    pub ids: Arc<dyn IdSource>,
    /// What `/readyz` asks, by name: without one of these the process cannot do its work.
    pub readiness: Vec<(&'static str, Arc<dyn Probe>)>,
    /// What `/readyz` asks as well and only tells: without one of these a part of the work goes on, commands for example, and
    /// a process that is taken out of service would take that part along.
    pub dependencies: Vec<(&'static str, Arc<dyn Probe>)>,
    /// What `/metrics` shows, in the Prometheus text format.
    pub metrics: Arc<dyn Fn() -> String + Send + Sync>,
    /// Cancelled when the process is to stop: what would go on for ever ends then.
    pub stop: CancellationToken,
    /// Choices.
    pub options: Options,
}

/// Choices that an operator makes.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where clients reach the edge, for example `https://todo.example.org`, without a slash at the end. Without it the
    /// `X-Forwarded-Proto`, `X-Forwarded-Host` and `Host` headers are believed, which is right only where no client can
    /// choose another person's.
    pub public_url: Option<String>,
    /// The longest request body that is read, in bytes.
    pub max_body: usize,
    /// How long a query waits for the views to show what its caller wrote before.
    pub patience: Duration,
    /// Who calls where no token says it.
    pub auth: Auth,
    /// Who may look after the platform itself: after everybody's operations, and how its parts are doing.
    pub operators: BTreeSet<UserId>,
    /// Which web pages of other origins may call.
    pub cors: Cors,
    /// Live updates.
    pub live: LiveOptions,
}

/// Choices for live updates.
#[derive(Debug, Clone)]
pub struct LiveOptions {
    /// How long a stream is silent before a comment says that it is still there, and the journal is looked at even though
    /// nobody told of news.
    pub heartbeat: Duration,
    /// How long a reader may take nothing before its stream ends.
    pub patience: Duration,
    /// The most streams that one person may have open at one gateway.
    pub streams_per_person: usize,
    /// The most streams that may be open at one gateway.
    pub streams: usize,
}

impl Default for LiveOptions {
    fn default() -> Self {
        Self { heartbeat: Duration::from_secs(15), patience: Duration::from_secs(10), streams_per_person: 32, streams: 4096 }
    }
}

impl Options {
    /// The usual choices for one person on one machine.
    pub fn local(person: UserId) -> Self {
        Self::with(Auth::LocalPerson(person))
    }

    /// The usual choices, where `auth` says who calls.
    pub fn with(auth: Auth) -> Self {
        // Whoever has the machine to themselves runs it.
        let operators = match &auth {
            Auth::LocalPerson(person) => BTreeSet::from([person.clone()]),
            Auth::Token => BTreeSet::new(),
        };
        Self {
            public_url: None,
            max_body: 256 * 1024,
            patience: Duration::from_secs(2),
            auth,
            operators,
            cors: Cors::Anyone,
            live: LiveOptions::default(),
        }
    }
}

/// Who calls where no bearer token says it. A token that is given counts in any case, and must hold.
#[derive(Debug, Clone)]
pub enum Auth {
    /// This person: for development and for one person on one machine.
    LocalPerson(UserId),
    /// Nobody: the request is refused.
    Token,
}

/// Which web pages of other origins may call.
#[derive(Debug, Clone)]
pub enum Cors {
    /// Any: for development. With [`Auth::LocalPerson`], any page that the person visits can then read and change their
    /// todos.
    Anyone,
    /// Pages of these origins, for example `https://todo.example.org`.
    Origins(Vec<HeaderValue>),
    /// None.
    Nobody,
}
