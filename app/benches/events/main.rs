//! How fast events become what people see, on the real Kafka and PostgreSQL: `cargo bench -p todo --features cluster --bench
//! events`. Alone, or the figures mean little. `BENCH_EVENTS` says how many (1,000,000), `BENCH_RATE` how many a second come
//! while lag is measured (500), `BENCH_SECS` for how long (20).
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "it prints figures")]

#[cfg(feature = "cluster")]
mod feed;
#[cfg(feature = "cluster")]
mod lag;
#[cfg(feature = "cluster")]
#[allow(unreachable_pub, reason = "shared with tests")]
#[path = "../../../adapters/tests/support/mod.rs"]
mod real;
#[cfg(feature = "cluster")]
mod replay;

#[cfg(feature = "cluster")]
#[tokio::main]
async fn main() {
    use adapters::{kafka::topics::Topics, postgres::apply};

    // Built and run as a test, too (`--all-targets`), where it has nothing to say.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let number = |name: &str, default: usize| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default);
    let (events, rate, seconds) = (number("BENCH_EVENTS", 1_000_000), number("BENCH_RATE", 500), number("BENCH_SECS", 20));
    let (server, broker) = (real::postgres::Postgres::start().await, real::broker::Broker::start().await);
    apply(&server.url(), "todo_service").await.expect("tables");
    Topics::with(&broker.brokers(), &[]).unwrap().apply().await.expect("topics");
    feed::publish(&broker, events).await;
    for kind in feed::Kind::ALL {
        feed::consume(&server, &broker, kind, events).await;
    }
    server.run("VACUUM ANALYZE");
    for (view, from) in [("views", "journal"), ("analytics", "journal"), ("views", "kafka")] {
        replay::run(&server, &broker, view, from, events).await;
    }
    lag::measure(&server, &broker, rate, seconds).await;
}

#[cfg(not(feature = "cluster"))]
fn main() {}
