use std::{
    os::unix::fs::chown,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use super::{
    free_ports,
    process::{Process, listens},
};

/// One PostgreSQL server with an empty database.
pub(crate) struct Postgres {
    folder: tempfile::TempDir,
    port: u16,
    process: Option<Process>,
}

impl Postgres {
    /// An empty one.
    pub(crate) async fn start() -> Self {
        let [port] = free_ports();
        let folder = tempfile::tempdir().expect("a folder");
        if let Some((user, group)) = service_account() {
            chown(folder.path(), Some(user), Some(group)).expect("the folder changes hands");
        }
        let mut server = Self { folder, port, process: None };
        let mut init = command("initdb");
        init.args(["--username", "todo", "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync", "--pgdata"]);
        let init = init.arg(server.data()).output().expect("initdb runs");
        assert!(init.status.success(), "{}", String::from_utf8_lossy(&init.stderr));
        server.restart().await;
        server
    }

    /// Starts it, with what it stored before.
    pub(crate) async fn restart(&mut self) {
        let mut server = command("postgres");
        // As much memory as in deploy/postgres/cluster.yaml.
        server.args(["-c", "shared_buffers=256MB"]);
        server.arg("-D").arg(self.data()).args(["-h", "127.0.0.1", "-k", "", "-F", "-p", &self.port.to_string()]);
        let process = Process::start("postgres", self.folder.path(), &mut server).ready(|| listens(self.port)).await;
        let asked = || {
            let mut ask = Command::new("psql");
            ask.args([&self.url(), "-qtAc", "SELECT 1"]);
            ask.output().is_ok_and(|answer| answer.status.success())
        };
        self.process = Some(process.ready(asked).await);
    }

    /// Stops it at once, as a crash would, but without leaving shared memory behind.
    pub(crate) fn stop(&mut self) {
        let Some(mut process) = self.process.take() else { return };
        self.signal(&process, "QUIT");
        let deadline = Instant::now() + Duration::from_secs(10);
        while !process.ended() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Freezes it: connections stay, answers do not come. `CONT` goes on.
    pub(crate) fn signal_all(&self, signal: &str) {
        let Some(process) = &self.process else { return };
        let children = Command::new("ps").args(["-o", "pid=", "--ppid", &process.pid().to_string()]).output().expect("ps runs");
        for pid in String::from_utf8_lossy(&children.stdout).split_whitespace() {
            let _ = Command::new("kill").args([&format!("-{signal}"), pid]).status();
        }
        self.signal(process, signal);
    }

    fn signal(&self, process: &Process, signal: &str) {
        let _ = Command::new("kill").args([&format!("-{signal}"), &process.pid().to_string()]).status();
    }

    /// How to reach it.
    pub(crate) fn url(&self) -> String {
        format!("postgres://todo@127.0.0.1:{}/postgres", self.port)
    }

    /// Runs a statement as its owner; gives what it says.
    pub(crate) fn run(&self, statement: &str) -> String {
        let done = Command::new("psql").args([&self.url(), "-qtAc", statement]).output().expect("psql runs");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).trim_end().to_owned()
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The account that PostgreSQL runs as where we are root, which it refuses to be.
fn service_account() -> Option<(u32, u32)> {
    let id = |arguments: &[&str]| {
        let output = Command::new("id").args(arguments).output().expect("id runs");
        String::from_utf8_lossy(&output.stdout).trim().parse::<u32>().expect("a number")
    };
    (id(&["-u"]) == 0).then(|| (id(&["-u", "postgres"]), id(&["-g", "postgres"])))
}

fn command(program: &str) -> Command {
    let debian = Path::new("/usr/lib/postgresql/15/bin").join(program);
    let program = if debian.exists() { debian } else { program.into() };
    let Some((user, group)) = service_account() else { return Command::new(program) };
    let mut command = Command::new("setpriv");
    command.args([&format!("--reuid={user}"), &format!("--regid={group}"), "--clear-groups", "--"]).arg(program);
    // Whoever starts it may be where that account cannot go.
    command.current_dir("/");
    command
}
