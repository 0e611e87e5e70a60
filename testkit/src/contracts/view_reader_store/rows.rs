//! What is stored, and how long it stays.

use domain::todo::Priority;
use jiff::SignedDuration;

use super::{Views, everything};
use crate::samples::{at, due, fresh_list_id, fresh_todo_id, fresh_user, order, row, row_with, tags, text};

pub(super) async fn offsets_move_with_the_rows(views: Views) {
    let sorted = async || {
        let mut offsets = views.store.offsets().await.expect("offsets");
        offsets.sort_unstable();
        offsets
    };
    assert_eq!(sorted().await, [], "these views are not empty: this case needs new ones");
    let (me, one) = (fresh_user(), 1_i64);
    let first = row(&me, "first");
    views.store.store(std::slice::from_ref(&first), &[(0, 5), (1, one)]).await.expect("stored");
    assert_eq!(sorted().await, [(0, 5), (1, 1)]);
    views.store.store(&[], &[(1, i64::MAX)]).await.expect("stored");
    assert_eq!(sorted().await, [(0, 5), (1, i64::MAX)], "offsets move without rows, each partition by itself");
    views.store.store(&[first], &[(0, 6)]).await.expect("stored");
    assert_eq!(sorted().await, [(0, 6), (1, i64::MAX)], "offsets move although the row was there already");
}

pub(super) async fn a_row_comes_back_as_it_was_stored(views: Views) {
    let me = fresh_user();
    let plain = row(&me, "plain");
    let full = row_with(&me, "'; DROP TABLE todos; -- \"q\" \\ % _ \n \u{202e} 🦀 e\u{301} ﷽", |row| {
        row.version = i64::MAX as u64;
        row.todo.list = fresh_list_id();
        row.todo.description = Some(text(&"ü".repeat(20_000)));
        row.todo.tags = tags(&["a,b", "c\"d", "{e}", "f%", "G", "g"]);
        row.todo.priority = Some(Priority::Urgent);
        row.todo.due = Some(due("2026-10-25T02:30:00.125", "Europe/Berlin"));
        row.todo.order = Some(order(0.1 + 0.2));
        row.todo.completed = true;
        row.todo.deleted = true;
        row.created_at = at(0) + SignedDuration::from_micros(1);
        row.updated_at = at(1) + SignedDuration::from_micros(999_999);
        row.completed_at = Some(at(1));
    });
    let extremes = row_with(&me, &"🦀".repeat(500), |row| {
        row.todo.due = Some(due("1969-12-31", "Asia/Kathmandu"));
        row.todo.order = Some(order(-9_007_199_254_740_992.0));
        row.created_at = "1969-12-31T23:59:59.999999Z".parse().expect("an instant");
    });
    views.put(&[plain.clone(), full.clone(), extremes.clone()]).await;
    for row in [plain, full, extremes] {
        let stored = views.store.rows(&[row.id]).await.expect("rows");
        assert!(stored == [row.clone()], "rows() gives another row than was stored: {stored:?} for {row:?}");
        let seen = views.reader.todo(&me, row.id).await.expect("todo");
        assert!(seen.as_ref() == Some(&row), "todo() gives another row than was stored: {seen:?} for {row:?}");
        if !row.todo.deleted {
            let listed = views.see(&me, &everything()).await;
            assert!(listed.contains(&row), "todos() gives another row than was stored: {listed:?} for {row:?}");
        }
    }
}

pub(super) async fn only_a_higher_version_replaces_a_row(views: Views) {
    let me = fresh_user();
    let version = |version, title| row_with(&me, title, |row| row.version = version);
    let first = version(3, "third");
    let again = |version, title: &str| {
        let mut row = first.clone();
        (row.version, row.todo.title) = (version, text(title));
        row
    };
    views.put(std::slice::from_ref(&first)).await;
    for (offered, holds) in [(3, 3), (2, 3), (5, 5), (4, 5), (5, 5), (6, 6)] {
        let before = views.reader.todo(&me, first.id).await.expect("todo").expect("a row");
        views.put(&[again(offered, &format!("offered as {offered}"))]).await;
        let after = views.reader.todo(&me, first.id).await.expect("todo").expect("a row");
        assert_eq!(after.version, holds, "after version {offered} was offered to {}", before.version);
        if after.version == before.version {
            assert!(after == before, "version {offered} changed a row of version {} without replacing it", before.version);
        } else {
            assert_eq!(after.todo.title.expose(), format!("offered as {offered}"));
        }
    }
    assert_eq!(views.see(&me, &everything()).await.len(), 1, "it is one todo still");
}

