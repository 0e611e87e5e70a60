//! The views and facts of the cluster shape, on a private PostgreSQL server.
#![cfg(feature = "cluster")]

mod support;

use std::time::{Duration, Instant};

use adapters::postgres::{PgAnalytics, PgViews, apply};
use domain::{
    Aggregate, ListId, PersonId, SagaId, fold,
    user::{self, User},
};
use ports::{AnalyticsStore, PastOverdue, PersonRow, TodoFacts, TodoQuery, TodoRow, ViewReader, ViewStore, ViewsError};
use testkit::{
    contracts::{
        analytics::{self, Facts},
        view_reader_store::{Views, suite},
    },
    samples::{at, fresh_user, row, row_with, tags},
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

/// How many rows of which tables have this in them: every table of the views and of the facts, whatever its columns hold.
fn found(server: &Postgres, what: &str) -> Vec<String> {
    let tables = server.run("SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname IN ('views', 'analytics') ORDER BY 1");
    assert!(tables.lines().count() >= 8, "{tables}");
    let held = |table: &&str| server.run(&format!("SELECT count(*) FROM {table} AS one WHERE strpos(one::text, '{what}') > 0")) != "0";
    tables.lines().filter(held).map(str::to_owned).collect()
}

/// Whatever the order in which the events of different aggregates come in.
#[tokio::test]
async fn stack_postgres_of_an_erased_person_no_table_holds_anything() {
    let server = Postgres::start().await;
    apply(&server.url(), "todo_service").await.expect("tables");
    // As the services do, whose role may do less than the tables' owner.
    let url = server.url().replace("todo@", "todo_service@");
    let (me, operation) = ("zz-erased-one".parse().expect("an id"), SagaId::derived(&"x".parse().expect("an id"), "y"));
    let begun = [user::Event::UserErasureStarted { operation, at: at(0) }, user::Event::UserErased { operation, at: at(1) }];
    let person = PersonRow { id: PersonId::of(&me), version: 2, user: fold::<User>(User::default(), &begun) };
    for person_first in [true, false] {
        let (views, facts) = (PgViews::new(&url).expect("views"), PgAnalytics::new(&url).expect("facts"));
        let rows: Vec<TodoRow> = ["geheimniskram", "anderes geheimniskram"]
            .map(|title| {
                row_with(&me, title, |row| {
                    row.todo.tags = tags(&["geheimniskram"]);
                })
            })
            .into();
        views.store(&rows, &[]).await.expect("stored");
        // It has words of its own in the part of the views that it leaves: nothing of them is left when the last row goes.
        let moved = row_with(&me, "geheimniskram vorher", |_| ());
        views.store(std::slice::from_ref(&moved), &[]).await.expect("stored");
        let elsewhere = TodoRow {
            version: 2,
            todo: domain::todo::Todo { list: ListId::with_members(moved.id.uuid()), ..moved.todo.clone() },
            ..moved.clone()
        };
        views.store(std::slice::from_ref(&elsewhere), &[]).await.expect("stored");
        let past = PastOverdue { id: rows[0].id, version: 2, owner: me.clone(), list: rows[0].todo.list, since: at(0), until: at(1) };
        let known = TodoFacts {
            id: rows[0].id,
            version: 2,
            owner: me.clone(),
            list: rows[0].todo.list,
            created_at: at(0),
            created_list: rows[0].todo.list,
            completed: None,
            deleted: false,
            due: None,
            overdue_since: None,
        };
        facts.store(std::slice::from_ref(&known), &[past], &[]).await.expect("stored");
        assert_eq!(found(&server, "geheimniskram"), ["views.todo_counts", "views.todo_words", "views.todos"]);
        assert_eq!(found(&server, "zz-erased-one").len(), 5, "{:?}", found(&server, "zz-erased-one"));

        let erased = |row: &TodoRow| TodoRow {
            version: row.version + 1,
            todo: domain::todo::Todo::evolve(Some(row.todo.clone()), &domain::todo::Event::TodoErased {}).expect("a todo"),
            ..row.clone()
        };
        if person_first {
            views.store_all(&[], std::slice::from_ref(&person), &[], &[]).await.expect("stored");
        }
        for row in rows.iter().chain([&elsewhere]) {
            views.store(&[erased(row)], &[]).await.expect("stored");
        }
        if !person_first {
            views.store_all(&[], &[PersonRow { version: 3, ..person.clone() }], &[], &[]).await.expect("stored");
        }
        facts.store(&[TodoFacts { version: 3, owner: domain::UserId::nobody(), ..known }], &[], &[]).await.expect("stored");
        for what in ["geheimniskram", "zz-erased-one"] {
            assert_eq!(found(&server, what), [] as [String; 0], "person first: {person_first}");
        }
    }
}

#[test]
fn a_malformed_url_is_named_without_its_password() {
    let error = PgViews::new("mysql://todo:secret@nowhere:port/x").expect_err("no URL");
    assert!(!format!("{error:?} {error}").contains("secret"), "{error:?}");
}
