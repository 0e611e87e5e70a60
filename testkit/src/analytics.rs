use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use async_trait::async_trait;
use domain::{
    ListId, TodoId, UserId,
    analytics::{Completion, Happenings, Overdue},
};
use jiff::Timestamp;
use ports::{AnalyticsError, AnalyticsReader, AnalyticsStore, FactQuery, FeedPosition, FeedPositionError, PastOverdue, TodoFacts};
use tokio::sync::watch;

/// A quarter of an hour, in microseconds.
const QUARTER: i64 = 900_000_000;

/// Facts in memory: the plainest statement of what [`AnalyticsReader`] and [`AnalyticsStore`] promise.
#[derive(Debug, Default)]
pub struct MemoryAnalytics {
    kept: watch::Sender<Kept>,
}

/// All that a store holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    /// By todo.
    pub facts: BTreeMap<TodoId, TodoFacts>,
    /// By todo and version.
    pub past: BTreeMap<(TodoId, u64), PastOverdue>,
    /// By partition.
    pub offsets: BTreeMap<i32, i64>,
}

impl MemoryAnalytics {
    /// All that is in it.
    pub fn kept(&self) -> Kept {
        self.kept.borrow().clone()
    }
}

#[async_trait]
impl AnalyticsReader for MemoryAnalytics {
    async fn happenings(&self, owner: &UserId, query: &FactQuery) -> Result<Happenings, AnalyticsError> {
        let kept = self.kept.borrow();
        let within = |at: Timestamp| query.from <= at && at < query.until;
        let here = |list: ListId| query.list.is_none_or(|asked| asked == list);
        let touches = |overdue: &Overdue| overdue.since < query.until && overdue.until.is_none_or(|until| until > query.from);
        let mine = || kept.facts.values().filter(|facts| facts.owner == *owner);
        let created = mine().filter(|facts| here(facts.created_list) && within(facts.created_at)).map(|facts| facts.created_at).collect();
        let completed = mine().filter_map(|facts| facts.completed).filter(|completed| here(completed.list) && within(completed.at));
        let now = mine().filter(|facts| here(facts.list)).filter_map(|facts| Some(Overdue { since: facts.overdue_since?, until: None }));
        let past = kept.past.values().filter(|past| past.owner == *owner && here(past.list));
        let past = past.map(|past| Overdue { since: past.since, until: Some(past.until) });
        Ok(Happenings {
            created,
            completed: completed.map(|completed| Completion { at: completed.at, lead_time: completed.lead_time }).collect(),
            overdue: now.chain(past).filter(touches).collect(),
        })
    }

    async fn active_quarters(&self, owner: &UserId, list: Option<ListId>) -> Result<Vec<Timestamp>, AnalyticsError> {
        let kept = self.kept.borrow();
        let mine = kept.facts.values().filter(|facts| facts.owner == *owner).filter_map(|facts| facts.completed);
        let here = mine.filter(|completed| list.is_none_or(|list| list == completed.list));
        let quarters: BTreeSet<i64> = here.map(|completed| completed.at.as_microsecond().div_euclid(QUARTER) * QUARTER).collect();
        Ok(quarters.into_iter().map(|begin| Timestamp::from_microsecond(begin).expect("an instant")).collect())
    }

    async fn wait_for(&self, positions: &[(String, u64)], patience: Duration) -> Result<bool, AnalyticsError> {
        let holds = |kept: &Kept| {
            positions.iter().all(|(id, version)| {
                let facts = id.parse().ok().and_then(|id: TodoId| kept.facts.get(&id));
                facts.is_some_and(|facts| facts.version >= *version)
            })
        };
        let mut kept = self.kept.subscribe();
        Ok(tokio::time::timeout(patience, kept.wait_for(holds)).await.is_ok())
    }

    async fn ready(&self) -> Result<(), AnalyticsError> {
        Ok(())
    }
}

#[async_trait]
impl FeedPosition for MemoryAnalytics {
    async fn offsets(&self) -> Result<Vec<(i32, i64)>, FeedPositionError> {
        Ok(self.kept.borrow().offsets.iter().map(|(partition, offset)| (*partition, *offset)).collect())
    }
}

#[async_trait]
impl AnalyticsStore for MemoryAnalytics {
    async fn facts(&self, ids: &[TodoId]) -> Result<Vec<TodoFacts>, AnalyticsError> {
        let kept = self.kept.borrow();
        Ok(ids.iter().filter_map(|id| kept.facts.get(id)).cloned().collect())
    }

    async fn store(&self, facts: &[TodoFacts], past: &[PastOverdue], offsets: &[(i32, i64)]) -> Result<(), AnalyticsError> {
        self.kept.send_modify(|kept| {
            for facts in facts {
                if kept.facts.get(&facts.id).is_none_or(|stored| stored.version < facts.version) {
                    kept.facts.insert(facts.id, facts.clone());
                }
            }
            for past in past {
                kept.past.entry((past.id, past.version)).or_insert_with(|| past.clone());
            }
            let nobodys = |id: &TodoId| kept.facts.get(id).is_some_and(|facts| facts.owner.is_nobody());
            kept.past.retain(|(id, _), _| !nobodys(id));
            kept.offsets.extend(offsets.iter().copied());
        });
        Ok(())
    }
}
