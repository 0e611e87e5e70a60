//! The embedded shape: every room in one process, on SQLite.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use actors::{Hosts, LateDispatch, LocalDispatch, RingOptions, Services, TakeTypes};
use adapters::{
    sqlite::{
        DataFolder, SqliteAnalytics, SqliteFeedReader, SqliteJournal, SqliteLive, SqliteNotifications, SqliteOperations, SqliteStore,
        SqliteTimers, SqliteViews,
    },
    tokens::{self, KeyFile},
};
use anyhow::Context;
use domain::{
    UserId,
    notification::Notification,
    saga::{Batch, Saga},
    webhook::Webhook,
};
use gateway::{Auth, Gateway, ViewsProbe};
use ports::{Overview, RandomIds, SystemClock, memory::MemoryPositions};
use tracing::info;

use crate::{
    aggregates,
    checkpoints::CheckpointOptions,
    live::LiveFlags,
    notify::{ChannelOptions, KeyOptions},
    overview::{OneTable, ThisProcess},
    server,
    telemetry::Metrics,
};

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Where to listen. On a loopback address whoever brings no token acts as the one local person; anywhere else everybody
    /// must bring a token (`todo token`)
    #[arg(long, env = "TODO_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The folder that everything is kept in [default: todo in the person's data folder]
    #[arg(long, env = DATA)]
    data: Option<PathBuf>,
    /// Who may look after the platform besides the one local person: people's ids, separated by commas
    #[arg(long, env = "TODO_OPERATORS", value_delimiter = ',', value_name = "IDS")]
    operators: Vec<UserId>,
    #[command(flatten)]
    checkpoints: CheckpointOptions,
    #[command(flatten)]
    live: LiveFlags,
    /// Where people reach this, for links in mail [default: the address that it listens on]
    #[arg(long, env = "TODO_PUBLIC_URL")]
    public_url: Option<String>,
    #[command(flatten)]
    channels: ChannelOptions,
    #[command(flatten)]
    key: KeyOptions,
}

/// The variable that names the data folder.
pub(crate) const DATA: &str = "TODO_DATA";
/// Everything that happened, and the actors' state.
pub(crate) const TODO_DB: &str = "todo.db";
/// Todos as people see them; made from `todo.db`.
pub(crate) const VIEWS_DB: &str = "views.db";
/// What is counted; made from `todo.db`.
pub(crate) const ANALYTICS_DB: &str = "analytics.db";
/// The keys that tokens are signed and checked by.
pub(crate) const TOKEN_KEYS: &str = "token-keys.json";
/// The one person of the embedded shape.
const PERSON: &str = "local";

