//! Views built again, by the real binary.

use std::{
    fs,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::{
    feed::print,
    real::{broker::Broker, postgres::Postgres},
};

/// Runs `todo replay` to its end, and looks at the memory that it takes.
pub(crate) async fn run(server: &Postgres, broker: &Broker, view: &str, from: &str, count: usize) {
    let begun = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_todo"));
    command.args(["replay", view, "--from", from]).env("DATABASE_ADMIN_URL", server.url()).env("KAFKA_BROKERS", broker.brokers());
    let mut child = command.env("RUST_LOG", "warn").stdout(Stdio::null()).spawn().expect("it starts");
    let mut peak = 0;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        peak = high_water(child.id()).unwrap_or(peak);
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert!(status.success(), "the replay failed");
    print(&format!("replay of {view} from {from}"), count, begun.elapsed());
    println!("  {:<34} {:>9} MiB at most", "", peak / 1024);
}

/// The most memory that a process had so far, in KiB.
fn high_water(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok())
}
