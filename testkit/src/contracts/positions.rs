//! The contract of [`Positions`].

use std::collections::BTreeMap;

use domain::UserId;
use ports::Positions;
use tokio::task::JoinSet;

use super::Fresh;
use crate::samples::{fresh_todo_id, fresh_user, user};

/// Holds what `fresh` makes to the whole contract.
///
/// # Panics
/// Where the contract is broken.
pub async fn suite<P: Positions + 'static>(fresh: impl AsyncFn() -> Fresh<P>) {
    the_highest_version_counts(&*fresh().await.port).await;
    people_are_apart(&*fresh().await.port).await;
    what_is_settled_is_forgotten(&*fresh().await.port).await;
    nothing_newer_is_forgotten(&*fresh().await.port).await;
    many_gateways_use_it_at_once(&fresh().await).await;
}

async fn expect<P: Positions>(positions: &P, who: &UserId, expected: &[(&str, u64)], case: &str) {
    let found = positions.outstanding(who).await.expect("an answer");
    let (count, found) = (found.len(), found.into_iter().collect::<BTreeMap<_, _>>());
    assert_eq!(count, found.len(), "{case}: an aggregate is named twice");
    assert_eq!(found, expected.iter().map(|(id, version)| ((*id).to_owned(), *version)).collect(), "{case}");
}

async fn note<P: Positions>(positions: &P, who: &UserId, id: &str, version: u64) {
    positions.note(who, id, version).await.expect("noted");
}

async fn settle<P: Positions>(positions: &P, who: &UserId, reached: &[(&str, u64)]) {
    let reached: Vec<_> = reached.iter().map(|(id, version)| ((*id).to_owned(), *version)).collect();
    positions.settled(who, &reached).await.expect("settled");
}

async fn the_highest_version_counts<P: Positions>(positions: &P) {
    let (me, one, two) = (fresh_user(), fresh_todo_id().to_string(), fresh_todo_id().to_string());
    expect(positions, &me, &[], "nothing was written yet").await;
    // 9 and 10 are the other way round for whoever compares digits.
    for (version, highest) in [(9, 9), (10, 10), (2, 10), (10, 10), (1 << 40, 1 << 40), (99, 1 << 40)] {
        note(positions, &me, &one, version).await;
        expect(positions, &me, &[(&one, highest)], &format!("after version {version}")).await;
    }
    note(positions, &me, &two, 1).await;
    expect(positions, &me, &[(&one, 1 << 40), (&two, 1)], "each aggregate by itself").await;
}

async fn people_are_apart<P: Positions>(positions: &P) {
    let (me, shared) = (fresh_user(), fresh_todo_id().to_string());
    // Names that run into one another where they are joined by a sign of their own alphabet.
    let others = [user(&format!("{me}:x")), user(&format!("{me}.")), user(&format!("x:{me}"))];
    note(positions, &me, &shared, 3).await;
    for other in &others {
        expect(positions, other, &[], "somebody else wrote").await;
        note(positions, other, &shared, 7).await;
    }
    expect(positions, &me, &[(&shared, 3)], "somebody else wrote more").await;
    settle(positions, &others[0], &[(&shared, 7)]).await;
    settle(positions, &fresh_user(), &[(&shared, 7)]).await;
    expect(positions, &me, &[(&shared, 3)], "somebody else saw it").await;
    expect(positions, &others[1], &[(&shared, 7)], "somebody else saw it").await;
}

async fn what_is_settled_is_forgotten<P: Positions>(positions: &P) {
    let (me, one, two) = (fresh_user(), fresh_todo_id().to_string(), fresh_todo_id().to_string());
    note(positions, &me, &one, 2).await;
    note(positions, &me, &two, 5).await;
    settle(positions, &me, &[]).await;
    settle(positions, &me, &[(&fresh_todo_id().to_string(), 1)]).await;
    expect(positions, &me, &[(&one, 2), (&two, 5)], "nothing of that was settled").await;
    settle(positions, &me, &[(&one, 2)]).await;
    expect(positions, &me, &[(&two, 5)], "the one was settled").await;
    settle(positions, &me, &[(&one, 2), (&two, 9)]).await;
    expect(positions, &me, &[], "both were settled, one further than it was noted").await;
    note(positions, &me, &one, 3).await;
    expect(positions, &me, &[(&one, 3)], "written again").await;
}

/// A query that began before a write must not make the next query forget that write.
async fn nothing_newer_is_forgotten<P: Positions>(positions: &P) {
    let (me, one) = (fresh_user(), fresh_todo_id().to_string());
    note(positions, &me, &one, 10).await;
    for older in [1, 9] {
        settle(positions, &me, &[(&one, older)]).await;
        expect(positions, &me, &[(&one, 10)], "an older version was settled").await;
    }
}

async fn many_gateways_use_it_at_once<P: Positions + 'static>(fresh: &Fresh<P>) {
    let (me, one) = (fresh_user(), fresh_todo_id().to_string());
    let mut gateways = JoinSet::new();
    for gateway in 0..32_u64 {
        let (positions, me, one) = (fresh.port.clone(), me.clone(), one.clone());
        gateways.spawn(async move {
            for turn in 0..8 {
                // Each version once, in no order.
                note(&*positions, &me, &one, (gateway * 8 + turn) * 101 % 256 + 1).await;
                settle(&*positions, &me, &[(&one, gateway * 8)]).await;
            }
        });
    }
    gateways.join_all().await;
    expect(&*fresh.port, &me, &[(&one, 256)], "the highest of all").await;
}
