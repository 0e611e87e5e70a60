//! `todo audit` on PostgreSQL: what somebody does who owns the database is found and named.
#![cfg(feature = "cluster")]
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use std::{path::Path, process::Command};

use adapters::{checkpoint_key::SigningKeyFile, postgres::PgJournal};
use ports::{Checkpoints, JournalStore, memory::MemoryJournal};
use serde_json::{Value, json};
use support::stack::{PATIENCE, Stack};
use testkit::{contracts::journal::entries, poll_until, samples};

/// A database of its own on the stack's server, so that what is done to it harms nobody.
struct Own {
    admin: String,
    service: String,
    name: String,
}

impl Own {
    fn make(stack: &Stack) -> Self {
        let name = format!("audit_{}", uuid::Uuid::now_v7().simple());
        let [admin, service] = ["DATABASE_ADMIN_URL", "DATABASE_URL"].map(|url| stack.var(url).to_owned());
        psql(&admin, &format!("CREATE DATABASE {name}"));
        let own = |url: &str| format!("{}/{name}", url.rsplit_once('/').unwrap().0);
        let made = Self { admin: own(&admin), service: own(&service), name };
        let mut apply = support::todo();
        apply.args(["database", "apply", "--service-role", "todo_service", "--admin-url", &made.admin]);
        assert!(apply.status().unwrap().success());
        made
    }

    /// As its owner may, who can switch triggers off.
    fn tamper(&self, statement: &str) {
        let changed = psql(&self.admin, &format!("SET session_replication_role = replica; {statement} RETURNING 1"));
        assert!(!changed.is_empty(), "nothing changed: {statement}");
    }

    fn verify(&self, key: &Path, more: &[&str]) -> (bool, String) {
        audit(&["verify", "--database-url", &self.service, "--public-key", key.to_str().unwrap()], more)
    }
}

