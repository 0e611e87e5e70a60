//! How the platform itself is doing, for operators.

use std::{collections::BTreeMap, time::Duration};

use domain::{
    Envelope, Refusal, SagaId,
    saga::{Command, OPERATOR, Saga, Status},
};
use ports::{FeedPosition, HostState, LettersState, OperationQuery, OperationRow, OutboxState, ReplayState, Reply, Source, send};
use tracing::warn;

use super::{Caller, Failure};
use crate::edge::Edge;

/// How long one part may take to answer: an operator looks when something does not.
const PATIENCE: Duration = Duration::from_secs(4);
/// At most so many operations are shown: those that began last.
const MOST: usize = 200;

/// How one projection stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Progress {
    pub name: &'static str,
    /// How many of the events that the feed holds it has taken.
    pub taken: u64,
    /// How many it has not taken yet.
    pub behind: u64,
}

/// What is known of the platform. What a shape does not have is `None`.
#[derive(Debug, Default)]
pub(crate) struct Overview {
    pub projections: Vec<Progress>,
    pub outbox: Option<OutboxState>,
    pub hosts: Vec<HostState>,
    pub letters: Option<Vec<LettersState>>,
    pub replays: Option<Vec<ReplayState>>,
    /// The parts that did not say how they are.
    pub silent: Vec<&'static str>,
}

/// Whether the caller may look after the platform, and not only after what is theirs.
pub(crate) fn is_operator(edge: &Edge, caller: &Caller) -> bool {
    edge.gateway.options.operators.contains(&caller.principal)
}

/// Everything at once; a part that does not answer hides no other.
pub(crate) async fn overview(edge: &Edge) -> Overview {
    let watch = &edge.gateway.overview;
    let positions = watch.projections.iter().map(|(name, position)| (*name, &**position)).collect();
    let (progress, outbox, hosts, letters, replays) = tokio::join!(
        within(progress(&*watch.feed, positions)),
        optional(watch.outbox.as_ref().map(|watch| watch.outbox())),
        within(watch.hosts.hosts()),
        optional(watch.letters.as_ref().map(|watch| watch.letters())),
        optional(watch.replays.as_ref().map(|watch| watch.replays())),
    );
    let mut silent = vec![];
    Overview {
        projections: known(progress, "projections", &mut silent),
        outbox: known(outbox, "outbox", &mut silent),
        hosts: known(hosts, "hosts", &mut silent),
        letters: known(letters, "deadLetters", &mut silent),
        replays: known(replays, "replays", &mut silent),
        silent,
    }
}

async fn within<T>(asked: impl Future<Output = Result<T, Source>>) -> Result<T, Source> {
    tokio::time::timeout(PATIENCE, asked).await.map_err(Source::from)?
}

async fn optional<T>(asked: Option<impl Future<Output = Result<T, Source>>>) -> Result<Option<T>, Source> {
    match asked {
        Some(asked) => within(asked).await.map(Some),
        None => Ok(None),
    }
}

fn known<T: Default>(part: Result<T, Source>, name: &'static str, silent: &mut Vec<&'static str>) -> T {
    part.unwrap_or_else(|error| {
        warn!(part = name, error = &*error, "an operator is not told how it stands");
        silent.push(name);
        T::default()
    })
}

async fn progress(feed: &dyn ports::FeedEnds, projections: Vec<(&'static str, &dyn FeedPosition)>) -> Result<Vec<Progress>, Source> {
    // Positions first: what came in between makes a projection look late rather than ahead.
    let mut positions = vec![];
    for (name, position) in projections {
        positions.push((name, position.offsets().await?.into_iter().collect::<BTreeMap<_, _>>()));
    }
    let ends = feed.ends().await?;
    let of = |(name, at): (_, BTreeMap<i32, i64>)| {
        let (mut taken, mut behind) = (0, 0);
        for (partition, offsets) in &ends {
            let next = at.get(partition).copied().unwrap_or(offsets.start).clamp(offsets.start, offsets.end.max(offsets.start));
            taken += (next - offsets.start).cast_unsigned();
            behind += (offsets.end - next).max(0).cast_unsigned();
        }
        Progress { name, taken, behind }
    };
    Ok(positions.into_iter().map(of).collect())
}

/// Everybody's operations in one of `statuses`, those that began last first.
pub(crate) async fn everybodys_operations(edge: &Edge, statuses: Vec<Status>) -> Result<Vec<OperationRow>, Failure> {
    let asked = OperationQuery { statuses, limit: MOST, ..OperationQuery::default() };
    Ok(edge.gateway.operations.operations(&asked).await?)
}

/// Tells anybody's operation to go on, or to take back what it did.
pub(crate) async fn operate(edge: &Edge, caller: &Caller, id: SagaId, command: Command) -> Result<Saga, Failure> {
    // Only an operator is let in here, and an operation knows operators by this one name.
    let principal = OPERATOR.parse().map_err(|_| Failure::NoOperation)?;
    let envelope = Envelope {
        command_id: caller.command_id(edge),
        aggregate_id: id.to_string(),
        expected_version: None,
        principal,
        at: edge.gateway.clock.now(),
        replayable: false,
        trace: caller.trace.clone(),
        access: caller.access(),
        command,
    };
    match send::<Saga>(&*edge.gateway.dispatch, &envelope).await? {
        Reply::Accepted(accepted) => accepted.state.ok_or(Failure::NoOperation),
        Reply::Refused { refusal: Refusal::NotFound } => Err(Failure::NoOperation),
        Reply::Refused { refusal } => Err(refusal.into()),
    }
}