/// Runs until it is told to stop.
pub(crate) async fn run(options: Options, metrics: Metrics) -> anyhow::Result<()> {
    let address = options.listen;
    let data = data_folder(options.data)?;
    let folder = DataFolder::open(&data)?;
    let listener = server::bind(address).await?;
    let stop = server::stop_signal()?;

    let store = SqliteStore::open(&folder.file(TODO_DB)).context(TODO_DB)?;
    let views = Arc::new(SqliteViews::open(&folder.file(VIEWS_DB)).context(VIEWS_DB)?);
    let reader = SqliteFeedReader::open(&folder.file(TODO_DB), &*views, store.last_event()).await.context(TODO_DB)?;
    let journal = Arc::new(SqliteJournal::open(&folder.file(TODO_DB)).context(TODO_DB)?);
    let key = options.checkpoints.named_or_own(&folder)?;
    let signing = tokio::spawn(options.checkpoints.sign(journal.clone(), key, stop.clone()));
    let analytics = Arc::new(SqliteAnalytics::open(&folder.file(ANALYTICS_DB)).context(ANALYTICS_DB)?);
    let facts_reader = SqliteFeedReader::open(&folder.file(TODO_DB), &*analytics, store.last_event()).await.context(TODO_DB)?;
    let operations = Arc::new(SqliteOperations::open(&folder.file("operations.db")).context("operations.db")?);
    let operations_reader = SqliteFeedReader::open(&folder.file(TODO_DB), &*operations, store.last_event()).await.context(TODO_DB)?;
    let timers = Arc::new(SqliteTimers::open(&folder.file("timers.db"), &aggregates::all(Vec::new())).context("timers.db")?);
    let told = Arc::new(SqliteNotifications::open(&folder.file("notifications.db")).context("notifications.db")?);
    let told_reader = SqliteFeedReader::open(&folder.file(TODO_DB), &*told, store.last_event()).await.context(TODO_DB)?;
    let secrets = options.key.named_or_own(&folder.file("notify.key")).context("notify.key")?;
    let feed = Arc::new(OneTable(store.last_event()));
    let live = SqliteLive::start(store.last_event());
    let services = Services { store: Arc::new(store), relay: None, clock: Arc::new(SystemClock), options: actors::Options::default() };
    let positions = Arc::new(MemoryPositions::default());
    let within = LateDispatch::default();
    let steps = sagas::Steps {
        dispatch: Arc::new(within.clone()),
        journal: journal.clone(),
        views: views.clone(),
        positions: positions.clone(),
        clock: Arc::new(SystemClock),
        options: sagas::StepsOptions::default(),
    };
    let driver = sagas::Driver::new(Arc::new(steps), Arc::new(within.clone()));
    let public_url = options.public_url.or_else(|| Some(format!("http://{address}")));
    let messenger = options.channels.messenger(Arc::new(within.clone()), views.clone(), Some(secrets.clone()), public_url)?;
    let telling = sagas::Driver::new(Arc::new(messenger), Arc::new(within.clone()));
    let hosts = aggregates::of_backend(Hosts::new(services).with_timers(timers.clone())).with::<Batch>().with::<Webhook>();
    let hosts = hosts.with_reactions::<Saga>(timers.clone(), Some(Arc::new(driver)));
    let hosts = Arc::new(hosts.with_reactions::<Notification>(timers.clone(), Some(Arc::new(telling))));
    within.bind(&hosts);
    let notices = sagas::Starter { dispatch: Arc::new(within.clone()), clock: Arc::new(SystemClock) };
    let noticing = tokio::spawn(projections::run(
        projections::Config::default(),
        Box::new(told_reader),
        Arc::new(projections::Notifications { store: told.clone(), notices: Arc::new(notices), clock: Arc::new(SystemClock) }),
        Arc::new(projections::KeptByFeed {
            remedy: "upgrade todo if the reason says so; then stop it, delete notifications.db and start it again",
        }),
        stop.clone(),
    ));
    let ringing = tokio::spawn(actors::ring_until(timers, Arc::new(within), Arc::new(SystemClock), RingOptions::alone(), stop.clone()));
    let following = tokio::spawn(projections::run(
        projections::Config::default(),
        Box::new(operations_reader),
        Arc::new(projections::Operations(operations.clone())),
        Arc::new(projections::KeptByFeed {
            remedy: "upgrade todo if the reason says so; then stop it, delete operations.db and start it again",
        }),
        stop.clone(),
    ));
    let parked = tokio::spawn(projections::count_parked_until(operations.clone(), stop.clone()));
    let projecting = tokio::spawn(projections::run(
        projections::Config::default(),
        Box::new(reader),
        Arc::new(projections::TodoViews(views.clone())),
        Arc::new(projections::KeptByFeed {
            remedy: "upgrade todo if the reason says so; then stop it, delete views.db and start it again",
        }),
        stop.clone(),
    ));
    let counting = tokio::spawn(projections::run(
        projections::Config::default(),
        Box::new(facts_reader),
        // Nobody listens here.
        Arc::new(projections::Analytics::quiet(analytics.clone())),
        Arc::new(projections::KeptByFeed {
            remedy: "upgrade todo if the reason says so; then stop it, delete analytics.db and start it again",
        }),
        stop.clone(),
    ));
    let housekeeping = tokio::spawn({
        let (hosts, stop) = (hosts.clone(), stop.clone());
        async move { hosts.keep_house_until(stop).await }
    });

    let keys = folder.file(TOKEN_KEYS);
    tokens::open_or_create(&keys)?;
    let person: UserId = PERSON.parse().context("the local person's id")?;
    let auth = if address.ip().is_loopback() { Auth::LocalPerson(person) } else { Auth::Token };
    let mut choices = gateway::Options::with(auth);
    choices.live = options.live.options();
    choices.operators.extend(options.operators);
    let router = gateway::router(Gateway {
        dispatch: Arc::new(LocalDispatch::new(hosts.clone())),
        views: views.clone(),
        journal,
        overview: Overview {
            feed,
            projections: vec![("views", views.clone()), ("analytics", analytics.clone()), ("operations", operations.clone())],
            outbox: None,
            hosts: Arc::new(ThisProcess(hosts.clone())),
            letters: None,
            replays: None,
        },
        analytics,
        operations,
        notifications: told,
        secrets: Some(secrets),
        live: Arc::new(live),
        stop: stop.clone(),
        authenticator: Arc::new(KeyFile::open(&keys)?),
        positions,
        clock: Arc::new(SystemClock),
        ids: Arc::new(RandomIds),
        readiness: vec![("views", Arc::new(ViewsProbe(views)))],
        dependencies: vec![],
        metrics,
        options: choices,
    });
    info!(data = %data.display(), "ready: open http://{}", listener.local_addr()?);
    server::serve(listener, router, stop.clone()).await?;
    stop.cancel();
    let _ = tokio::join!(projecting, counting, following, noticing, parked, ringing, housekeeping, signing);
    Ok(())
}

/// The folder that was named, or else the usual one.
pub(crate) fn data_folder(named: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    named.or_else(default_data).context("no home folder is known: name a folder with --data")
}

/// `todo` in the folder that the XDG base directory specification names for data.
fn default_data() -> Option<PathBuf> {
    let home = || std::env::home_dir().map(|home| home.join(".local/share"));
    std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute()).or_else(home).map(|folder| folder.join("todo"))
}