pub(super) async fn one_batch_may_name_a_todo_twice(views: Views) {
    let me = fresh_user();
    let version = |of: &ports::TodoRow, version| {
        let mut row = of.clone();
        row.version = version;
        row
    };
    let (up, down) = (row(&me, "up"), row(&me, "down"));
    views.put(&[version(&up, 1), version(&up, 2), version(&down, 2), version(&down, 1)]).await;
    for row in [up, down] {
        let stored = views.reader.todo(&me, row.id).await.expect("todo").expect("a row");
        assert_eq!(stored.version, 2, "of a todo that comes twice in one batch the higher version holds");
    }
}

pub(super) async fn batches_may_be_empty_or_large(views: Views) {
    let me = fresh_user();
    views.put(&[]).await;
    assert_eq!(views.store.rows(&[]).await.expect("rows"), []);
    let many: Vec<_> = (0..1000).map(|number| row(&me, &format!("number {number}"))).collect();
    views.put(&many).await;
    // As many again that do not exist, and one id twice.
    let known = many.iter().map(|row| row.id).chain(many.first().map(|row| row.id));
    let ids: Vec<_> = known.chain((0..1000).map(|_| fresh_todo_id())).collect();
    let mut found = views.store.rows(&ids).await.expect("rows");
    found.sort_by_key(|row| row.id);
    found.dedup_by_key(|row| row.id);
    let mut wanted = many;
    wanted.sort_by_key(|row| row.id);
    assert!(found == wanted, "of 1000 rows, {} came back", found.len());
}

/// A reader that asks for the rows first and the offsets then must not find offsets older than the rows, nor the other
/// way round: else a crash between the two would lose events, or a query would wait for nothing.
pub(super) async fn rows_and_offsets_are_seen_together(views: Views) {
    const ROUNDS: i64 = 60;
    // A partition of its own, where the store is shared.
    let partition = i32::try_from(at(0).as_second() % 1000).expect("a small number") + 7;
    let base = row(&fresh_user(), "both at once");
    let write = async {
        for round in 1..=ROUNDS {
            let mut row = base.clone();
            row.version = round.unsigned_abs();
            views.store.store(&[row], &[(partition, round)]).await.expect("stored");
        }
    };
    let offset = async || {
        let offsets = views.store.offsets().await.expect("offsets");
        offsets.into_iter().find(|(of, _)| *of == partition).map_or(0, |(_, offset)| offset.unsigned_abs())
    };
    let version = async || views.store.rows(&[base.id]).await.expect("rows").first().map_or(0, |row| row.version);
    let read = async {
        let mut reached = 0;
        while reached < ROUNDS.unsigned_abs() {
            let seen = version().await;
            let then = offset().await;
            assert!(then >= seen, "row {seen} was seen while the offset was {then}");
            reached = version().await;
            assert!(reached >= then, "offset {then} was seen while the row was {reached}");
            tokio::task::yield_now().await;
        }
    };
    tokio::join!(write, read);
}

pub(super) async fn nobody_sees_what_is_not_theirs(views: Views) {
    let (me, other) = (fresh_user(), fresh_user());
    let (mine, theirs) = (row(&me, "shared word"), row(&other, "shared word"));
    views.put(&[mine.clone(), theirs.clone()]).await;
    assert_eq!(views.reader.todo(&me, theirs.id).await.expect("todo"), None, "a stranger's todo was shown");
    assert_eq!(views.reader.todo(&me, fresh_todo_id()).await.expect("todo"), None);
    let mut query = everything();
    views.expect_set(&me, &query, &[&mine], "a list shows one's own only").await;
    views.expect_set(&other, &query, &[&theirs], "a list shows one's own only").await;
    views.expect_set(&fresh_user(), &query, &[], "a newcomer has no todos").await;
    query.search = Some("shared".into());
    views.expect_set(&me, &query, &[&mine], "a search finds one's own only").await;
    query.search = None;
    query.list = Some(theirs.todo.list);
    views.expect_set(&me, &query, &[], "a stranger's list is empty").await;
}

pub(super) async fn it_says_when_it_is_ready(views: Views) {
    views.reader.ready().await.expect("ready");
}
