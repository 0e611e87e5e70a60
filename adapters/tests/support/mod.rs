//! Private copies of the real engine, started for one test and stopped with it.
#![allow(dead_code, reason = "each test file uses a part")]

pub(crate) mod actors;
pub(crate) mod broker;
pub(crate) mod engine;
pub(crate) mod postgres;
pub(crate) mod process;
pub(crate) mod receivers;
pub(crate) mod tls;

use std::{net::TcpListener, path::PathBuf, process::Command, time::Duration};

/// How long anything may take on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Ports that nobody listens on now.
pub(crate) fn free_ports<const N: usize>() -> [u16; N] {
    let held = [(); N].map(|()| TcpListener::bind("127.0.0.1:0").expect("a free port"));
    held.map(|listener| listener.local_addr().expect("an address").port())
}

/// The repository's root.
pub(crate) fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The folder of Dapr's binaries (`dapr`) or of Kafka's jars (`kafka`).
pub(crate) fn engine_path(what: &str) -> PathBuf {
    let found = Command::new(repository().join("tools/engine")).args(["path", what]).output().expect("tools/engine runs");
    assert!(found.status.success(), "{what} is missing: run tools/engine install build");
    String::from_utf8(found.stdout).expect("a path").trim().into()
}
