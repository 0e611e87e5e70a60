use std::collections::{BTreeMap, HashMap};

use domain::HeadsDigest;
use ports::{Chain, Checkpoint, CoveredHead};
use tokio::sync::mpsc;

use super::{Finding, chain};

type Covered = (u64, CoveredHead);

/// What the checkpoints cover, laid beside the chains as these come in the same order.
pub(super) struct Coverage {
    /// By position.
    intervals: Vec<Interval>,
    by_number: HashMap<u64, usize>,
    covered: mpsc::Receiver<Covered>,
    /// The next one, already taken.
    next: Option<Covered>,
    /// Heads of aggregates of which there is no row.
    bare: BTreeMap<String, Covered>,
}

/// What one checkpoint covers.
struct Interval {
    number: u64,
    /// The last one.
    position: u64,
    signed: (u64, [u8; 32]),
    /// Of the heads that are kept with it.
    kept: HeadsDigest,
    /// Of the heads that the journal has now.
    found: HeadsDigest,
}

impl Coverage {
    pub(super) fn of(all: &[Checkpoint], covered: mpsc::Receiver<Covered>) -> Self {
        let interval = |checkpoint: &Checkpoint| Interval {
            number: checkpoint.statement.number,
            position: checkpoint.statement.position,
            signed: (checkpoint.statement.aggregates, checkpoint.statement.digest),
            kept: HeadsDigest::default(),
            found: HeadsDigest::default(),
        };
        let mut intervals: Vec<_> = all.iter().map(interval).collect();
        // As they are already, unless somebody had their hands in them.
        intervals.sort_by_key(|interval| interval.position);
        let by_number = intervals.iter().zip(0..).map(|(interval, at)| (interval.number, at)).collect();
        Self { intervals, by_number, covered, next: None, bare: BTreeMap::new() }
    }

    /// The last position that any checkpoint covers.
    pub(super) fn last_position(&self) -> u64 {
        self.intervals.last().map_or(0, |interval| interval.position)
    }

    /// What was done to this chain. Chains without any row come last.
    pub(super) async fn check(&mut self, chain: Chain) -> Vec<Finding> {
        if chain.rows.is_empty() {
            while let Some(other) = self.take(|_| true).await {
                self.bare.insert(other.1.aggregate_id.clone(), other);
            }
            let covered = self.bare.remove(&chain.aggregate_id);
            return self.compare(chain, covered.into_iter().collect());
        }
        while let Some(other) = self.take(|id| id < chain.aggregate_id.as_str()).await {
            self.bare.insert(other.1.aggregate_id.clone(), other);
        }
        let mut covered = vec![];
        while let Some(own) = self.take(|id| id == chain.aggregate_id).await {
            covered.push(own);
        }
        self.compare(chain, covered)
    }

    /// What is known when all chains have come.
    pub(super) async fn end(&mut self) -> Vec<Finding> {
        while let Some(other) = self.take(|_| true).await {
            self.bare.insert(other.1.aggregate_id.clone(), other);
        }
        let vanished = std::mem::take(&mut self.bare).into_values().map(|(checkpoint, head)| Finding::Vanished {
            aggregate_id: head.aggregate_id,
            first: 1,
            last: head.version,
            checkpoint,
        });
        let mut findings: Vec<_> = vanished.collect();
        for Interval { number, signed, kept, found, .. } in std::mem::take(&mut self.intervals) {
            if kept.finish() != signed {
                findings.push(Finding::HeadsChanged { checkpoint: number, journal_fits: found.finish() == signed });
            }
        }
        findings
    }

    /// The next covered head if its aggregate is a wanted one.
    async fn take(&mut self, wanted: impl Fn(&str) -> bool) -> Option<Covered> {
        if self.next.is_none() {
            self.next = self.covered.recv().await;
        }
        let (number, head) = self.next.take_if(|(_, head)| wanted(&head.aggregate_id))?;
        // One of a checkpoint that is not there proves nothing; that it is missing is told elsewhere.
        if let Some(at) = self.by_number.get(&number) {
            self.intervals[*at].kept.add(&head.aggregate_id, head.version, &head.hash);
        }
        Some((number, head))
    }

