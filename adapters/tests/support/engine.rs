use std::{fs, path::Path, process::Command};

use super::{
    engine_path, free_ports,
    process::{Process, http_ok, listens},
};

/// How daprd reaches its app, beside what the app asks of it.
#[derive(Clone, Copy)]
pub(crate) enum AppChannel {
    /// Not at all: for the actor stream.
    None,
    /// The app listens there, for HTTP/2 without TLS.
    Http(u16),
}

/// A Redis, a placement, a scheduler, and one daprd with the app id `test`.
pub(crate) struct Engine {
    folder: tempfile::TempDir,
    channel: AppChannel,
    ports: Ports,
    pub(crate) daprd: Option<Process>,
    _backing: [Process; 3],
}

#[derive(Clone, Copy)]
struct Ports {
    redis: u16,
    placement: u16,
    scheduler: u16,
    http: u16,
    grpc: u16,
    internal: u16,
    metrics: u16,
    public: u16,
}

impl Engine {
    /// Starts all of it. With an HTTP channel the app must listen already.
    pub(crate) async fn start(channel: AppChannel) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let [redis, placement, scheduler, http, grpc, internal, metrics, public] = free_ports();
        let ports = Ports { redis, placement, scheduler, http, grpc, internal, metrics, public };
        let dapr = engine_path("dapr");
        let backing = [
            start_redis(folder.path(), redis).await,
            start_placement(&dapr, folder.path(), placement).await,
            start_scheduler(&dapr, folder.path(), scheduler).await,
        ];
        let mut engine = Self { folder, channel, ports, daprd: None, _backing: backing };
        engine.start_daprd().await;
        engine
    }

    /// Kills daprd and does not wait for anybody to notice.
    pub(crate) fn kill_daprd(&mut self) {
        self.daprd.take().expect("a daprd").kill();
    }

    /// Starts daprd, again on the same ports.
    pub(crate) async fn start_daprd(&mut self) {
        let Ports { redis, placement, scheduler, http, grpc, internal, metrics, public } = self.ports;
        let components = self.folder.path().join("components");
        fs::create_dir_all(&components).expect("a folder");
        fs::write(components.join("redis-store.yaml"), component(redis)).expect("a component");
        let mut command = Command::new(engine_path("dapr").join("daprd"));
        command.env("DAPR_HOST_IP", "127.0.0.1").args(["--app-id", "test", "--dapr-listen-addresses", "127.0.0.1"]);
        if let AppChannel::Http(port) = self.channel {
            command.args(["--app-port", &port.to_string(), "--app-protocol", "h2c"]);
        }
        for (flag, value) in [
            ("--dapr-http-port", http.to_string()),
            ("--dapr-grpc-port", grpc.to_string()),
            ("--dapr-internal-grpc-port", internal.to_string()),
            ("--dapr-internal-grpc-listen-address", "127.0.0.1".into()),
            ("--metrics-port", metrics.to_string()),
            ("--metrics-listen-address", "127.0.0.1".into()),
            ("--dapr-public-port", public.to_string()),
            ("--dapr-public-listen-address", "127.0.0.1".into()),
            ("--placement-host-address", format!("127.0.0.1:{placement}")),
            ("--scheduler-host-address", format!("127.0.0.1:{scheduler}")),
            ("--resources-path", components.display().to_string()),
            ("--log-level", "info".into()),
        ] {
            command.args([flag, &value]);
        }
        let daprd = Process::start("daprd", self.folder.path(), &mut command);
        self.daprd = Some(daprd.ready(|| http_ok(http, "/v1.0/healthz/outbound") && listens(grpc)).await);
    }

    /// daprd's HTTP API.
    pub(crate) fn http(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports.http)
    }

    /// daprd's gRPC API.
    pub(crate) fn grpc(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports.grpc)
    }

    /// The store behind it.
    pub(crate) fn redis(&self) -> String {
        redis_url(self.ports.redis)
    }
}

/// A Redis alone.
pub(crate) struct Redis {
    folder: tempfile::TempDir,
    port: u16,
    pub(crate) process: Option<Process>,
}

impl Redis {
    pub(crate) async fn start() -> Self {
        let [port] = free_ports();
        let folder = tempfile::tempdir().expect("a folder");
        let process = Some(start_redis(folder.path(), port).await);
        Self { folder, port, process }
    }

    /// Starts it again after it was killed, with what its file holds.
    pub(crate) async fn restart(&mut self) {
        self.process = Some(start_redis(self.folder.path(), self.port).await);
    }

    pub(crate) fn url(&self) -> String {
        redis_url(self.port)
    }
}

fn redis_url(port: u16) -> String {
    format!("redis://127.0.0.1:{port}")
}

async fn start_redis(folder: &Path, port: u16) -> Process {
    let mut command = Command::new("redis-server");
    command.args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", "", "--appendonly", "yes", "--dir"]).arg(folder);
    Process::start("redis", folder, &mut command).ready(|| listens(port)).await
}

async fn start_placement(dapr: &Path, folder: &Path, port: u16) -> Process {
    let [raft, healthz, metrics] = free_ports();
    let mut command = Command::new(dapr.join("placement"));
    command.args(["--listen-address", "127.0.0.1", "--port", &port.to_string()]);
    command.args(["--initial-cluster", &format!("dapr-placement-0=127.0.0.1:{raft}")]);
    command.args(["--healthz-listen-address", "127.0.0.1", "--healthz-port", &healthz.to_string()]);
    command.args(["--metrics-listen-address", "127.0.0.1", "--metrics-port", &metrics.to_string()]);
    Process::start("placement", folder, &mut command).ready(|| http_ok(healthz, "/healthz") && listens(port)).await
}

async fn start_scheduler(dapr: &Path, folder: &Path, port: u16) -> Process {
    let [client, peer, healthz, metrics] = free_ports();
    let mut command = Command::new(dapr.join("scheduler"));
    command.args(["--listen-address", "127.0.0.1", "--port", &port.to_string()]);
    command.arg("--etcd-data-dir").arg(folder.join("etcd"));
    command.args(["--etcd-client-listen-address", "127.0.0.1", "--etcd-client-port", &client.to_string()]);
    command.args(["--etcd-initial-cluster", &format!("dapr-scheduler-server-0=http://127.0.0.1:{peer}")]);
    command.arg("--identity-directory-write").arg(folder.join("identity"));
    command.args(["--healthz-listen-address", "127.0.0.1", "--healthz-port", &healthz.to_string()]);
    command.args(["--metrics-listen-address", "127.0.0.1", "--metrics-port", &metrics.to_string()]);
    Process::start("scheduler", folder, &mut command).ready(|| http_ok(healthz, "/healthz") && listens(port)).await
}

/// `components/redis-store.yaml`, without what only a cluster has.
fn component(redis: u16) -> String {
    format!(
        "apiVersion: dapr.io/v1alpha1
kind: Component
metadata: {{name: redis-store}}
spec:
  type: state.redis
  version: v1
  metadata:
  - {{name: redisHost, value: \"127.0.0.1:{redis}\"}}
  - {{name: redisPassword, value: \"\"}}
  - {{name: actorStateStore, value: \"true\"}}
"
    )
}
