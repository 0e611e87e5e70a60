use std::{fs, path::PathBuf, process::Command};

use serde_json::Value;
use tempfile::TempDir;

use super::{
    free_ports,
    process::{Process, listens},
    repository,
    tls::authority,
};

/// Mail servers and a program that is called by web hooks, with a certificate of an authority that nobody else trusts.
pub(crate) struct Receivers {
    pub starttls: u16,
    pub smtps: u16,
    /// A mail server without TLS.
    pub plain: u16,
    pub https: u16,
    folder: TempDir,
    _process: Process,
}

impl Receivers {
    /// Starts them. Whoever sends mail must log in as `login` (`USER:PASSWORD`), if that is given.
    pub(crate) async fn start(login: Option<&str>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        authority(folder.path(), &["server"]);
        let [starttls, smtps, plain, https] = free_ports();
        let mut command = Command::new(repository().join("tools/receivers/serve"));
        command.arg(folder.path());
        for (way, port) in [("starttls", starttls), ("smtps", smtps), ("plain", plain), ("https", https)] {
            command.arg(format!("--{way}={port}"));
        }
        command.args(login.map(|login| format!("--login={login}")));
        let ready = folder.path().join("ready");
        let process = Process::start("receivers", folder.path(), &mut command);
        let process = process.ready(|| ready.exists() && [starttls, plain, https].into_iter().all(listens)).await;
        Self { starttls, smtps, plain, https, folder, _process: process }
    }

    /// The authority that vouches for them.
    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.crt")
    }

    /// Tells the program the secrets of its web hooks.
    pub(crate) fn know(&self, secrets: &Value) {
        fs::write(self.folder.path().join("secrets.json"), secrets.to_string()).expect("a file");
    }

    /// The letters that arrived, in order.
    pub(crate) fn mail(&self) -> Vec<Value> {
        self.lines("mail.jsonl")
    }

    /// The calls that arrived, in order.
    pub(crate) fn calls(&self) -> Vec<Value> {
        self.lines("hooks.jsonl")
    }

    fn lines(&self, name: &str) -> Vec<Value> {
        let text = fs::read_to_string(self.folder.path().join(name)).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }
}
