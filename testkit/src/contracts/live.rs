//! The contract of [`Live`].

use std::{sync::Arc, time::Duration};

use domain::UserId;
use ports::{Live, News};

use crate::{
    poll_until,
    samples::{fresh_user, user},
};

/// Long enough for a message to arrive on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// Two processes' views of one thing; for an implementation within one process both are the same.
pub struct Pair {
    /// Where news are published, and watched.
    pub here: Arc<dyn Live>,
    /// Where they are watched as well.
    pub there: Arc<dyn Live>,
}

/// Holds what `pair` makes to the whole contract. The pair may be shared by the cases.
///
/// # Panics
/// Where the contract is broken.
pub async fn suite(pair: impl AsyncFn() -> Pair) {
    everybody_who_watches_is_told(&pair().await).await;
    people_are_apart(&pair().await).await;
    what_piles_up_is_one_wake_up(&pair().await).await;
    what_is_known_wakes_nobody(&pair().await).await;
    a_watcher_that_leaves_takes_nobody_along(&pair().await).await;
    nobody_needs_to_watch(&pair().await).await;
}

async fn hear(news: &mut News, position: u64, case: &str) {
    let heard = async { while news.behind(position - 1).await != position {} };
    tokio::time::timeout(PATIENCE, heard).await.unwrap_or_else(|_| panic!("{case}: nobody was told of {position}"));
}

/// Publishes `position` for `who` until `news` hears of it. A watch may begin a little later than it was asked for, with a
/// doubt; whoever misses nothing looks into the journal then.
async fn settle(live: &dyn Live, who: &UserId, position: u64, news: &mut News, case: &str) {
    let settled = poll_until(PATIENCE, async || {
        live.publish(&[(who.clone(), position)]).await.expect("published");
        (is_told(news, position - 1).await == Some(position)).then_some(())
    });
    assert!(settled.await.is_some(), "{case}: the watch never begins");
}

/// What `news` tells by now.
async fn is_told(news: &mut News, after: u64) -> Option<u64> {
    tokio::time::timeout(Duration::ZERO, news.behind(after)).await.ok()
}

async fn everybody_who_watches_is_told(Pair { here, there }: &Pair) {
    let me = fresh_user();
    let mut all = [here.watch(&me), here.watch(&me), there.watch(&me)];
    for news in &mut all {
        settle(&**here, &me, 1, news, "the first").await;
    }
    for position in 2..20 {
        let publisher = if position % 2 == 0 { here } else { there };
        publisher.publish(&[(fresh_user(), 999), (me.clone(), position)]).await.expect("published");
        for news in &mut all {
            hear(news, position, "each").await;
        }
    }
}

async fn people_are_apart(Pair { here, there }: &Pair) {
    let me = fresh_user();
    // Names that run into one another where they are joined by a sign of their own alphabet.
    let others = [user(&format!("{me}:x")), user(&format!("{me}.")), user(&format!("x:{me}"))];
    let (mut mine, mut theirs) = (there.watch(&me), there.watch(&others[0]));
    settle(&**here, &me, 1, &mut mine, "mine").await;
    settle(&**here, &others[0], 1, &mut theirs, "theirs").await;
    let all: Vec<_> = others.iter().map(|other| (other.clone(), 7)).collect();
    here.publish(&all).await.expect("published");
    // Messages come one after the other: the last one is there, so the others would be, too.
    let last = all.len() - 1;
    settle(&**here, &all[last].0, 8, &mut there.watch(&all[last].0), "the last").await;
    hear(&mut theirs, 7, "theirs").await;
    assert_eq!(is_told(&mut mine, 1).await, None, "somebody else's news were told");
}

async fn what_piles_up_is_one_wake_up(Pair { here, there }: &Pair) {
    let me = fresh_user();
    let mut news = there.watch(&me);
    settle(&**here, &me, 1, &mut news, "the first").await;
    for position in 2..=1000 {
        here.publish(&[(me.clone(), position)]).await.expect("published");
    }
    hear(&mut news, 1000, "the last of many").await;
    assert_eq!(is_told(&mut news, 1000).await, None, "there is nothing behind the last");
}

async fn what_is_known_wakes_nobody(Pair { here, there }: &Pair) {
    let (me, other) = (fresh_user(), fresh_user());
    let (mut news, mut others) = (there.watch(&me), there.watch(&other));
    settle(&**here, &me, 50, &mut news, "the first").await;
    settle(&**here, &other, 1, &mut others, "the other").await;
    // Two publishers may overtake one another.
    here.publish(&[(me.clone(), 49), (me.clone(), 50)]).await.expect("published");
    here.publish(&[(other, 2)]).await.expect("published");
    // Messages come one after the other.
    hear(&mut others, 2, "the other").await;
    assert_eq!(is_told(&mut news, 50).await, None, "an old position woke somebody");
    here.publish(&[(me.clone(), 51)]).await.expect("published");
    hear(&mut news, 51, "the next").await;
}

async fn a_watcher_that_leaves_takes_nobody_along(Pair { here, there }: &Pair) {
    let me = fresh_user();
    let (first, mut second) = (there.watch(&me), there.watch(&me));
    settle(&**here, &me, 1, &mut second, "the second").await;
    drop(first);
    here.publish(&[(me.clone(), 2)]).await.expect("published");
    hear(&mut second, 2, "the one who stays").await;
    drop(second);
    let mut again = there.watch(&me);
    settle(&**here, &me, 3, &mut again, "the one who comes back").await;
}

async fn nobody_needs_to_watch(Pair { here, there }: &Pair) {
    here.publish(&[]).await.expect("nothing to tell");
    here.publish(&[(fresh_user(), 1)]).await.expect("nobody to tell");
    drop(there.watch(&fresh_user()));
}