fn psql(url: &str, statement: &str) -> String {
    let done = Command::new("psql").args([url, "-qtAc", statement]).output().unwrap();
    assert!(done.status.success(), "{statement}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap().trim().to_owned()
}

fn audit(words: &[&str], more: &[&str]) -> (bool, String) {
    let output = support::todo().arg("audit").args(words).args(more).output().unwrap();
    (output.status.success(), String::from_utf8(output.stdout).unwrap() + &String::from_utf8_lossy(&output.stderr))
}

/// Three events of a new aggregate.
async fn life(journal: &PgJournal) -> String {
    let id = samples::fresh_todo_id().to_string();
    journal.append(&entries(&samples::records(&id, 1..=3), None), &[]).await.unwrap();
    id
}

#[tokio::test]
async fn stack_audit_the_projections_sign_what_the_platform_does() {
    let stack = Stack::up("split", "stream");
    let http = reqwest::Client::new();
    let todo: Value = http.post(stack.url("/api/v1/todos")).json(&json!({ "title": "hush" })).send().await.unwrap().json().await.unwrap();
    let id = todo["id"].as_str().unwrap();
    let url = stack.var("DATABASE_URL");
    let words = ["verify", "--database-url", url, "--public-key", stack.var("TODO_CHECKPOINT_PUBLIC_KEY")];
    let covered = poll_until(PATIENCE, async || {
        let covered = psql(url, &format!("SELECT count(*) FROM journal_checkpoint_heads WHERE aggregate_id = '{id}'"));
        (covered == "1").then(|| audit(&words, &[]))
    });
    let (good, said) = covered.await.expect("a checkpoint that covers it");
    assert!(good && said.contains("signatures checked") && !said.contains("\n0 checkpoints"), "{said}");
    let (good, said) = audit(&[id, "--database-url", url], &[]);
    assert!(good && said.contains("TodoCreated") && !said.contains("hush"), "{said}");
}

#[tokio::test]
async fn stack_audit_whatever_was_done_to_the_database_is_named() {
    let stack = Stack::up("split", "stream");
    let own = Own::make(&stack);
    let keys = tempfile::tempdir().unwrap();
    let [private, public, other] = ["key", "pub", "other"].map(|name| keys.path().join(name));
    let key = SigningKeyFile::read_or_make(&private, &public).unwrap();
    let other = SigningKeyFile::read_or_make(&other, &keys.path().join("other.pub")).unwrap();
    let journal = PgJournal::new(&own.service).unwrap();
    let [changed, dropped, inserted, rewritten] = [life(&journal).await, life(&journal).await, life(&journal).await, life(&journal).await];
    let first = projections::take(&journal, &key, None, samples::at(1)).await.unwrap().unwrap();
    let [vanished, truncated] = [life(&journal).await, life(&journal).await];
    let second = projections::take(&journal, &key, Some(&first), samples::at(2)).await.unwrap().unwrap();
    let young = life(&journal).await;
    let (good, said) = own.verify(&public, &[]);
    let expected = "21 events of 7 aggregates\n2 checkpoints, signatures checked; 3 events are younger than the last\nin order\n";
    assert_eq!((good, said.as_str()), (true, expected));

    own.tamper(&format!(
        "UPDATE journal SET record = replace(record, 'somebody', 'nobody') WHERE aggregate_id = '{changed}' AND version = 2"
    ));
    own.tamper(&format!("DELETE FROM journal WHERE aggregate_id = '{dropped}' AND version = 2"));
    own.tamper(&format!(
        "INSERT INTO journal SELECT position + 100, aggregate_id, 4, at, event_id, owner, record, hash FROM journal
         WHERE aggregate_id = '{inserted}' AND version = 3"
    ));
    // A chain made anew, hashes and head and all, by somebody who knows how.
    let forged = MemoryJournal::default();
    let mut events = samples::records(&rewritten, 1..=3);
    events[0].principal = samples::user("mallory");
    forged.append(&events).unwrap();
    let heads = forged.changed(0, 9).await.unwrap().heads;
    for entry in entries(&events, None) {
        let (record, hash, version) = (entry.record.0.replace('\'', "''"), entry.hash, entry.version);
        own.tamper(&format!(
            "UPDATE journal SET record = '{record}', hash = '\\x{hash}' WHERE aggregate_id = '{rewritten}' AND version = {version}"
        ));
    }
    own.tamper(&format!("UPDATE journal_heads SET hash = '\\x{}' WHERE aggregate_id = '{rewritten}'", heads[0].hash));
    for table in ["journal", "journal_heads"] {
        own.tamper(&format!("DELETE FROM {table} WHERE aggregate_id = '{vanished}'"));
    }
    own.tamper(&format!("DELETE FROM journal WHERE aggregate_id = '{truncated}' AND version = 3"));
    own.tamper(&format!("UPDATE journal_heads SET version = 2 WHERE aggregate_id = '{truncated}'"));
    let (good, said) = own.verify(&public, &[]);
    assert!(!good, "{said}");
    for finding in [
        format!("changed: {changed} version 2\n"),
        format!("missing: {dropped} version 2\n"),
        format!("inserted: {inserted} version 4\n"),
        format!("rewritten: {rewritten} versions 1 to 3 (checkpoint 1 covers others)\n"),
        format!("vanished: {vanished} versions 1 to 3 (checkpoint 2 covers them)\n"),
        format!("vanished: {truncated} version 3 (checkpoint 2 covers them)\n"),
    ] {
        assert!(said.contains(&finding), "not found: {finding}{said}");
    }
    assert!(said.contains(" 6 findings") && !said.contains(&young), "{said}");

    // The second checkpoint is made anew to fit, with another key; the first is put back as it was.
    own.tamper("DELETE FROM journal_checkpoints WHERE number = 2");
    own.tamper("DELETE FROM journal_checkpoint_heads WHERE number = 2");
    let again = projections::take(&journal, &other, Some(&first), samples::at(2)).await.unwrap().unwrap();
    assert_ne!(again.statement, second.statement);
    let (_, said) = own.verify(&public, &[]);
    assert!(said.contains("forged: checkpoint 2 is not signed by this key\n") && !said.contains(&vanished), "{said}");
    // Whoever noted it knows without any key, and whoever noted a later one knows that it is gone.
    let noted = |number: u64, hash: [u8; 32]| format!("{number}:{}", hash.map(|byte| format!("{byte:02x}")).concat());
    let (_, said) = own.verify(&public, &["--known", &noted(2, second.statement.hash())]);
    assert!(said.contains("replaced: checkpoint 2 is not the one that you noted\n"), "{said}");
    let (_, said) = own.verify(&public, &["--known", &noted(4, [1; 32])]);
    assert!(said.contains("missing: checkpoints 3 to 4\n"), "{said}");
    psql(stack.var("DATABASE_ADMIN_URL"), &format!("DROP DATABASE {} WITH (FORCE)", own.name));
}