    /// Which checkpoint covers this position.
    fn covering(&self, position: u64) -> Option<usize> {
        let at = self.intervals.partition_point(|interval| interval.position < position);
        (at < self.intervals.len()).then_some(at)
    }

    fn compare(&mut self, mut chain: Chain, mut covered: Vec<Covered>) -> Vec<Finding> {
        covered.retain(|(number, _)| self.by_number.contains_key(number));
        let (mut findings, chain) = (meet(&mut chain, &covered), &chain);
        findings.extend(chain::check(chain));
        findings.extend(rewritten(chain, &covered, &findings));
        findings.extend(self.misplaced(chain, &covered, &findings));
        findings
    }

    /// Rows whose place a checkpoint covers that knows nothing of them, or that have left the place that one covers. And what
    /// the journal has of each interval now.
    fn misplaced(&mut self, chain: &Chain, covered: &[Covered], known: &[Finding]) -> Vec<Finding> {
        let mut findings = vec![];
        let told = |version: u64| {
            known.iter().any(|finding| match finding {
                Finding::Changed { version: told, .. } | Finding::Inserted { version: told, .. } => *told == version,
                Finding::Rewritten { first, last, .. } => (*first..=*last).contains(&version),
                _ => false,
            })
        };
        for (number, head) in covered {
            let row = chain.rows.binary_search_by_key(&head.version, |row| row.version).ok().map(|at| &chain.rows[at]);
            if row.is_some_and(|row| self.covering(row.position) != self.by_number.get(number).copied()) && !told(head.version) {
                findings.push(Finding::Changed { aggregate_id: chain.aggregate_id.clone(), version: head.version });
            }
        }
        let covered: HashMap<u64, u64> = covered.iter().map(|(number, head)| (*number, head.version)).collect();
        let mut heads = BTreeMap::new();
        for row in &chain.rows {
            let Some(at) = self.covering(row.position) else { continue };
            heads.insert(at, row);
            let version = row.version;
            if !told(version) && covered.get(&self.intervals[at].number).is_none_or(|covered| *covered < version) {
                findings.push(Finding::Inserted { aggregate_id: chain.aggregate_id.clone(), version });
            }
        }
        for (at, row) in heads {
            if let Some(hash) = &row.hash {
                self.intervals[at].found.add(&chain.aggregate_id, row.version, hash);
            }
        }
        findings
    }
}

/// Where the head is not what is covered: whether it or the rows are. The chain's head is then what the rows are held to.
fn meet(chain: &mut Chain, covered: &[Covered]) -> Vec<Finding> {
    let Some((checkpoint, head)) = covered.iter().max_by_key(|(_, head)| head.version) else { return vec![] };
    let (checkpoint, covered, says) = (*checkpoint, head.version, chain.head);
    if says.is_some_and(|says| says >= covered) {
        return vec![];
    }
    let (there, aggregate_id) = (chain.rows.last().map_or(0, |row| row.version), chain.aggregate_id.clone());
    if there < covered {
        chain.head = Some(there);
        return vec![Finding::Vanished { aggregate_id, first: there + 1, last: covered, checkpoint }];
    }
    chain.head = Some(covered);
    vec![Finding::Head { aggregate_id, says, covered, checkpoint }]
}

/// Whether the rows are those that are covered.
fn rewritten(chain: &Chain, covered: &[Covered], known: &[Finding]) -> Option<Finding> {
    let mut fits = 0;
    for (checkpoint, head) in covered {
        let Ok(at) = chain.rows.binary_search_by_key(&head.version, |row| row.version) else { continue };
        let (row, first, last) = (&chain.rows[at], fits + 1, head.version);
        if row.hash == Some(head.hash) {
            fits = row.version;
            continue;
        }
        let told = |finding: &Finding| matches!(finding, Finding::Changed { version, .. } if (first..=last).contains(version));
        let rewritten = Finding::Rewritten { aggregate_id: chain.aggregate_id.clone(), first, last, checkpoint: *checkpoint };
        return (!known.iter().any(told)).then_some(rewritten);
    }
    None
}
