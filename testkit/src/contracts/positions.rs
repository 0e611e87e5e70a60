//! The contract of [`Positions`].

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use domain::UserId;
use ports::{Positions, PositionsBounds};
use tokio::task::JoinSet;

use super::Fresh;
use crate::{
    poll_until,
    samples::{fresh_todo_id, fresh_user, user},
};

/// Holds what `fresh` makes to the whole contract.
///
/// # Panics
/// Where the contract is broken.
pub async fn suite<P: Positions + 'static>(fresh: impl AsyncFn(PositionsBounds) -> Fresh<P>) {
    let usual = PositionsBounds::default();
    the_highest_version_counts(&*fresh(usual).await.port).await;
    people_are_apart(&*fresh(usual).await.port).await;
    what_is_settled_is_forgotten(&*fresh(usual).await.port).await;
    nothing_newer_is_forgotten(&*fresh(usual).await.port).await;
    many_gateways_use_it_at_once(&fresh(usual).await).await;
    only_the_newest_are_kept(&*fresh(PositionsBounds { most: 10, ..usual }).await.port, 10).await;
    a_flood_is_bounded(&fresh(usual).await, usual.most).await;
    each_has_an_age_of_its_own(&*fresh(PositionsBounds { lifetime: Duration::from_millis(300), ..usual }).await.port).await;
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

/// Notes `ids` one after the other, all at version 1.
async fn note_all<P: Positions>(positions: &P, who: &UserId, ids: &[String]) {
    for id in ids {
        note(positions, who, id, 1).await;
    }
}

async fn only_the_newest_are_kept<P: Positions>(positions: &P, most: usize) {
    let (me, other) = (fresh_user(), fresh_user());
    let ids: Vec<_> = (0..most * 3).map(|_| fresh_todo_id().to_string()).collect();
    let newest = |from: usize, to: usize| ids[from..to].iter().map(|id| (id.as_str(), 1)).collect::<Vec<_>>();
    note(positions, &other, &ids[0], 1).await;
    note_all(positions, &me, &ids[..most]).await;
    expect(positions, &me, &newest(0, most), "as many as are kept").await;
    note_all(positions, &me, &ids[most..most * 2]).await;
    expect(positions, &me, &newest(most, most * 2), "the oldest went").await;
    // What is written again is the newest; what is told again is not.
    note(positions, &me, &ids[most], 2).await;
    note(positions, &me, &ids[most + 1], 1).await;
    note_all(positions, &me, &ids[most * 2..most * 3 - 1]).await;
    let mut left = newest(most * 2, most * 3 - 1);
    left.push((&ids[most], 2));
    expect(positions, &me, &left, "one that was written again stays").await;
    // Settled ones leave room.
    settle(positions, &me, &[(&ids[most], 2), (&ids[most * 2], 1)]).await;
    note_all(positions, &me, &ids[..2]).await;
    let mut left = newest(most * 2 + 1, most * 3 - 1);
    left.extend([(ids[0].as_str(), 1), (ids[1].as_str(), 1)]);
    expect(positions, &me, &left, "there was room").await;
    expect(positions, &other, &[(&ids[0], 1)], "somebody else wrote much").await;
}

/// One person, or a program in their name, writes without a pause at many gateways.
async fn a_flood_is_bounded<P: Positions + 'static>(fresh: &Fresh<P>, most: usize) {
    let me = fresh_user();
    let mut gateways = JoinSet::new();
    for _ in 0..16 {
        let (positions, me): (Arc<P>, _) = (fresh.port.clone(), me.clone());
        gateways.spawn(async move {
            let ids: Vec<_> = (0..most / 4).map(|_| fresh_todo_id().to_string()).collect();
            note_all(&*positions, &me, &ids).await;
            assert!(positions.outstanding(&me).await.expect("an answer").len() <= most, "more than is kept");
            ids.last().cloned().expect("one")
        });
    }
    gateways.join_all().await;
    assert_eq!(fresh.port.outstanding(&me).await.expect("an answer").len(), most, "four times as much was written");
    let last: Vec<_> = (0..most).map(|_| fresh_todo_id().to_string()).collect();
    note_all(&*fresh.port, &me, &last).await;
    let left: BTreeSet<_> = fresh.port.outstanding(&me).await.expect("an answer").into_iter().map(|(id, _)| id).collect();
    assert_eq!(left, last.into_iter().collect(), "the newest, whoever wrote before");
}

/// Somebody who never stops writing is not remembered for ever.
async fn each_has_an_age_of_its_own<P: Positions>(positions: &P) {
    let (me, old, busy) = (fresh_user(), fresh_todo_id().to_string(), fresh_todo_id().to_string());
    note(positions, &me, &old, 1).await;
    let mut version = 0;
    let gone = poll_until(Duration::from_secs(20), async || {
        version += 1;
        note(positions, &me, &busy, version).await;
        let left = positions.outstanding(&me).await.expect("an answer");
        (!left.iter().any(|(id, _)| *id == old)).then_some(())
    });
    assert!(gone.await.is_some(), "an old write is remembered because a new one was made");
    let all_gone =
        poll_until(Duration::from_secs(20), async || positions.outstanding(&me).await.expect("an answer").is_empty().then_some(()));
    assert!(all_gone.await.is_some(), "the last write is remembered for ever");
}
