//! Reading one's own writes.

use std::time::{Duration, Instant};

use super::Views;
use crate::samples::{fresh_todo_id, fresh_user, row, row_with};

/// Longer than any store needs.
const LONG: Duration = Duration::from_secs(30);
const SHORT: Duration = Duration::from_millis(150);

pub(super) async fn what_is_shown_needs_no_waiting(views: Views) {
    let me = fresh_user();
    let (one, two) = (row(&me, "one"), row_with(&me, "two", |row| row.version = 4));
    views.put(&[one.clone(), two.clone()]).await;
    let begin = Instant::now();
    for positions in [
        vec![],
        vec![(one.id.to_string(), 1)],
        vec![(two.id.to_string(), 4)],
        vec![(two.id.to_string(), 3)],
        vec![(one.id.to_string(), 1), (two.id.to_string(), 4)],
        vec![(one.id.to_string(), 1), (one.id.to_string(), 1)],
    ] {
        assert!(views.reader.wait_for(&positions, LONG).await.expect("an answer"), "{positions:?} are shown");
    }
    assert!(views.reader.wait_for(&[(one.id.to_string(), 1)], Duration::ZERO).await.expect("an answer"), "shown, without patience");
    assert!(begin.elapsed() < LONG / 3, "it waited for what was there");
}

pub(super) async fn waiting_ends_when_it_is_shown(views: Views) {
    let me = fresh_user();
    let (one, two) = (row(&me, "one"), row_with(&me, "two", |row| row.version = 3));
    views.put(std::slice::from_ref(&one)).await;
    let mut next = one.clone();
    next.version = 2;
    let positions = [(one.id.to_string(), 2), (two.id.to_string(), 3)];
    let begin = Instant::now();
    let wait = async {
        let shown = views.reader.wait_for(&positions, LONG).await.expect("an answer");
        assert!(shown, "it gave up on what came");
        let rows = views.store.rows(&[one.id, two.id]).await.expect("rows");
        assert!(
            rows.iter().map(|row| row.version).eq([2, 3]) || rows.iter().map(|row| row.version).eq([3, 2]),
            "it did not wait: {rows:?}"
        );
    };
    let write = async {
        // The one after the other, so that the first alone must not do.
        assert!(!views.reader.wait_for(&positions, SHORT).await.expect("an answer"));
        views.put(std::slice::from_ref(&next)).await;
        assert!(!views.reader.wait_for(&positions, SHORT).await.expect("an answer"));
        views.put(std::slice::from_ref(&two)).await;
    };
    tokio::join!(wait, write);
    assert!(begin.elapsed() < LONG / 3, "it noticed too late");
}

pub(super) async fn patience_ends(views: Views) {
    let me = fresh_user();
    let one = row(&me, "one");
    views.put(std::slice::from_ref(&one)).await;
    for (positions, why) in [
        (vec![(one.id.to_string(), 2)], "a version that never comes"),
        (vec![(fresh_todo_id().to_string(), 1)], "a todo that never comes"),
        (vec![(one.id.to_string(), 1), (fresh_todo_id().to_string(), 1)], "one of two that never comes"),
        (vec![("no todo's id at all".to_owned(), 1)], "an aggregate that is not shown here"),
    ] {
        let begin = Instant::now();
        assert!(!views.reader.wait_for(&positions, SHORT).await.expect("an answer"), "{why}");
        let waited = begin.elapsed();
        assert!(waited >= SHORT, "it gave up on {why} after {waited:?}");
        assert!(waited < LONG / 3, "it waited {waited:?} for {why}, not {SHORT:?}");
    }
}
