//! The contract of [`AnalyticsStore`] and [`AnalyticsReader`] together: what is stored is what is counted.

use std::{
    any::Any,
    sync::Arc,
    time::{Duration, Instant},
};

use domain::{
    ListId, UserId,
    analytics::{Completion, Happenings, Overdue},
};
use jiff::{SignedDuration, Timestamp};
use ports::{AnalyticsReader, AnalyticsStore, Completed, FactQuery, PastOverdue, TodoFacts};

use crate::samples::{at, fresh_list_id, fresh_todo_id, fresh_user};

/// Longer than any store needs.
const LONG: Duration = Duration::from_secs(30);
const SHORT: Duration = Duration::from_millis(150);

/// A store to be tested: the two ports on one and the same.
pub struct Facts {
    /// Where facts go in.
    pub store: Arc<dyn AnalyticsStore>,
    /// Where they come out.
    pub reader: Arc<dyn AnalyticsReader>,
    /// What must live as long as the two: a temporary folder, a server.
    pub keep: Box<dyn Any>,
}

impl Facts {
    /// A store that is both ports in one.
    pub fn of<S: AnalyticsStore + AnalyticsReader + 'static>(store: S) -> Self {
        let store = Arc::new(store);
        Self { store: store.clone(), reader: store, keep: Box::new(()) }
    }

    async fn put(&self, facts: &[TodoFacts], past: &[PastOverdue]) {
        self.store.store(facts, past, &[]).await.expect("facts are stored");
    }

    /// What `owner` sees, sorted.
    async fn see(&self, owner: &UserId, list: Option<ListId>, from: i64, until: i64) -> Happenings {
        let query = FactQuery { list, from: at(from), until: at(until) };
        let mut seen = self.reader.happenings(owner, &query).await.expect("an answer");
        seen.created.sort();
        seen.completed.sort();
        seen.overdue.sort();
        seen
    }
}

/// Of a todo that was created at second `created`.
fn facts(owner: &UserId, list: ListId, created: i64, change: impl FnOnce(&mut TodoFacts)) -> TodoFacts {
    let (created_at, created_list) = (at(created), list);
    let mut facts = TodoFacts {
        id: fresh_todo_id(),
        version: 1,
        owner: owner.clone(),
        list,
        created_at,
        created_list,
        completed: None,
        deleted: false,
        due: None,
        overdue_since: None,
    };
    change(&mut facts);
    facts
}

fn completed(at: Timestamp, list: ListId, seconds: u64) -> Option<Completed> {
    Some(Completed { at, list, lead_time: Some(Duration::from_secs(seconds)) })
}

/// Holds what `fresh` makes to the whole contract. `fresh` is asked once for each case; only the first case needs its store
/// to be empty, the others look at people of their own.
///
/// # Panics
/// Where the contract is broken.
pub async fn suite(fresh: impl AsyncFn() -> Facts) {
    macro_rules! cases {
        ($($case:ident)*) => { $(Box::pin($case(fresh().await)).await;)* };
    }
    cases! {
        offsets_move_with_the_facts
        facts_come_back_as_they_were_stored
        only_a_higher_version_replaces_facts
        everything_is_seen_in_its_time_and_list
        a_time_of_being_overdue_is_seen_where_it_touches
        quarters_are_told_once_and_in_order
        waiting_ends_when_the_facts_are_there
        large_batches_are_stored
        of_what_is_nobodys_nothing_past_is_kept
    }
}

async fn offsets_move_with_the_facts(store: Facts) {
    let sorted = async || {
        let mut offsets = store.store.offsets().await.expect("offsets");
        offsets.sort_unstable();
        offsets
    };
    assert_eq!(sorted().await, [], "this store is not empty: this case needs a new one");
    let one = facts(&fresh_user(), fresh_list_id(), 0, |_| ());
    store.store.store(std::slice::from_ref(&one), &[], &[(0, 5), (1, 1)]).await.expect("stored");
    assert_eq!(sorted().await, [(0, 5), (1, 1)]);
    store.store.store(&[], &[], &[(1, i64::MAX)]).await.expect("stored");
    assert_eq!(sorted().await, [(0, 5), (1, i64::MAX)], "offsets move without facts, each partition by itself");
    store.store.store(&[one], &[], &[(0, 6)]).await.expect("stored");
    assert_eq!(sorted().await, [(0, 6), (1, i64::MAX)], "offsets move although the facts were there already");
    store.reader.ready().await.expect("ready");
}

