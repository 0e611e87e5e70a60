use std::time::{Duration, Instant};

use domain::{
    ListId,
    analytics::{DayStats, Days, LeadTime, Streak},
    todo::Zone,
};
use jiff::SignedDuration;
use ports::{Completion, FactQuery, Sort, TodoQuery};
use tracing::warn;

use super::{
    Caller, Failure, Seen,
    read::{Waited, catch_up},
};
use crate::edge::Edge;

/// Which days, on whose calendar.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub zone: Zone,
    pub days: Days,
    /// In this list only.
    pub list: Option<ListId>,
}

/// What a person got done.
#[derive(Debug, Clone)]
pub(crate) struct Tally {
    pub days: Vec<DayStats>,
    /// Of all that was completed on these days.
    pub lead_time: Option<LeadTime>,
    pub streak: Streak,
}

/// What the caller got done on these days.
pub(crate) async fn analytics(edge: &Edge, caller: &Caller, question: &Question) -> Result<Seen<Tally>, Failure> {
    let caught_up = catch_up_facts(edge, caller).await?;
    let (facts, now) = (&edge.gateway.analytics, edge.gateway.clock.now());
    let Question { zone, days, list } = question;
    let query = FactQuery { list: *list, from: days.begin(), until: days.end() };
    let happenings = facts.happenings(&caller.principal, &query).await?;
    let quarters = facts.active_quarters(&caller.principal, *list).await?;
    let lead_times = happenings.completed.iter().filter(|completion| days.contains(completion.at)).filter_map(|done| done.lead_time);
    let tally = Tally {
        lead_time: LeadTime::of(lead_times.collect()),
        days: days.stats(&happenings, now),
        streak: Streak::of(zone, quarters, now),
    };
    Ok(Seen { answer: tally, stale: !caught_up })
}

/// What a person wrote longer ago than this is not waited for: by then the facts hold it, or an operator has been called.
const RECENT: SignedDuration = SignedDuration::from_secs(60);
/// How many todos are looked at at a time.
const PAGE: usize = 50;
/// So many of one person's recent changes are waited for.
const MOST: usize = 1_000;

/// Waits, bounded, until the facts hold what the caller wrote. Whether they do, as far as anybody knows.
///
/// The views show the caller's own writes, so they tell which todos changed lately and to which version. So commands need
/// note nothing for this.
async fn catch_up_facts(edge: &Edge, caller: &Caller) -> Result<bool, Failure> {
    let (gateway, begun) = (&edge.gateway, Instant::now());
    let waited = catch_up(edge, &caller.principal, None).await?;
    let mut wanted = vec![];
    let mut all = true;
    for completion in [Completion::Any, Completion::Deleted] {
        all &= recent(edge, caller, completion, &mut wanted).await?;
    }
    let patience = gateway.options.patience.saturating_sub(begun.elapsed());
    let reached = wanted.is_empty() || gateway.analytics.wait_for(&wanted, patience).await?;
    metrics::histogram!("todo_analytics_wait_seconds").record(begun.elapsed().as_secs_f64());
    if !reached {
        metrics::counter!("todo_analytics_stale_answers_total").increment(1);
        warn!(todos = wanted.len(), waited = ?Duration::as_millis(&begun.elapsed()), "analytics do not hold the caller's last changes yet");
    }
    Ok(reached && all && waited == Waited::Enough)
}

/// Adds the caller's todos of this state that changed lately, with their versions. Whether these are all.
async fn recent(edge: &Edge, caller: &Caller, completion: Completion, wanted: &mut Vec<(String, u64)>) -> Result<bool, Failure> {
    let gateway = &edge.gateway;
    let now = gateway.clock.now();
    let since = now.checked_sub(RECENT).unwrap_or(now);
    let mut query = TodoQuery { completion, sort: Sort::UpdatedDescending, limit: PAGE, ..TodoQuery::default() };
    loop {
        let page = gateway.views.todos(&caller.principal, &query).await?;
        let lately = page.rows.iter().take_while(|row| row.updated_at >= since);
        let before = wanted.len();
        wanted.extend(lately.map(|row| (row.id.to_string(), row.version)));
        match page.next {
            Some(next) if wanted.len() - before == PAGE => query.after = Some(next),
            _ => return Ok(true),
        }
        if wanted.len() >= MOST {
            return Ok(false);
        }
    }
}
