//! The views and facts of the cluster shape, on a private PostgreSQL server.
#![cfg(feature = "cluster")]

mod support;

use std::time::{Duration, Instant};

use adapters::postgres::{PgAnalytics, PgViews, apply};
use ports::{TodoQuery, ViewReader, ViewStore, ViewsError};
use testkit::{
    contracts::{
        analytics::{self, Facts},
        view_reader_store::{Views, suite},
    },
    samples::{fresh_user, row},
};

use support::postgres::Postgres;

#[tokio::test]
async fn stack_postgres_views_keep_the_contract() {
    let server = Postgres::start().await;
    let url = server.url();
    apply(&url, "todo_service").await.expect("tables");
    suite(async || {
        let views = PgViews::new(&url).expect("views");
        Views { forgiving: true, ..Views::of(views) }
    })
    .await;
}

#[tokio::test]
async fn stack_postgres_facts_keep_the_contract() {
    let server = Postgres::start().await;
    let url = server.url();
    apply(&url, "todo_service").await.expect("tables");
    // As the services do, whose role may do less than the tables' owner.
    let url = url.replace("todo@", "todo_service@");
    analytics::suite(async || Facts::of(PgAnalytics::new(&url).expect("facts"))).await;
}

/// A gateway and a projection are two processes: what one commits wakes who waits in the other.
#[tokio::test]
async fn stack_postgres_wakes_who_waits_elsewhere() {
    let server = Postgres::start().await;
    let (gateway, projection) = (PgViews::new(&server.url()).expect("views"), PgViews::new(&server.url()).expect("views"));
    apply(&server.url(), "todo_service").await.expect("tables");
    let me = fresh_user();
    let mut waits = Vec::new();
    for number in 0..20 {
        let row = row(&me, &format!("number {number}"));
        let positions = [(row.id.to_string(), 1)];
        let wait = async {
            assert!(gateway.wait_for(&positions, Duration::from_secs(20)).await.expect("an answer"));
            Instant::now()
        };
        let write = async {
            projection.store(&[row], &[(0, number)]).await.expect("stored");
            Instant::now()
        };
        let (seen, stored) = tokio::join!(wait, write);
        waits.push(seen.saturating_duration_since(stored));
    }
    // The first may come before the listener does. Polling alone would need 125 ms on average.
    waits.sort();
    assert!(waits[10] < Duration::from_millis(60), "commits are not called out: {waits:?}");
}

#[tokio::test]
async fn stack_postgres_being_away_is_said_soon_and_over_when_it_is_back() {
    let mut server = Postgres::start().await;
    let views = PgViews::new(&server.url()).expect("views");
    assert!(views.ready().await.is_err(), "without tables it is not ready");
    apply(&server.url(), "todo_service").await.expect("tables");
    let me = fresh_user();
    let row = row(&me, "there");
    views.store(std::slice::from_ref(&row), &[(0, 1)]).await.expect("stored");
    let soon = async |what: &str| {
        let begin = Instant::now();
        let answers = (views.todo(&me, row.id).await.err(), views.ready().await.err());
        assert!(matches!(answers, (Some(ViewsError::Unavailable(_)), Some(ViewsError::Unavailable(_)))), "{what}: {answers:?}");
        assert!(begin.elapsed() < Duration::from_secs(8), "{what}: two answers took {:?}", begin.elapsed());
    };
    server.signal_all("STOP");
    soon("frozen").await;
    server.signal_all("CONT");
    server.stop();
    soon("gone").await;
    server.restart().await;
    let back = testkit::poll_until(Duration::from_secs(20), async || views.todo(&me, row.id).await.ok().flatten()).await;
    assert_eq!(back, Some(row), "what was stored is there again");
    let found = views.todos(&me, &TodoQuery { limit: 10, ..TodoQuery::default() }).await.expect("a page");
    assert_eq!(found.rows.len(), 1);
}

#[test]
fn a_malformed_url_is_named_without_its_password() {
    let error = PgViews::new("mysql://todo:secret@nowhere:port/x").expect_err("no URL");
    assert!(!format!("{error:?} {error}").contains("secret"), "{error:?}");
}
