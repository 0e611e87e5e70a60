use std::{fs, process::Command};

use super::{
    engine_path, free_ports,
    process::{Process, listens},
    repository,
};

/// One Kafka broker, with the settings of `tools/kafka`.
pub(crate) struct Broker {
    folder: tempfile::TempDir,
    port: u16,
    pub(crate) process: Option<Process>,
}

impl Broker {
    /// An empty one.
    pub(crate) async fn start() -> Self {
        Self::start_with(|settings| settings).await
    }

    /// An empty one whose settings are first changed.
    pub(crate) async fn start_with(change: impl FnOnce(String) -> String) -> Self {
        let [port, controller] = free_ports();
        let folder = tempfile::tempdir().expect("a folder");
        let template = fs::read_to_string(repository().join("tools/kafka/server.properties")).expect("the broker's settings");
        let data = folder.path().join("data").display().to_string();
        let settings = [("${broker_port}", port.to_string()), ("${controller_port}", controller.to_string()), ("${data_dir}", data)];
        let settings = settings.iter().fold(template, |text, (name, value)| text.replace(name, value));
        fs::write(folder.path().join("server.properties"), change(settings)).expect("a file");
        let mut broker = Self { folder, port, process: None };
        let format = broker.java(&["kafka.tools.StorageTool", "format", "-t", "MkU3OEVBNTcwNTJENDM2Qg", "-c"]).output().expect("java runs");
        assert!(format.status.success(), "{}", String::from_utf8_lossy(&format.stderr));
        broker.restart().await;
        broker
    }

    /// Starts it, with what it stored before.
    pub(crate) async fn restart(&mut self) {
        let process = Process::start("kafka", self.folder.path(), &mut self.java(&["-Xmx384m", "kafka.Kafka"]));
        self.process = Some(process.ready(|| listens(self.port)).await);
    }

    /// What retention does: lets go of what lies before `offset` in a partition of `topic`.
    pub(crate) fn forget(&self, topic: &str, partition: i32, offset: i64) {
        let file = self.folder.path().join("forget.json");
        let what = format!(r#"{{"partitions":[{{"topic":"{topic}","partition":{partition},"offset":{offset}}}],"version":1}}"#);
        fs::write(&file, what).expect("a file");
        let mut command = Command::new("java");
        command.args(["-cp", &format!("{}/libs/*", engine_path("kafka").display()), "org.apache.kafka.tools.DeleteRecordsCommand"]);
        let done = command.args(["--bootstrap-server", &self.brokers(), "--offset-json-file"]).arg(file).output().expect("java runs");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    pub(crate) fn brokers(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    fn java(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("java");
        let logging = repository().join("tools/kafka/log4j2.properties");
        command.args(["-cp", &format!("{}/libs/*", engine_path("kafka").display())]);
        // Compression libraries are unpacked there, and a broker that is killed leaves them behind.
        command.arg(format!("-Djava.io.tmpdir={}", self.folder.path().display()));
        command.arg(format!("-Dlog4j2.configurationFile={}", logging.display())).args(arguments);
        command.arg(self.folder.path().join("server.properties"));
        command
    }
}
