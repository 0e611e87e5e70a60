//! The contract of [`NotificationReader`] and [`NotificationStore`] over the same rows. Each case needs a store of its own.

use std::collections::BTreeSet;

use domain::{
    NotificationId, UserId, fold,
    notification::{Event, Notification, Subject, Target},
};
use jiff::Timestamp;
use ports::{NotificationReader, NotificationRow, NotificationStore};
use uuid::Uuid;

use super::Fresh;
use crate::samples::{at, fresh_user};

/// Holds what `fresh` makes to the whole contract.
///
/// # Panics
/// Where the contract is broken.
pub async fn suite<N: NotificationReader + NotificationStore>(fresh: impl AsyncFn() -> Fresh<N>) {
    rows_come_back_and_never_go_back(&*fresh().await.port).await;
    what_happened_last_comes_first_page_by_page(&*fresh().await.port).await;
    what_is_old_is_forgotten(&*fresh().await.port).await;
    offsets_move_with_the_rows(&*fresh().await.port).await;
}

/// A notification of `owner` of what happened at `second`, as far as `events` bring it.
fn row(owner: &UserId, second: i64, events: &[Event]) -> NotificationRow {
    let started = Event::NotificationStarted { owner: owner.clone(), subject: Subject::Test, at: at(second), until: at(second + 60) };
    let state = fold::<Notification>(None, std::iter::once(&started).chain(events)).expect("a notification");
    NotificationRow { id: NotificationId::new(Uuid::now_v7()), version: 1 + events.len() as u64, notification: state }
}

fn planned() -> Event {
    Event::NotificationPlanned { subject: Subject::Test, targets: vec![Target::Page, Target::Email], at: at(1) }
}

async fn rows_come_back_and_never_go_back<N: NotificationReader + NotificationStore>(store: &N) {
    let owner = fresh_user();
    let (old, new) = (row(&owner, 1, &[]), row(&owner, 1, &[planned(), Event::NotificationDelivered { delivery: 1, at: at(2) }]));
    let new = NotificationRow { id: old.id, ..new };
    assert_eq!(store.rows(&[old.id]).await.expect("an answer"), []);
    for (written, stands) in [(&old, &old), (&new, &new), (&old, &new)] {
        store.store(std::slice::from_ref(written), &[], Timestamp::MIN).await.expect("stored");
        assert_eq!(store.rows(&[old.id, NotificationId::new(Uuid::now_v7())]).await.expect("an answer"), std::slice::from_ref(stands));
    }
    let both = [new.clone(), old.clone()];
    store.store(&both, &[], Timestamp::MIN).await.expect("stored");
    assert_eq!(store.notifications(&owner, 9, None).await.expect("rows"), [new]);
}

async fn what_happened_last_comes_first_page_by_page<N: NotificationReader + NotificationStore>(store: &N) {
    let (owner, other) = (fresh_user(), fresh_user());
    let mut rows: Vec<_> = (0..20).map(|n| row(&owner, n * 7 % 20 / 2, if n % 3 == 0 { &[] } else { &ALL })).collect();
    store.store(&rows, &[], Timestamp::MIN).await.expect("stored");
    store.store(&[row(&other, 3, &[])], &[], Timestamp::MIN).await.expect("stored");
    rows.sort_by_key(|row| std::cmp::Reverse((row.notification.at, row.id)));
    assert_eq!(store.notifications(&owner, 100, None).await.expect("rows"), rows, "nobody else's");
    assert_eq!(store.notifications(&fresh_user(), 100, None).await.expect("rows"), []);
    let (mut seen, mut after) = (vec![], None);
    loop {
        let page = store.notifications(&owner, 3, after).await.expect("rows");
        let Some(last) = page.last() else { break };
        after = Some((last.notification.at, last.id));
        assert!(page.len() <= 3);
        seen.extend(page);
    }
    assert_eq!(seen, rows, "each once");
}

const ALL: [Event; 1] = [Event::NotificationDropped { reason: domain::notification::DropReason::Unwanted }];

async fn what_is_old_is_forgotten<N: NotificationReader + NotificationStore>(store: &N) {
    let owner = fresh_user();
    let rows = [row(&owner, 0, &[]), row(&owner, 10, &[]), row(&owner, 20, &[])];
    store.store(&rows, &[], Timestamp::MIN).await.expect("stored");
    store.store(&[], &[], at(10)).await.expect("stored");
    let left = store.notifications(&owner, 9, None).await.expect("rows");
    assert_eq!(left, [rows[2].clone(), rows[1].clone()]);
    // What is written and old is not kept either.
    store.store(&[row(&owner, 5, &[])], &[], at(15)).await.expect("stored");
    assert_eq!(store.notifications(&owner, 9, None).await.expect("rows"), [rows[2].clone()]);
}

async fn offsets_move_with_the_rows<N: NotificationReader + NotificationStore>(store: &N) {
    assert_eq!(store.offsets().await.expect("offsets"), []);
    store.store(&[], &[(0, 5), (2, 1)], Timestamp::MIN).await.expect("stored");
    store.store(&[row(&fresh_user(), 0, &[])], &[(0, 7)], Timestamp::MIN).await.expect("stored");
    let offsets: BTreeSet<_> = store.offsets().await.expect("offsets").into_iter().collect();
    assert_eq!(offsets, BTreeSet::from([(0, 7), (2, 1)]));
}
