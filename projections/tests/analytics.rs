//! What events make of facts, and that it makes no difference how they arrive.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use domain::{
    Aggregate, EventRecord, ListId, TodoId, UserId,
    todo::{Change, Command, Draft, Todo},
};
use ports::{AnalyticsStore, Delivery, Fact, FactFeed, FactKind, FeedError, TodoFacts};
use projections::{Analytics, KeptByFeed, Obstacle, Projection, Stopped, fold_facts};
use proptest::{collection::vec, option, prelude::*, sample::select};
use testkit::{
    Kept, MemoryAnalytics,
    samples::{at, due, envelope, text, user},
};
use uuid::Uuid;

/// What is asked of one todo, each at a second; and its events. What is refused leaves none.
fn history(me: &UserId, id: TodoId, commands: impl IntoIterator<Item = (i64, Command)>) -> Vec<EventRecord> {
    let (mut state, mut records) = (None, Vec::new());
    for (second, command) in commands {
        let mut envelope = envelope(me, id, command);
        envelope.at = at(second);
        let Ok(events) = Todo::decide(&state, &envelope) else { continue };
        records.extend(EventRecord::of::<Todo>(&envelope, records.len() as u64, &events));
        state = domain::fold::<Todo>(state, &events);
    }
    records
}

fn list(name: &str) -> ListId {
    ListId::derived(&user("me"), name)
}

fn id(number: u128) -> TodoId {
    TodoId::new(Uuid::from_u128(number))
}

fn create() -> Command {
    Command::Create(Draft { list: Some(list("home")), due: Some(noon(60)), ..Draft::titled(text("secret words")) })
}

/// So many minutes after noon (UTC) of the first of June 2026, which is second 0.
fn noon(minutes: u32) -> domain::todo::Due {
    due(&format!("2026-06-01T{:02}:{:02}:00", 12 + minutes / 60, minutes % 60), "UTC")
}

fn change(change: Change) -> Command {
    Command::Change { changes: vec![change] }
}

/// *Given* these commands, *then* these facts and times of being overdue (in seconds), and these facts are told.
fn folded(commands: Vec<(i64, Command)>) -> (TodoFacts, Vec<(i64, i64)>, Vec<Fact>) {
    let folded = fold_facts(vec![], &history(&user("me"), id(1), commands));
    assert_eq!(folded.stopped, []);
    let [facts] = folded.facts.try_into().expect("one todo");
    let seconds = |instant: jiff::Timestamp| instant.duration_since(at(0)).as_secs();
    (facts, folded.past.iter().map(|past| (seconds(past.since), seconds(past.until))).collect(), folded.told)
}

#[test]
fn a_completion_has_a_lead_time_and_is_withdrawn_by_reopening() {
    let done = || change(Change::Completed(true));
    let lead_time = |facts: &TodoFacts| facts.completed.map(|completed| completed.lead_time.map(|time| time.as_secs()));
    assert_eq!(lead_time(&folded(vec![(0, create()), (90, done())]).0), Some(Some(90)));
    let (facts, _, told) = folded(vec![(0, create()), (90, done()), (100, change(Change::Completed(false)))]);
    assert_eq!(lead_time(&facts), None);
    let kinds: Vec<_> = told.iter().map(|fact| (fact.kind, fact.lead_time_seconds)).collect();
    assert_eq!(kinds, [(FactKind::TodoCreated, None), (FactKind::TodoCompleted, Some(90)), (FactKind::TodoReopened, None)]);
    let again = folded(vec![(0, create()), (90, done()), (100, change(Change::Completed(false))), (200, done())]).0;
    assert_eq!(lead_time(&again), Some(Some(200)), "since its creation, as if the first had not been");
    let imported = Command::Create(Draft { completed: true, ..Draft::titled(text("x")) });
    assert_eq!(lead_time(&folded(vec![(5, imported)]).0), Some(None), "nobody knows how long it took");
    assert_eq!(lead_time(&folded(vec![(50, create()), (40, done())]).0), Some(Some(0)), "a clock that goes behind");
}