async fn facts_come_back_as_they_were_stored(store: Facts) {
    let (me, list) = (fresh_user(), fresh_list_id());
    let plain = facts(&me, list, 0, |_| ());
    let full = facts(&me, list, 0, |facts| {
        facts.version = i64::MAX as u64;
        facts.list = fresh_list_id();
        facts.created_at = at(0) + SignedDuration::from_micros(1);
        let lead_time = Some(Duration::from_micros(999_999));
        facts.completed = Some(Completed { at: at(1) + SignedDuration::from_micros(999_999), list: fresh_list_id(), lead_time });
        facts.deleted = true;
        facts.due = Some("1969-12-31T23:59:59.999999Z".parse().expect("an instant"));
        facts.overdue_since = Some("9999-12-30T00:00:00Z".parse().expect("an instant"));
    });
    let created_done = facts(&me, list, 0, |facts| facts.completed = Some(Completed { at: at(0), list, lead_time: None }));
    store.put(&[plain.clone(), full.clone(), created_done.clone()], &[]).await;
    for one in [plain, full, created_done] {
        assert_eq!(store.store.facts(&[one.id]).await.expect("facts"), [one]);
    }
    assert_eq!(store.store.facts(&[fresh_todo_id()]).await.expect("facts"), []);
    assert_eq!(store.store.facts(&[]).await.expect("facts"), []);
}

async fn only_a_higher_version_replaces_facts(store: Facts) {
    let (me, list) = (fresh_user(), fresh_list_id());
    let mut one = facts(&me, list, 0, |facts| facts.version = 3);
    store.put(std::slice::from_ref(&one), &[]).await;
    for (offered, holds) in [(3, 3), (2, 3), (5, 5), (4, 5), (6, 6)] {
        one.version = offered;
        one.due = Some(at(offered.cast_signed()));
        store.put(std::slice::from_ref(&one), &[]).await;
        let kept = store.store.facts(&[one.id]).await.expect("facts").remove(0);
        assert_eq!(kept.version, holds, "after {offered} was offered");
        assert_eq!(kept.due, (holds > 3).then(|| at(holds.cast_signed())), "after {offered} was offered");
    }
    // One batch may name a todo twice: the higher version stays.
    let (mut seventh, mut eighth) = (one.clone(), one.clone());
    (seventh.version, eighth.version) = (7, 8);
    store.put(&[eighth.clone(), seventh], &[]).await;
    assert_eq!(store.store.facts(&[one.id]).await.expect("facts"), [eighth]);
    // A completion that is withdrawn is gone.
    let mut done = facts(&me, list, 0, |facts| facts.completed = completed(at(5), list, 5));
    store.put(std::slice::from_ref(&done), &[]).await;
    assert_eq!(store.see(&me, None, 0, 10).await.completed.len(), 1);
    (done.version, done.completed) = (2, None);
    store.put(&[done], &[]).await;
    assert_eq!(store.see(&me, None, 0, 10).await.completed, []);
    assert_eq!(store.reader.active_quarters(&me, None).await.expect("quarters"), []);
}

async fn everything_is_seen_in_its_time_and_list(store: Facts) {
    let (me, other) = (fresh_user(), fresh_user());
    let (home, work) = (fresh_list_id(), fresh_list_id());
    let at_home = facts(&me, home, 10, |facts| facts.completed = completed(at(20), work, 10));
    let at_work = facts(&me, work, 15, |facts| facts.deleted = true);
    let foreign = facts(&other, home, 12, |facts| facts.completed = completed(at(20), home, 8));
    store.put(&[at_home, at_work, foreign], &[]).await;
    let ten = Completion { at: at(20), lead_time: Some(Duration::from_secs(10)) };
    for (list, from, until, created, done) in [
        (None, 0, 100, vec![10, 15], vec![ten]),
        (None, 10, 15, vec![10], vec![]),
        (None, 11, 15, vec![], vec![]),
        (None, 11, 16, vec![15], vec![]),
        (None, 20, 21, vec![], vec![ten]),
        (None, 16, 20, vec![], vec![]),
        (Some(home), 0, 100, vec![10], vec![]),
        (Some(work), 0, 100, vec![15], vec![ten]),
        (Some(fresh_list_id()), 0, 100, vec![], vec![]),
    ] {
        let seen = store.see(&me, list, from, until).await;
        let created: Vec<_> = created.into_iter().map(at).collect();
        assert_eq!((seen.created, seen.completed), (created, done), "in {list:?} from {from} until {until}");
    }
}

async fn a_time_of_being_overdue_is_seen_where_it_touches(store: Facts) {
    let (me, other) = (fresh_user(), fresh_user());
    let (home, work) = (fresh_list_id(), fresh_list_id());
    let still = facts(&me, home, 0, |facts| facts.overdue_since = Some(at(50)));
    let past = PastOverdue { id: still.id, version: 7, owner: me.clone(), list: work, since: at(10), until: at(30) };
    let again = PastOverdue { version: 9, since: at(30), until: at(31), ..past.clone() };
    let foreign = PastOverdue { id: fresh_todo_id(), owner: other, ..past.clone() };
    store.put(&[still], &[past.clone(), foreign, past.clone(), again]).await;
    // It is known already: nothing changes.
    store.put(&[], &[PastOverdue { since: at(0), until: at(99), ..past }]).await;
    let over = |since, until: Option<i64>| Overdue { since: at(since), until: until.map(at) };
    let (first, second, still) = (over(10, Some(30)), over(30, Some(31)), over(50, None));
    for (list, from, until, expected) in [
        (None, 0, 100, vec![first, second, still]),
        (None, 0, 10, vec![]),
        (None, 0, 11, vec![first]),
        (None, 29, 31, vec![first, second]),
        (None, 30, 31, vec![second]),
        (None, 32, 50, vec![]),
        (None, 32, 51, vec![still]),
        (None, 1000, 2000, vec![still]),
        (Some(home), 0, 100, vec![still]),
        (Some(work), 0, 100, vec![first, second]),
    ] {
        assert_eq!(store.see(&me, list, from, until).await.overdue, expected, "in {list:?} from {from} until {until}");
    }
}

