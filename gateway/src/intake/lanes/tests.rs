use super::*;

const LIMIT: usize = 3;

fn lanes() -> Lanes<()> {
    Lanes::new(LIMIT)
}

fn message(partition: i32, offset: i64, key: &str) -> Incoming<()> {
    let order = Order::Key(Bytes::copy_from_slice(key.as_bytes()));
    Incoming { spot: (partition, offset), order, aggregate: Some(key.to_owned()), work: () }
}

/// Everything that may be begun now.
fn begun(lanes: &mut Lanes<()>) -> Vec<Spot> {
    let mut begun: Vec<_> = std::iter::from_fn(|| lanes.start()).map(|start| start.spot).collect();
    begun.sort_unstable();
    begun
}

#[test]
fn one_of_each_key_at_a_time_in_order() {
    let mut lanes = lanes();
    for (offset, key) in ["a", "a", "b", "a"].into_iter().enumerate() {
        lanes.add(message(0, offset as i64, key));
    }
    assert_eq!(begun(&mut lanes), [(0, 0), (0, 2)]);
    lanes.done((0, 2), false);
    assert_eq!(begun(&mut lanes), [], "what follows under another key waits for its own key only");
    lanes.done((0, 0), false);
    assert_eq!(begun(&mut lanes), [(0, 1)]);
    lanes.done((0, 1), false);
    assert_eq!(begun(&mut lanes), [(0, 3)]);
}

#[test]
fn commits_pass_over_nothing() {
    let mut lanes = lanes();
    for offset in [3, 4, 7, 9] {
        lanes.add(message(0, offset, &offset.to_string()));
    }
    lanes.add(message(1, 0, "other"));
    assert_eq!(begun(&mut lanes).len(), 5);
    lanes.done((0, 4), false);
    lanes.done((0, 7), false);
    assert_eq!(lanes.to_commit(), [], "the first is not done");
    lanes.done((0, 3), false);
    assert_eq!(lanes.to_commit(), [(0, 8)], "up to the last that is done");
    lanes.committed(&[(0, 8)]);
    assert_eq!((lanes.to_commit(), lanes.held()), (vec![], 2));
}

#[test]
fn an_aggregate_waits_where_too_much_of_it_is_not_committed() {
    let mut lanes = lanes();
    lanes.add(message(0, 0, "stuck"));
    for offset in 1..10 {
        lanes.add(message(0, offset, "a"));
    }
    assert_eq!(begun(&mut lanes), [(0, 0), (0, 1)]);
    for offset in 1..LIMIT as i64 {
        lanes.done((0, offset), false);
        assert_eq!(begun(&mut lanes), [(0, offset + 1)]);
    }
    lanes.done((0, LIMIT as i64), false);
    assert_eq!(begun(&mut lanes), [], "after a crash the actor would not remember more");
    lanes.done((0, 0), false);
    assert_eq!(begun(&mut lanes), [(0, 4)], "nothing before it is open: it may not wait for commits that wait for it");
    lanes.done((0, 4), false);
    let next = lanes.to_commit();
    assert_eq!(next, [(0, 5)]);
    lanes.committed(&next);
    assert_eq!(begun(&mut lanes), [(0, 5)]);
}

#[test]
fn after_a_refusal_a_key_waits_until_that_is_committed() {
    let mut lanes = lanes();
    lanes.add(message(0, 0, "stuck"));
    lanes.add(message(0, 1, "a"));
    lanes.add(message(0, 2, "a"));
    begun(&mut lanes);
    lanes.done((0, 1), true);
    assert_eq!(begun(&mut lanes), [], "what follows could make it true, and after a crash it would be asked again");
    lanes.done((0, 0), false);
    assert_eq!(begun(&mut lanes), []);
    let next = lanes.to_commit();
    lanes.committed(&next);
    assert_eq!(begun(&mut lanes), [(0, 2)]);
}

#[test]
fn a_lost_partition_is_forgotten_and_may_come_again() {
    let mut lanes = lanes();
    for offset in 0..3 {
        lanes.add(message(0, offset, "a"));
    }
    lanes.add(message(1, 0, "b"));
    let starts: Vec<_> = std::iter::from_fn(|| lanes.start()).collect();
    lanes.lost(&[0]);
    for start in starts {
        assert_eq!(start.cancel.is_cancelled(), start.spot.0 == 0, "{:?}", start.spot);
    }
    lanes.done((0, 0), false);
    assert_eq!((lanes.to_commit(), lanes.held()), (vec![], 1), "what is lost is another's to commit");
    lanes.add(message(0, 0, "a"));
    let again = lanes.start().expect("it comes again");
    assert!(again.spot == (0, 0) && !again.cancel.is_cancelled());
}

#[test]
fn nothing_is_kept_of_what_is_over() {
    let mut lanes = lanes();
    for offset in 0..100 {
        lanes.add(message(0, offset, &format!("key {}", offset % 10)));
    }
    let mut refused = false;
    while lanes.held() > 0 {
        for spot in begun(&mut lanes) {
            lanes.done(spot, refused);
            refused = !refused;
        }
        let next = lanes.to_commit();
        assert!(!next.is_empty(), "it goes on");
        lanes.committed(&next);
    }
    assert!(lanes.lanes.is_empty() && lanes.unsettled.is_empty() && lanes.blocked.is_empty());
}
