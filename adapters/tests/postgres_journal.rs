//! The journal of the cluster shape, on a private PostgreSQL server, as the role that services have.
#![cfg(feature = "cluster")]

mod support;

use std::process::Command;

use adapters::postgres::{PgJournal, apply};
use ports::{Journal, JournalStore};
use testkit::{
    contracts::{
        Fresh,
        checkpoints::{self, Kept},
        forks,
        journal::{Journals, entries, suite},
    },
    samples::{fresh_todo_id, records},
};

use support::postgres::Postgres;

const SERVICE: &str = "todo_service";

async fn server() -> Postgres {
    let server = Postgres::start().await;
    let owner = url(&server, "todo");
    let (one, other) = tokio::join!(apply(&owner, SERVICE), apply(&owner, SERVICE));
    one.and(other).expect("two at once do each other no harm");
    apply(&owner, SERVICE).await.expect("and once more changes nothing");
    server
}

fn url(server: &Postgres, role: &str) -> String {
    server.url().replace("//todo@", &format!("//{role}@"))
}

/// What the server says to a statement of this role's.
fn tell(server: &Postgres, role: &str, statement: &str) -> Result<String, String> {
    let mut ask = Command::new("psql");
    let said = ask.args([&url(server, role), "-qtAc", statement]).output().expect("psql runs");
    let (out, problem) = (String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    if said.status.success() { Ok(out.trim().to_owned()) } else { Err(problem.into_owned()) }
}

#[tokio::test]
async fn stack_postgres_journal_keeps_the_contract() {
    let server = server().await;
    let url = url(&server, SERVICE);
    suite(async || Journals::of(PgJournal::new(&url).expect("a journal"))).await;
    checkpoints::suite(async || Kept::of(PgJournal::new(&url).expect("a journal"))).await;
    forks::suite(async || Fresh::of(PgJournal::new(&url).expect("a journal"))).await;
}

#[tokio::test]
async fn stack_postgres_journal_is_append_only_for_the_service_and_for_its_owner() {
    let server = server().await;
    let journal = PgJournal::new(&url(&server, SERVICE)).expect("a journal");
    let events = records(&fresh_todo_id().to_string(), 1..=2);
    journal.append(&entries(&events, None), &[]).await.expect("appended");
    let partition = tell(&server, "todo", "SELECT tableoid::regclass FROM journal LIMIT 1").expect("a partition");
    assert!(partition.starts_with("journal_2"), "rows lie in the partition of their month: {partition}");
    for table in ["journal", "journal_told", "journal_checkpoints", "journal_checkpoint_heads", &partition] {
        for statement in ["UPDATE TABLE SET hash = ''", "UPDATE TABLE SET digest = ''", "DELETE FROM TABLE", "TRUNCATE TABLE"] {
            let refused = tell(&server, SERVICE, &statement.replace("TABLE", table)).expect_err(statement);
            assert!(refused.contains("permission denied") || refused.contains("does not exist"), "{statement} {table}: {refused}");
        }
    }
    for statement in [
        "UPDATE journal SET hash = ''",
        "DELETE FROM journal",
        "TRUNCATE journal",
        "DELETE FROM journal_checkpoints",
        "DELETE FROM journal_checkpoint_heads",
    ] {
        let refused = tell(&server, "todo", statement).expect_err(statement);
        assert!(refused.contains("append-only"), "{statement}: {refused}");
    }
    assert!(tell(&server, SERVICE, "CREATE TABLE mine (x int)").is_err(), "the service makes no tables");
    assert_eq!(journal.chain(&events[0].aggregate_id).await.expect("an answer").expect("a chain").rows.len(), 2);
}

/// Two that append at once: of each version one comes in, and positions have no gaps.
#[tokio::test(flavor = "multi_thread")]
async fn stack_postgres_journal_lets_one_of_two_writers_in() {
    let server = server().await;
    let writers = [0, 1].map(|_| PgJournal::new(&url(&server, SERVICE)).expect("a journal"));
    for _ in 0..20 {
        let events = records(&fresh_todo_id().to_string(), 1..=3);
        let same = entries(&events, None);
        let (one, other) = tokio::join!(writers[0].append(&same, &[]), writers[1].append(&same, &[]));
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    }
    assert_eq!(writers[0].last_position().await.expect("a position"), 60);
    let positions = writers[0].all_since(0, 100).await.expect("rows");
    assert!(positions.iter().map(|row| row.position).eq(1..=60));
}