async fn quarters_are_told_once_and_in_order(store: Facts) {
    let (me, home, work) = (fresh_user(), fresh_list_id(), fresh_list_id());
    let before_1970 = "1969-12-31T23:59:59.999999Z".parse().expect("an instant");
    let done = |at, list| facts(&me, home, 0, |facts| facts.completed = completed(at, list, 1));
    let all = [done(at(1800), home), done(at(899), home), done(at(0), work), done(at(2699), work), done(before_1970, home)];
    store.put(&[&all[..], &[facts(&fresh_user(), home, 0, |facts| facts.completed = completed(at(9000), home, 1))]].concat(), &[]).await;
    let first: Timestamp = "1969-12-31T23:45:00Z".parse().expect("an instant");
    let seen = async |list| store.reader.active_quarters(&me, list).await.expect("quarters");
    assert_eq!(seen(None).await, [first, at(0), at(1800)]);
    assert_eq!(seen(Some(home)).await, [first, at(0), at(1800)]);
    assert_eq!(seen(Some(work)).await, [at(0), at(1800)]);
    assert_eq!(seen(Some(fresh_list_id())).await, []);
}

async fn waiting_ends_when_the_facts_are_there(store: Facts) {
    let (me, list) = (fresh_user(), fresh_list_id());
    let one = facts(&me, list, 0, |_| ());
    let wait = async |positions: &[(String, u64)], patience| store.reader.wait_for(positions, patience).await.expect("an answer");
    let second = [(one.id.to_string(), 2)];
    store.put(std::slice::from_ref(&one), &[]).await;
    assert!(wait(&[], Duration::ZERO).await);
    assert!(wait(&[(one.id.to_string(), 1)], Duration::ZERO).await, "it is there");
    let begin = Instant::now();
    assert!(!wait(&second, SHORT).await);
    assert!(!wait(&[("no todo at all".to_owned(), 1)], SHORT).await);
    assert!(begin.elapsed() >= SHORT * 2 && begin.elapsed() < LONG / 2, "patience is kept: {:?}", begin.elapsed());
    let begin = Instant::now();
    let write = async {
        assert!(!wait(&second, SHORT).await);
        store.put(&[TodoFacts { version: 2, ..one.clone() }], &[]).await;
    };
    let (woken, ()) = tokio::join!(wait(&second, LONG), write);
    assert!(woken && begin.elapsed() < LONG / 3, "it noticed too late");
}

async fn large_batches_are_stored(store: Facts) {
    let (me, list) = (fresh_user(), fresh_list_id());
    let many: Vec<_> = (0..2_000).map(|second| facts(&me, list, second, |_| ())).collect();
    store.put(&many, &[]).await;
    let ids: Vec<_> = many.iter().map(|facts| facts.id).collect();
    assert_eq!(store.store.facts(&ids).await.expect("facts").len(), 2_000);
    assert_eq!(store.see(&me, Some(list), 100, 1_100).await.created, (100..1_100).map(at).collect::<Vec<_>>());
}

/// Whose it was cannot be asked any more; so there is nothing to see for them, and nothing of others' is gone.
async fn of_what_is_nobodys_nothing_past_is_kept(store: Facts) {
    let (me, other, list) = (fresh_user(), fresh_user(), fresh_list_id());
    let [mine, theirs] = [&me, &other].map(|owner| facts(owner, list, 0, |_| ()));
    let past =
        |facts: &TodoFacts, version| PastOverdue { id: facts.id, version, owner: facts.owner.clone(), list, since: at(10), until: at(20) };
    store.put(&[mine.clone(), theirs.clone()], &[past(&mine, 2), past(&theirs, 2)]).await;
    let overdue = async |owner: &UserId| store.see(owner, None, 0, 100).await.overdue.len();
    assert_eq!((overdue(&me).await, overdue(&other).await), (1, 1));
    let nobodys = TodoFacts { owner: UserId::nobody(), version: 4, ..mine.clone() };
    // In the same batch as one that ended it.
    store.put(std::slice::from_ref(&nobodys), &[past(&mine, 3)]).await;
    assert_eq!((overdue(&me).await, overdue(&other).await, overdue(&UserId::nobody()).await), (0, 1, 0));
    assert_eq!(store.see(&me, None, -10, 100).await, Happenings::default());
    assert_eq!(store.store.facts(&[mine.id]).await.expect("facts"), [nobodys]);
}
