//! An actor without a domain behind the same daprd, over the same adapters: `noop` answers at once, `save` makes one
//! fenced write of one key first, `remind` registers one reminder first, for the microsecond that the body names. What `todo
//! backend` takes longer is what its own work costs.
//!
//! It takes the place of `todo backend` in a stack whose sidecar runs: `DAPR_HTTP_PORT` and `DAPR_GRPC_PORT` say where that
//! is, `TODO_LISTEN` where to serve `POST /noop/{id}`, `POST /save/{id}`, `POST /remind/{id}` and `GET /reminders/{due}`, which
//! tells how many reminders of that moment were registered and how many of them rang.

mod reminded;

use std::{env, sync::Arc};

use adapters::dapr::{
    dispatch::{DaprDispatch, DispatchConfig},
    reminders::DaprReminders,
    state::{DaprStore, StateConfig},
    stream::{ActorStream, StreamConfig},
};
use anyhow::Context;
use async_trait::async_trait;
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};
use bytes::Bytes;
use dashmap::DashMap;
use ports::{ActorHost, ActorKey, AggregateStore, CommitError, Dispatch, HostError, NewRecord};
use reminded::Reminded;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

const TYPE: &str = "Bare";

/// Counts each actor's writes, as the fence wants it, and what was asked of Dapr's scheduler.
struct Bare {
    store: DaprStore,
    writes: DashMap<String, Arc<Mutex<u64>>>,
    reminded: Arc<Reminded>,
}

impl Bare {
    async fn save(&self, id: &str, value: Bytes) -> Result<(), HostError> {
        let writes = self.writes.entry(id.to_owned()).or_default().clone();
        let mut writes = writes.lock().await;
        let key = ActorKey::new(TYPE, id);
        let record = NewRecord { value, events: Arc::from([]) };
        let failed = |error: CommitError| HostError::Failed(error.into());
        match self.store.commit(&key, *writes, record.clone()).await {
            // Left by a run before this one.
            Err(CommitError::LostRace) => {
                let stored = self.store.load(&key).await.map_err(|error| HostError::Failed(error.into()))?;
                *writes = stored.map_or(0, |stored| stored.writes);
                self.store.commit(&key, *writes, record).await.map_err(failed)?;
            }
            outcome => outcome.map_err(failed)?,
        }
        *writes += 1;
        Ok(())
    }
}

#[async_trait]
impl ActorHost for Bare {
    fn types(&self) -> Vec<&'static str> {
        vec![TYPE]
    }

    async fn call(&self, _: &str, id: &str, method: &str, body: Bytes) -> Result<Bytes, HostError> {
        match method {
            "noop" => Ok(Bytes::new()),
            "save" => self.save(id, body).await.map(|()| Bytes::new()),
            "remind" => self.reminded.register(ActorKey::new(TYPE, id), &body).await.map(|()| Bytes::new()),
            other => Err(HostError::Unknown(format!("method {other}"))),
        }
    }

    async fn remind(&self, _: &str, id: &str, _: &str, data: Bytes) -> Result<(), HostError> {
        self.reminded.rang(id, &data)
    }

    async fn deactivate(&self, _: &str, id: &str) {
        self.writes.remove(id);
    }

    async fn deactivate_all(&self) {
        self.writes.clear();
    }
}

async fn call(State(dispatch): State<Arc<DaprDispatch>>, Path((method, id)): Path<(String, String)>, body: Bytes) -> StatusCode {
    match dispatch.call(&ActorKey::new(TYPE, id), &method, body, None).await {
        Ok(_) => StatusCode::OK,
        Err(_) => StatusCode::BAD_GATEWAY,
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_max_level(tracing_subscriber::filter::LevelFilter::WARN).with_writer(std::io::stderr).init();
    let var = |name: &str| env::var(name).with_context(|| format!("{name} is not set"));
    let grpc = format!("http://127.0.0.1:{}", var("DAPR_GRPC_PORT")?);
    let store = DaprStore::new(&StateConfig::new(format!("http://127.0.0.1:{}", var("DAPR_HTTP_PORT")?)))?;
    let dispatch = Arc::new(DaprDispatch::new(&DispatchConfig::new(&grpc))?);
    let reminded = Arc::new(Reminded::new(DaprReminders::new(&DispatchConfig::new(&grpc))?));
    let bare = Bare { store, writes: DashMap::new(), reminded: reminded.clone() };
    let stream = ActorStream::new(StreamConfig::new(&grpc), Arc::new(bare))?;
    let ready = stream.ready();
    let stop = CancellationToken::new();
    let streaming = tokio::spawn(stream.run(stop.clone()));
    let up = async move || if *ready.borrow() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let router = Router::new().route("/readyz", get(up)).route("/{method}/{id}", post(call)).with_state(dispatch);
    let router = router.route("/reminders/{due}", get(async move |Path(due): Path<i64>| reminded.told(due)));
    let listener = tokio::net::TcpListener::bind(var("TODO_LISTEN")?).await?;
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        served = axum::serve(listener, router).into_future() => served?,
        _ = terminate.recv() => {}
    }
    stop.cancel();
    streaming.await?;
    Ok(())
}
