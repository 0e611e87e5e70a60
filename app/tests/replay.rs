//! `todo replay` on a real PostgreSQL: the real binary, beside projections and readers that go on.
#![cfg(feature = "cluster")]
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

#[path = "../../adapters/tests/support/mod.rs"]
mod real;
mod support;

use std::{
    cell::Cell,
    io::{BufRead, BufReader},
    process::{Child, Command, Output, Stdio},
    rc::Rc,
    sync::Arc,
    time::Duration,
};

use adapters::{
    kafka::{
        consumer::{ConsumerConfig, KafkaReader},
        feed::{FeedConfig, KafkaFeed},
        topics::Topics,
    },
    postgres::{PgAnalytics, PgJournal, PgViews, apply},
};
use domain::{EventRecord, TodoId};
use ports::{AnalyticsReader, Delivery, DueBounds, EventFeed, FeedPosition, TodoQuery, ViewReader};
use projections::{Analytics, JournalIngest, KeptByFeed, Projection, TodoViews};
use proptest::test_runner::{Config, TestRunner};
use real::{broker::Broker, postgres::Postgres};
use support::{
    histories::{Feed, histories},
    todo,
};
use testkit::{
    poll_until,
    samples::{at, fresh_todo_id, fresh_user, records, user},
};
use tokio_util::sync::CancellationToken;

const PATIENCE: Duration = Duration::from_secs(60);

/// A database with everything that keeps it, as the services' role.
struct Kept {
    server: Postgres,
    views: Arc<PgViews>,
    facts: Arc<PgAnalytics>,
    projections: Vec<Arc<dyn Projection>>,
}

impl Kept {
    async fn start() -> Self {
        let server = Postgres::start().await;
        apply(&server.url(), "todo_service").await.expect("tables");
        let url = server.url().replace("todo@", "todo_service@");
        let (views, facts, journal) = (PgViews::new(&url).unwrap(), PgAnalytics::new(&url).unwrap(), PgJournal::new(&url).unwrap());
        let (views, facts) = (Arc::new(views), Arc::new(facts));
        let projections: Vec<Arc<dyn Projection>> = vec![
            Arc::new(JournalIngest::quiet(Arc::new(journal))),
            Arc::new(TodoViews(views.clone())),
            Arc::new(Analytics::quiet(facts.clone())),
        ];
        Self { server, views, facts, projections }
    }

    /// As the projections do: each until it is stored.
    async fn keep(&self, batch: &[Delivery]) {
        for projection in &self.projections {
            let applied =
                poll_until(PATIENCE, async || projection.apply(batch, &KeptByFeed { remedy: "" }).await.ok()).await.expect("stored");
            assert_eq!(applied.stopped, []);
        }
    }

