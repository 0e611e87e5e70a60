//! `todo replay` on the data of a real `todo serve`.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use adapters::sqlite::{SqliteAnalytics, SqliteStore, SqliteViews};
use domain::EventRecord;
use ports::{ActorKey, AggregateStore, Delivery, NewRecord};
use projections::{Analytics, KeptByFeed, Projection, TodoViews};
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use support::{
    Embedded,
    histories::{Feed, histories},
    todo,
};
use testkit::{
    poll_until,
    samples::{fresh_todo_id, fresh_user, records},
};

/// Whether it succeeded, and what it said.
fn replay(view: &str, data: &Path) -> (bool, String) {
    let output = todo().args(["replay", view, "--data"]).arg(data).output().unwrap();
    (output.status.success(), String::from_utf8(output.stdout).unwrap() + &String::from_utf8_lossy(&output.stderr))
}

/// Every row of the file, as text.
fn dump(file: &Path) -> String {
    let script = "import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
tables = [name for (name,) in connection.execute(\"SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'todo_terms%' ORDER BY 1\")]
for table in tables:
    columns = [row[1] for row in connection.execute(f'PRAGMA table_info({table})') if row[1] != 'number']
    rows = sorted(repr(row) for row in connection.execute(f\"SELECT {', '.join(columns)} FROM {table}\"))
    print(table, len(rows), *rows, sep='\\n')
print(connection.execute('PRAGMA user_version').fetchone(), connection.execute('PRAGMA integrity_check').fetchone())";
    let output = Command::new("python3").args(["-c", script]).arg(file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn sql(file: &Path, statement: &str) {
    let script = "import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.executescript(sys.argv[2])";
    assert!(Command::new("python3").args(["-c", script]).arg(file).arg(statement).status().unwrap().success());
}

async fn titles(todo: &Embedded) -> Vec<String> {
    let url = format!("{}/api/v1/todos", todo.base);
    let read = async || {
        let page: Value = reqwest::get(&url).await.ok()?.json().await.ok()?;
        Some(page.as_array()?.iter().map(|todo| todo["title"].as_str().unwrap().to_owned()).collect::<Vec<_>>())
    };
    read().await.unwrap()
}

#[tokio::test]
async fn it_mends_what_was_damaged_while_nothing_serves() {
    let mut server = Embedded::start().await;
    let http = reqwest::Client::new();
    for title in ["one", "two", "three"] {
        let created: Value = http
            .post(format!("{}/api/v1/todos", server.base))
            .json(&json!({ "title": title, "tags": ["home"] }))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let changed = http.patch(created["url"].as_str().unwrap()).json(&json!({ "completed": title == "two" })).send().await.unwrap();
        assert!(changed.status().is_success());
    }
    let before = titles(&server).await;
    let (good, said) = replay("views", &server.data);
    assert!(!good && said.contains("in use by `todo serve`: stop it, run this again"), "{said}");
    assert!(server.stop().await.unwrap().success());
    let (views, facts) = (server.data.join("views.db"), server.data.join("analytics.db"));
    let whole = [&views, &facts].map(|file| dump(file));
    sql(&views, "DELETE FROM todo_counts; UPDATE todos SET completed = 1, title = 'x', todo = '{}' WHERE title = 'one'");
    sql(&facts, "DELETE FROM todos");
    for view in ["views", "analytics"] {
        let (good, said) = replay(view, &server.data);
        assert!(good && said.contains("4 events: the new one takes its place"), "{said}");
    }
    assert_eq!([&views, &facts].map(|file| dump(file)), whole);
    let left: Vec<_> = fs::read_dir(&server.data).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(!left.iter().any(|name| name.contains("next")), "{left:?}");
    let again = Embedded::start_in(&server.data).await;
    assert_eq!(titles(&again).await, before);
}

#[test]
fn it_says_what_to_do_where_there_is_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (good, said) = replay("views", folder.path());
    assert!(!good && said.contains("--data"), "{said}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is made");
}

async fn commit(store: &SqliteStore, events: Vec<EventRecord>) {
    for one in events.chunk_by(|one, next| one.aggregate_id == next.aggregate_id) {
        let key = ActorKey::new("Todo", fresh_todo_id().to_string());
        let record = NewRecord { value: "{}".into(), events: one.to_vec().into() };
        store.commit(&key, 0, record).await.expect("committed");
    }
}

/// However the feed was cut into batches, and whatever of it came again: what is built again has the same rows.
#[test]
fn rebuilt_is_what_was_kept_row_for_row() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let cases = (histories(6), proptest::collection::vec((1..9_usize, 0..5_usize), 30));
    let mut runner = TestRunner::new(Config { cases: 12, max_shrink_iters: 0, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&cases, |(asked, cuts)| {
        let folder = tempfile::tempdir().unwrap();
        let made = Feed::default().make(&fresh_user(), asked);
        let records: Vec<_> = made.into_iter().map(|delivery| delivery.event.unwrap()).collect();
        let events: Vec<_> = (1..).zip(&records).map(|(offset, record)| Delivery::of(0, offset, record.clone())).collect();
        runtime.block_on(async {
            commit(&SqliteStore::open(&folder.path().join("todo.db")).unwrap(), records).await;
            let views = SqliteViews::open(&folder.path().join("views.db")).unwrap();
            let facts = SqliteAnalytics::open(&folder.path().join("analytics.db")).unwrap();
            let projections: [Box<dyn Projection>; 2] = [Box::new(TodoViews(Arc::new(views))), Box::new(Analytics::quiet(Arc::new(facts)))];
            let (mut next, mut cuts) = (0, cuts.into_iter().cycle());
            while next < events.len() {
                let (size, again) = cuts.next().unwrap();
                let end = (next + size).min(events.len());
                for projection in &projections {
                    projection.apply(&events[next.saturating_sub(again)..end], &KeptByFeed { remedy: "" }).await.expect("stored");
                }
                next = end;
            }
        });
        for view in ["views", "analytics"] {
            let file = folder.path().join(format!("{view}.db"));
            let kept = dump(&file);
            let (good, said) = replay(view, folder.path());
            assert!(good, "{said}");
            assert_eq!(dump(&file), kept, "{view}: {said}");
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

/// Killed on its way, it goes on where it was, and what is live is as it was until the end.
#[tokio::test(flavor = "multi_thread")]
async fn it_goes_on_where_it_was_killed() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("todo.db")).unwrap();
    let mut all = vec![];
    for _ in 0..20 {
        let mut events = records(&fresh_todo_id().to_string(), 1..=1_500);
        events[0].event_type = "TodoCreated".into();
        events[0].data = json!({ "owner": "me", "list": domain::ListId::inbox(&"me".parse().unwrap()), "title": "x", "tags": [] });
        all.extend(events);
    }
    commit(&store, all).await;
    drop(store);
    let (next, live) = (folder.path().join("views-next.db"), folder.path().join("views.db"));
    let mut child = todo().args(["replay", "views", "--data"]).arg(folder.path()).stdout(Stdio::null()).spawn().unwrap();
    let far = || {
        let script = "import sqlite3, sys
print((sqlite3.connect(f'file:{sys.argv[1]}?mode=ro', uri=True).execute('SELECT max(next) FROM feed_offsets').fetchone()[0]) or 0)";
        let output = Command::new("python3").args(["-c", script]).arg(&next).output().unwrap();
        String::from_utf8_lossy(&output.stdout).trim().parse::<u64>().unwrap_or(0)
    };
    poll_until(Duration::from_secs(60), async || (far() > 1).then_some(())).await.expect("it begins");
    child.kill().unwrap();
    child.wait().unwrap();
    let reached = far();
    assert!(!live.exists(), "it was killed on its way, at {reached}");
    let (good, said) = replay("views", folder.path());
    assert!(good, "{said}");
    let from: u64 = said.split(": ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    assert_eq!(from + 1, reached, "{said}");
    assert!(dump(&live).contains("todos\n20\n"), "every todo is there");
}
