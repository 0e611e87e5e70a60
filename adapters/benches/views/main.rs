//! How fast the views are, in both shapes: `cargo bench -p adapters --all-features --bench views`. Alone, or the figures
//! mean little. `BENCH_TODOS` says how many todos the one person has who has many in PostgreSQL (1,000,000), and
//! `BENCH_SQLITE_TODOS` in SQLite (50,000); `BENCH_STORE` says which of them alone.
#![allow(clippy::print_stdout, reason = "it prints figures")]

mod feed;
mod pages;
mod samples;
#[cfg(feature = "cluster")]
#[allow(unreachable_pub, reason = "shared with tests")]
#[path = "../../tests/support/mod.rs"]
mod support;

use adapters::sqlite::SqliteViews;
use ports::{ViewReader, ViewStore};
use testkit::samples::user;

/// Somebody with so few todos that everything is fast.
const FEW: usize = 1_000;

#[tokio::main]
async fn main() {
    // Built and run as a test, too (`--all-targets`), where it has nothing to say.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let many = |name: &str, default: usize| std::env::var(name).ok().and_then(|todos| todos.parse().ok()).unwrap_or(default);
    let only = std::env::var("BENCH_STORE").unwrap_or_default();
    if only != "postgres" {
        let folder = tempfile::tempdir().expect("a folder");
        let views = SqliteViews::open(&folder.path().join("views.db")).expect("views");
        println!("SQLite");
        run(&views, many("BENCH_SQLITE_TODOS", 50_000), async || ()).await;
    }
    #[cfg(feature = "cluster")]
    if only != "sqlite" {
        let server = support::postgres::Postgres::start().await;
        adapters::postgres::apply(&server.url(), "todo_service").await.expect("tables");
        let views = adapters::postgres::PgViews::new(&server.url()).expect("views");
        println!("PostgreSQL");
        // What its own housekeeping does within a minute.
        run(&views, many("BENCH_TODOS", 1_000_000), async || drop(server.run("VACUUM ANALYZE"))).await;
    }
}

async fn run(views: &(impl ViewReader + ViewStore), many: usize, settle: impl AsyncFn()) {
    let (busy, new) = (user("busy"), user("new"));
    feed::fill(views, &new, FEW).await;
    feed::fill(views, &busy, many).await;
    settle().await;
    pages::compare(views, [(&new, FEW), (&busy, many)]).await;
    feed::complete(views, &busy, many.min(20_000)).await;
    feed::many_people(views, 20_000).await;
}