    fn replay(&self, words: &[&str]) -> Command {
        let mut command = todo();
        command.arg("replay").args(words).env("DATABASE_ADMIN_URL", self.server.url()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Everything that a view keeps, as text: of counts those that count something; words apart.
    fn dump(&self, view: &str) -> String {
        let all = |query: &str| self.server.run(query);
        match view {
            "views" => [
                all("SELECT to_jsonb(todos) FROM views.todos ORDER BY id"),
                all("SELECT to_jsonb(people) FROM views.people ORDER BY id"),
                all("SELECT to_jsonb(lists) FROM views.lists ORDER BY id"),
                all("SELECT to_jsonb(members) FROM views.list_members AS members ORDER BY list, member"),
                all(
                    "SELECT to_jsonb(counts) FROM views.todo_counts AS counts WHERE open <> 0 OR completed <> 0 ORDER BY owner, kind, name",
                ),
            ]
            .join("\n--\n"),
            _ => [
                all("SELECT to_jsonb(todos) FROM analytics.todos ORDER BY id"),
                all("SELECT to_jsonb(past) FROM analytics.past_overdue AS past ORDER BY id, version"),
            ]
            .join("\n--\n"),
        }
    }

    /// What the tables are, and who may do what with them.
    fn form(&self) -> String {
        self.server.run(
            "SELECT 'column', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull, attcollation::regcollation
                FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
                WHERE relnamespace::regnamespace::text IN ('views', 'analytics') AND relkind = 'r' AND attnum > 0 ORDER BY attrelid::regclass::text, attnum;
            SELECT 'table', oid::regclass, reloptions, (SELECT array_agg(acl::text ORDER BY acl::text) FROM unnest(relacl) AS acl)
                FROM pg_class WHERE relnamespace::regnamespace::text IN ('views', 'analytics') AND relkind = 'r' ORDER BY oid::regclass::text;
            SELECT 'schema', nspname, (SELECT array_agg(acl::text ORDER BY acl::text) FROM unnest(nspacl) AS acl) FROM pg_namespace
                WHERE nspname IN ('views', 'analytics') ORDER BY nspname;
            SELECT 'index', indexdef FROM pg_indexes WHERE schemaname IN ('views', 'analytics') ORDER BY schemaname, indexname;
            SELECT 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint
                WHERE connamespace::regnamespace::text IN ('views', 'analytics') ORDER BY conrelid::regclass::text, conname;
            SELECT 'trigger', pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal AND tgrelid::regclass::text LIKE 'views.%' ORDER BY tgname;
            SELECT 'schemas', array_agg(nspname ORDER BY nspname) FROM pg_namespace WHERE nspname ~ '^(views|analytics)';
            SELECT 'projections', array_agg(DISTINCT projection ORDER BY projection) FROM feed_offsets",
        )
    }
}

/// Runs it to its end.
async fn run(mut command: Command) -> (bool, String) {
    let output: Output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let said = String::from_utf8(output.stdout).unwrap() + &String::from_utf8_lossy(&output.stderr);
    (output.status.success(), said)
}

/// However the feed was cut into batches, and whatever of it came again: a view that is built again has the same rows. And
/// those who keep it go on with the new one.
#[test]
fn stack_replay_builds_what_was_kept_row_for_row() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let kept = runtime.block_on(Kept::start());
    let feed = std::cell::RefCell::new(Feed::default());
    let form = std::cell::OnceCell::new();
    let cases = (histories(6), proptest::collection::vec((1..9_usize, 0..5_usize), 30));
    let mut runner = TestRunner::new(Config { cases: 8, max_shrink_iters: 0, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&cases, |(asked, cuts)| {
        let me = fresh_user();
        let events = feed.borrow_mut().make(&me, asked);
        runtime.block_on(async {
            let (mut next, mut cuts) = (0, cuts.into_iter().cycle());
            while next < events.len() {
                let (size, again) = cuts.next().unwrap();
                let end = (next + size).min(events.len());
                kept.keep(&events[next.saturating_sub(again)..end]).await;
                next = end;
            }
            let words = kept.server.run("SELECT owner, word FROM views.todo_words ORDER BY 1, 2");
            for view in ["views", "analytics"] {
                let before = kept.dump(view);
                form.get_or_init(|| kept.form());
                let (good, said) = run(kept.replay(&[view, "--from", "journal"])).await;
                assert!(good, "{said}");
                assert_eq!(kept.dump(view), before, "{view}: {said}");
            }
            assert_eq!(kept.form(), *form.get().unwrap());
            let again = kept.server.run("SELECT owner, word FROM views.todo_words ORDER BY 1, 2");
            let before: std::collections::HashSet<_> = words.lines().collect();
            assert!(again.lines().all(|word| before.contains(word)), "no words come from nowhere");
            let missing = kept.server.run(
                "SELECT owner, substr(term, 9) FROM views.todos, unnest(tsvector_to_array(terms)) AS term WHERE substr(term, 9) ~ '^[[:alpha:]]{4,40}$'
                EXCEPT SELECT owner, word FROM views.todo_words",
            );
            assert_eq!(missing, "", "every word of a todo is there");
        });
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    for table in ["todos", "lists", "list_members"] {
        let count = kept.server.run(&format!("SELECT count(*) FROM views.{table}"));
        assert!(count.parse::<u32>().unwrap() > 10, "{count} {table}: it was about something");
    }
}

fn titles(id: TodoId, me: &domain::UserId, count: u64) -> Vec<EventRecord> {
    let mut events = records(&id.to_string(), 1..=count);
    let created = domain::todo::Event::TodoCreated {
        owner: me.clone(),
        list: domain::ListId::inbox(me),
        title: testkit::samples::text("first words"),
        description: None,
        tags: testkit::samples::tags(&[]),
        priority: None,
        due: None,
        order: None,
    };
    let mut envelope = testkit::samples::envelope(me, id, domain::todo::Command::Delete);
    envelope.at = at(0);
    events[0] = EventRecord::of::<domain::todo::Todo>(&envelope, 0, &[created]).remove(0);
    events
}

/// Serving goes on: while views are built again and again, no question fails, none is answered with nothing, nothing goes back;
/// and what is written meanwhile is there.
#[tokio::test]
async fn stack_replay_goes_unnoticed_by_readers_and_writers() {
    tokio::task::LocalSet::new().run_until(unnoticed()).await;
}

async fn unnoticed() {
    let kept = Arc::new(Kept::start().await);
    let (me, mut feed) = (fresh_user(), Feed::default());
    let ids: Vec<_> = (0..200).map(|_| fresh_todo_id()).collect();
    let first: Vec<_> = ids.iter().flat_map(|id| titles(*id, &me, 2)).map(|event| feed.deliver(event)).collect();
    kept.keep(&first).await;
    let stop = CancellationToken::new();
    let due = DueBounds { now: at(0), today: at(0), tomorrow: at(86_400) };
    let query = TodoQuery { limit: 500, ..TodoQuery::default() };
    let words = TodoQuery { search: Some("titel".into()), ..query.clone() };
    let facts = ports::FactQuery { from: at(-9), until: at(9), list: None };
    let readers: Vec<_> = (0..3)
        .map(|_| {
            let (kept, me, stop, query, words) = (kept.clone(), me.clone(), stop.clone(), query.clone(), words.clone());
            let id = ids[0];
            tokio::task::spawn_local(async move {
                let (mut asked, mut seen) = (0_u64, 0);
                while !stop.is_cancelled() {
                    assert_eq!(kept.views.todos(&me, &query).await.expect("a page").rows.len(), 200);
                    assert_eq!(kept.views.todos(&me, &words).await.expect("a search").rows.len(), 200, "with a slip of the pen");
                    let row = kept.views.todo(&me, id).await.expect("an answer").expect("a todo");
                    assert!(row.version >= seen, "from {seen} back to {}", row.version);
                    seen = row.version;
                    assert_eq!(kept.views.counts(&me, &due).await.expect("counts").all.open, 200);
                    assert_eq!(kept.facts.happenings(&me, &facts).await.expect("facts").created.len(), 200);
                    asked += 1;
                }
                asked
            })
        })
        .collect();
    let written = Rc::new(Cell::new(2));
    let writer = tokio::task::spawn_local({
        let (kept, stop, id, written) = (kept.clone(), stop.clone(), ids[0], written.clone());
        async move {
            let mut version = 2;
            while !stop.is_cancelled() {
                version += 1;
                let event = records(&id.to_string(), version..=version).remove(0);
                kept.keep(&[feed.deliver(event)]).await;
                let shown = kept.views.wait_for(&[(id.to_string(), version)], PATIENCE).await.expect("an answer");
                assert!(shown, "version {version} is not shown");
                written.set(version);
            }
            version
        }
    });
    // As often as it takes until others had their turn, too.
    for round in 0.. {
        if round >= 3 && written.get() > 10 {
            break;
        }
        assert!(round < 30, "{} versions in {round} rounds", written.get());
        for view in ["views", "analytics"] {
            let (good, said) = run(kept.replay(&[view, "--from", "journal"])).await;
            assert!(good, "{round} {view}: {said}");
            assert!(said.contains("the new one has taken its place"), "{said}");
        }
    }
    stop.cancel();
    for reader in readers {
        assert!(reader.await.expect("no question failed") > 3);
    }
    let version = writer.await.expect("what was written was there");
    assert_eq!(kept.views.todo(&me, ids[0]).await.unwrap().unwrap().version, version);
    assert_eq!(kept.server.run("SELECT max(version) FROM analytics.todos"), version.to_string());
}

/// Killed on its way, it goes on where it was; meanwhile nobody has seen anything of it, and only one can build.
#[tokio::test(flavor = "multi_thread")]
async fn stack_replay_goes_on_where_it_was_killed() {
    let kept = Kept::start().await;
    let (me, mut feed) = (user("me"), Feed::default());
    for _ in 0..8 {
        let events: Vec<_> = (0..2500).flat_map(|_| titles(fresh_todo_id(), &me, 2)).map(|event| feed.deliver(event)).collect();
        kept.keep(&events).await;
    }
    let before = kept.dump("views");
    let far = || kept.server.run("SELECT coalesce(max(next), 0) FROM feed_offsets WHERE projection = 'views_next/journal'");
    let begun = |mut command: Command| -> Child { command.spawn().unwrap() };
    let mut child = begun(kept.replay(&["views", "--from", "journal"]));
    poll_until(PATIENCE, async || (far() != "0").then_some(())).await.expect("it begins");
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(kept.dump("views"), before);
    let reached: u64 = far().parse().unwrap();
    assert!(reached > 1, "it was killed on its way: {reached}");

    // Politely this time.
    let mut child = begun(kept.replay(&["views", "--from", "journal"]));
    let mut first = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut first).unwrap();
    Command::new("kill").arg(child.id().to_string()).status().unwrap();
    let output = child.wait_with_output().unwrap();
    let said = first + &String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("interrupted") && said.contains("the same command goes on there"), "{said}");
    // Somebody else builds.
    let mut other = Command::new("psql");
    other.args([&kept.server.url(), "-qtAc", "SELECT pg_advisory_lock(hashtext('todo replay views')), pg_sleep(60)"]);
    let mut other = other.stdout(Stdio::null()).spawn().unwrap();
    let locked = || kept.server.run("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted");
    poll_until(PATIENCE, async || (locked() == "1").then_some(())).await.expect("a lock");
    let (good, said) = run(kept.replay(&["views", "--from", "journal"])).await;
    assert!(!good && said.contains("another replay of this view is under way"), "{said}");
    kept.server.run("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted");
    other.wait().unwrap();
    let (good, said) = run(kept.replay(&["views", "--from", "journal"])).await;
    assert!(good, "{said}");
    let from: u64 = said.split(": ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    assert!(from + 1 >= reached, "it begins anew: {said}");
    assert_eq!(kept.dump("views"), before);
}

/// From Kafka, too, as long as it holds everything; else it says so.
#[tokio::test(flavor = "multi_thread")]
async fn stack_replay_from_kafka_needs_all_of_it() {
    let (kept, broker) = (Kept::start().await, Broker::start().await);
    Topics::with(&broker.brokers(), &[]).unwrap().apply().await.expect("topics");
    let kafka = KafkaFeed::new(FeedConfig::new(broker.brokers())).unwrap();
    let me = user("me");
    let ids: Vec<_> = (0..50).map(|_| fresh_todo_id()).collect();
    for id in &ids {
        kafka.publish(&titles(*id, &me, 3)).await.expect("published");
    }
    let stop = CancellationToken::new();
    let positions: [Arc<dyn FeedPosition>; 3] =
        [Arc::new(PgJournal::new(&kept.server.url()).unwrap()), kept.views.clone(), kept.facts.clone()];
    for (projection, position) in kept.projections.iter().zip(positions) {
        let config = ConsumerConfig::live(broker.brokers(), "todo-events", format!("todo-{}", projection.name()));
        let reader = KafkaReader::start(&config, position).unwrap();
        tokio::spawn(projections::run(
            projections::Config::default(),
            Box::new(reader),
            projection.clone(),
            Arc::new(KeptByFeed { remedy: "" }),
            stop.clone(),
        ));
    }
    let shown = async |id: TodoId, version: u64| {
        let positions = [(id.to_string(), version)];
        assert!(kept.views.wait_for(&positions, PATIENCE).await.unwrap() && kept.facts.wait_for(&positions, PATIENCE).await.unwrap());
    };
    for id in &ids {
        shown(*id, 3).await;
    }
    let replay = |view: &str, from: &str| kept.replay(&[view, "--from", from, "--kafka-brokers", &broker.brokers()]);
    for view in ["views", "analytics"] {
        let before = kept.dump(view);
        let (good, said) = run(replay(view, "kafka")).await;
        assert!(good, "{said}");
        assert_eq!(kept.dump(view), before, "{view}: {said}");
    }
    // The live ones go on, from where the replay stands.
    kafka.publish(&records(&ids[0].to_string(), 4..=4)).await.expect("published");
    shown(ids[0], 4).await;

    kept.server.run("CREATE SCHEMA views_next; COMMENT ON SCHEMA views_next IS 'journal 1.1'");
    let (good, said) = run(replay("views", "kafka")).await;
    assert!(!good && said.contains("an unfinished replay from journal lies there"), "{said}");
    let (good, said) = run(replay("views", "journal")).await;
    assert!(!good && said.contains("another version") && said.contains("--restart"), "{said}");
    let (good, said) = run(kept.replay(&["views", "--from", "kafka", "--restart", "--kafka-brokers", &broker.brokers()])).await;
    assert!(good, "{said}");

    // What Kafka never had, or has no longer, although it begins at its beginning.
    let lost = fresh_todo_id();
    let mut elsewhere = Feed::default();
    let events: Vec<_> = titles(lost, &me, 2).into_iter().map(|event| elsewhere.deliver(event)).collect();
    kept.keep(&events.iter().map(|event| Delivery { partition: 9, ..event.clone() }).collect::<Vec<_>>()).await;
    let before = kept.dump("views");
    let (good, said) = run(replay("views", "kafka")).await;
    assert!(!good && said.contains(&lost.to_string()) && said.contains("use --from journal"), "{said}");
    broker.forget("todo-events", 0, 2);
    let (good, said) = run(replay("views", "kafka")).await;
    assert!(!good && said.contains("no longer holds everything") && said.contains("Use --from journal"), "{said}");
    assert_eq!(kept.dump("views"), before, "nothing was changed");
    let (good, said) = run(kept.replay(&["views", "--from", "journal", "--restart"])).await;
    assert!(good, "{said}");
    assert_eq!(kept.dump("views"), before);
    stop.cancel();
}
