//! The bare chain of one command through these adapters, with no domain in it: HTTP, dispatch, daprd, actor stream, one
//! fenced commit. What it costs beyond the plainest program that does the same is the adapters' own cost.
//!
//! `DAPR_HTTP_PORT`, `DAPR_GRPC_PORT` and `ADDR` say where; `POST /todo/{id}/{create|complete|get}` is served. With
//! `REDIS_URL` each commit has its mark in the outbox index, too.

use std::{collections::HashMap, env, error::Error, sync::Arc, time::Duration};

use adapters::{
    dapr::{
        dispatch::{DaprDispatch, DispatchConfig},
        state::{DaprStore, StateConfig},
        stream::{ActorStream, StreamConfig},
    },
    redis::{connect, outbox::RedisOutboxIndex},
};
use async_trait::async_trait;
use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    routing::post,
};
use jiff::Timestamp;
use ports::{ActorHost, ActorKey, AggregateStore, Dispatch, HostError, Mark, NewRecord, OutboxIndex};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

const TYPE: &str = "ChainTodo";

/// An actor's write count and state.
type Cell = Arc<Mutex<(u64, Value)>>;

struct Host {
    store: DaprStore,
    outbox: Option<RedisOutboxIndex>,
    cells: Mutex<HashMap<String, Cell>>,
}

#[async_trait]
impl ActorHost for Host {
    fn types(&self) -> Vec<&'static str> {
        vec![TYPE]
    }

    async fn call(&self, _type: &str, id: &str, method: &str, body: Bytes) -> Result<Bytes, HostError> {
        let cell = self.cells.lock().await.entry(id.to_owned()).or_default().clone();
        let mut cell = cell.lock().await;
        let (writes, state) = (cell.0 + 1, cell.1.clone());
        let next = match method {
            "get" => return Ok(state.to_string().into()),
            "create" => json!({ "title": serde_json::from_slice::<Value>(&body).unwrap_or_default(), "completed": false }),
            _ => json!({ "title": state["title"], "completed": true }),
        };
        let outbox = json!([{ "eventType": method, "aggregateId": id, "version": writes, "data": next }]);
        let value = json!({ "version": writes, "writes": writes, "state": next, "outbox": outbox }).to_string();
        let key = ActorKey::new(TYPE, id);
        let marks = [Mark { key: key.clone(), version: writes }];
        if let Some(index) = &self.outbox {
            index.set(&marks, Timestamp::now()).await.map_err(|error| HostError::Failed(error.into()))?;
        }
        let record = NewRecord { value: value.into(), events: [].into() };
        self.store.commit(&key, cell.0, record).await.map_err(|error| HostError::Failed(error.into()))?;
        if let Some(index) = &self.outbox {
            index.clear(&marks).await.map_err(|error| HostError::Failed(error.into()))?;
        }
        *cell = (writes, next);
        Ok(json!({ "version": writes }).to_string().into())
    }

    async fn remind(&self, _type: &str, _id: &str, name: &str, _data: Bytes) -> Result<(), HostError> {
        Err(HostError::Unknown(name.to_owned()))
    }
    async fn deactivate(&self, _type: &str, id: &str) {
        self.cells.lock().await.remove(id);
    }
    async fn deactivate_all(&self) {
        self.cells.lock().await.clear();
    }
}

async fn edge(
    State(dispatch): State<Arc<DaprDispatch>>,
    Path((id, method)): Path<(String, String)>,
    body: Bytes,
) -> Result<Bytes, StatusCode> {
    dispatch.call(&ActorKey::new(TYPE, id), &method, body, None).await.map_err(|_| StatusCode::BAD_GATEWAY)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let local = |port: &str| Ok::<_, env::VarError>(format!("http://127.0.0.1:{}", env::var(port)?));
    let store = DaprStore::new(&StateConfig::new(local("DAPR_HTTP_PORT")?))?;
    let patience = Duration::from_secs(1);
    let index = |url: String| connect(&url, patience).map(|connection| RedisOutboxIndex::new(connection, vec![TYPE], patience));
    let outbox = env::var("REDIS_URL").ok().map(index).transpose()?;
    let host = Arc::new(Host { store, outbox, cells: Mutex::default() });
    let stream = ActorStream::new(StreamConfig::new(local("DAPR_GRPC_PORT")?), host)?;
    tokio::spawn(stream.run(CancellationToken::new()));
    let dispatch = Arc::new(DaprDispatch::new(&DispatchConfig::new(local("DAPR_GRPC_PORT")?))?);
    let router = Router::new().route("/todo/{id}/{method}", post(edge)).with_state(dispatch);
    axum::serve(tokio::net::TcpListener::bind(env::var("ADDR")?).await?, router).await?;
    Ok(())
}