#[test]
fn a_todo_is_overdue_while_it_is_open_and_late_where_it_is() {
    // What happens after the creation; for which times it was overdue; since when it is.
    type Case = (&'static str, Vec<(i64, Command)>, Vec<(i64, i64)>, Option<i64>);
    let cases: Vec<Case> = vec![
        ("as it was created", vec![], vec![], Some(3600)),
        ("done in time", vec![(60, change(Change::Completed(true)))], vec![], None),
        ("done late", vec![(4000, change(Change::Completed(true)))], vec![(3600, 4000)], None),
        (
            "reopened late",
            vec![(4000, change(Change::Completed(true))), (5000, change(Change::Completed(false)))],
            vec![(3600, 4000)],
            Some(5000),
        ),
        ("put off before", vec![(60, change(Change::Due(Some(noon(120)))))], vec![], Some(7200)),
        ("put off late", vec![(4000, change(Change::Due(Some(noon(120)))))], vec![(3600, 4000)], Some(7200)),
        ("never due any more", vec![(4000, change(Change::Due(None)))], vec![(3600, 4000)], None),
        ("brought forward into the past", vec![(1000, change(Change::Due(Some(noon(1)))))], vec![], Some(1000)),
        ("deleted and restored", vec![(4000, Command::Delete), (5000, Command::Restore)], vec![(3600, 4000)], Some(5000)),
        ("moved late", vec![(4000, change(Change::List(list("work"))))], vec![(3600, 4000)], Some(4000)),
        ("renamed late", vec![(4000, change(Change::Title(text("y"))))], vec![], Some(3600)),
    ];
    for (case, commands, past, since) in cases {
        let (facts, found, _) = folded([vec![(0, create())], commands].concat());
        assert_eq!((found, facts.overdue_since), (past, since.map(at)), "{case}");
    }
}

#[test]
fn what_is_told_holds_no_words_and_is_known_by_its_id() {
    let commands = vec![(0, create()), (1, change(Change::List(list("work")))), (2, change(Change::Title(text("more secret words"))))];
    let (_, _, told) = folded(commands.clone());
    assert_eq!(told.iter().map(|fact| fact.version).collect::<Vec<_>>(), [1, 2], "a new title is nobody's business");
    let json = serde_json::to_value(&told).expect("JSON");
    let todo = id(1).to_string();
    let created = serde_json::json!({ "factId": Fact::id_of(id(1), 1), "kind": "todo-created", "owner": "me", "list": list("home"),
        "todoId": todo, "version": 1, "at": "2026-06-01T12:00:00Z", "due": "2026-06-01T13:00:00Z" });
    let moved = serde_json::json!({ "factId": Fact::id_of(id(1), 2), "kind": "todo-moved", "owner": "me", "list": list("work"),
        "todoId": todo, "version": 2, "at": "2026-06-01T12:00:01Z", "from": list("home") });
    assert_eq!(json, serde_json::json!([created, moved]));
    assert_eq!(told, folded(commands).2, "the same ids every time");
    for fact in &told {
        assert_eq!(serde_json::to_value(fact.kind).expect("JSON"), fact.kind.name());
    }
}

#[test]
fn a_gap_stops_its_own_todo_only_and_heals() {
    let me = user("me");
    let life = |number| history(&me, id(number), [(0, create()), (1, change(Change::Completed(true))), (2, Command::Delete)]);
    let (broken, whole) = (life(1), life(2));
    let folded = fold_facts(vec![], [&broken[0], &broken[2]].into_iter().chain(&whole));
    let stopped = Stopped { aggregate_id: id(1).to_string(), version: 3, obstacle: Obstacle::Gap { reached: 1 } };
    assert_eq!((folded.stopped, folded.applied), (vec![stopped], 4));
    assert_eq!(folded.facts.iter().map(|facts| facts.version).collect::<Vec<_>>(), [1, 3]);
    let healed = fold_facts(folded.facts, &broken);
    assert_eq!((healed.applied, healed.known, healed.stopped.len()), (2, 1, 0));
    assert_eq!(healed.facts, fold_facts(vec![], &broken).facts);
    let mut unborn = broken[1].clone();
    unborn.version = 1;
    assert_eq!(fold_facts(vec![], [&unborn]).stopped[0].obstacle, Obstacle::Impossible);
}

/// Takes what it is told, but for the attempts that fail; each of these may have arrived all the same.
#[derive(Default)]
struct Told(Mutex<(Vec<Fact>, u32)>);

#[async_trait]
impl FactFeed for Told {
    async fn publish(&self, facts: &[Fact]) -> Result<(), FeedError> {
        let mut told = self.0.lock().expect("a lock");
        told.0.extend_from_slice(facts);
        match told.1.checked_sub(1) {
            None => Ok(()),
            Some(left) => {
                told.1 = left;
                Err(FeedError("away".into()))
            }
        }
    }
}

fn commands() -> impl Strategy<Value = Vec<(i64, Command)>> {
    let draft = (select(vec!["home", "work"]), option::of(0..600_u32), any::<bool>()).prop_map(|(name, due, completed)| {
        Command::Create(Draft { list: Some(list(name)), due: due.map(noon), completed, ..Draft::titled(text("x")) })
    });
    let one = prop_oneof![
        4 => any::<bool>().prop_map(|completed| change(Change::Completed(completed))),
        2 => option::of(0..600_u32).prop_map(|due| change(Change::Due(due.map(noon)))),
        2 => select(vec!["home", "work"]).prop_map(|name| change(Change::List(list(name)))),
        1 => Just(change(Change::Title(text("another")))),
        1 => Just(Command::Delete),
        1 => Just(Command::Restore),
    ];
    // Clocks of gateways differ: times may go back.
    (draft, vec((0..40_000_i64, one), 0..12)).prop_map(|(draft, rest)| std::iter::once((0, draft)).chain(rest).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Cut into any batches, with any of it delivered again and any attempt failing, the facts are those of a rebuild in one
    /// go; and each fact was told at least once.
    #[test]
    fn kept_in_step_is_rebuilt(
        histories in vec(commands(), 1..5),
        order in any::<u64>(),
        cuts in vec((1..7_usize, 0..6_usize, 0..2_u32), 60),
    ) {
        let me = user("me");
        let mut left: Vec<_> = histories.into_iter().zip(1..).map(|(commands, number)| history(&me, id(number), commands).into_iter()).collect();
        let (mut feed, mut random) = (vec![], order);
        while !left.is_empty() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let at = (random >> 33) as usize % left.len();
            match left[at].next() {
                Some(event) => feed.push(Delivery::of(0, feed.len() as i64, event)),
                None => drop(left.remove(at)),
            }
        }
        tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(async {
            let (store, told) = (Arc::new(MemoryAnalytics::default()), Arc::new(Told::default()));
            let analytics = Analytics::telling(store.clone(), told.clone());
            let (mut next, mut cuts) = (0, cuts.into_iter().cycle());
            while next < feed.len() {
                let (size, again, failures) = cuts.next().expect("endless");
                let end = (next + size).min(feed.len());
                let batch = &feed[next.saturating_sub(again)..end];
                told.0.lock().expect("a lock").1 = failures;
                let applied = loop {
                    if let Ok(applied) = analytics.apply(batch, &KeptByFeed { remedy: "" }).await {
                        break applied;
                    }
                };
                assert_eq!(applied.stopped, []);
                next = end;
            }
            let rebuilt = Arc::new(MemoryAnalytics::default());
            Analytics::quiet(rebuilt.clone()).apply(&feed, &KeptByFeed { remedy: "" }).await.expect("applied");
            let (kept, whole): (Kept, Kept) = (store.kept(), rebuilt.kept());
            assert_eq!(kept, whole);
            let events: Vec<_> = feed.iter().filter_map(|delivery| delivery.event.as_ref().ok()).collect();
            let all = fold_facts(vec![], events.iter().copied()).told;
            let told = told.0.lock().expect("a lock").0.clone();
            assert!(all.iter().all(|fact| told.contains(fact)) && told.iter().all(|fact| all.contains(fact)));
            assert_eq!(store.facts(&[id(1)]).await.expect("facts").len(), 1);
        });
    }
}
