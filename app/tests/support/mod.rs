//! Starts the real binary for tests, and stops it by its pid.
#![allow(dead_code, reason = "each test file uses its own part")]

#[cfg(feature = "cluster")]
pub(crate) mod histories;
pub(crate) mod load;
#[cfg(feature = "cluster")]
pub(crate) mod people;
#[cfg(feature = "cluster")]
pub(crate) mod stack;
#[cfg(feature = "cluster")]
pub(crate) mod truth;

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use tempfile::TempDir;
use testkit::poll_until;

/// How long anything may take on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A running `todo serve`, killed when dropped.
pub(crate) struct Embedded {
    child: Child,
    pub(crate) base: String,
    pub(crate) data: PathBuf,
    _folder: Option<TempDir>,
}

/// A port that is free at the moment.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

pub(crate) fn todo() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_todo"));
    command.env("RUST_LOG", "warn").stdin(Stdio::null());
    command
}

impl Embedded {
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// With these options.
    pub(crate) async fn start_with(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let mut started = Self::start_in_with(&data, options).await;
        started._folder = Some(folder);
        started
    }

    pub(crate) async fn start_in(data: &Path) -> Self {
        Self::start_in_with(data, &[]).await
    }

    /// Listening on this address.
    pub(crate) async fn start_at(address: &str, data: &Path) -> Self {
        Self::launch(address, data, &[]).await
    }

    async fn start_in_with(data: &Path, options: &[&str]) -> Self {
        Self::launch("127.0.0.1", data, options).await
    }

    async fn launch(address: &str, data: &Path, options: &[&str]) -> Self {
        let port = free_port();
        let child = todo().args(["serve", "--listen", &format!("{address}:{port}"), "--data"]).arg(data).args(options).spawn().unwrap();
        let started = Self { child, base: format!("http://127.0.0.1:{port}"), data: data.to_owned(), _folder: None };
        let ready = poll_until(Duration::from_secs(20), async || {
            let answer = reqwest::get(format!("{}/readyz", started.base)).await.ok()?;
            answer.status().is_success().then_some(())
        });
        assert!(ready.await.is_some(), "todo serve does not become ready");
        started
    }

    /// As a power cut would, but for what the disk holds back.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Politely; gives the exit status.
    pub(crate) async fn stop(&mut self) -> Option<std::process::ExitStatus> {
        Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        poll_until(Duration::from_secs(20), async || self.child.try_wait().unwrap()).await
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
