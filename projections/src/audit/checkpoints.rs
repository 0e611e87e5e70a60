use ports::Checkpoint;

use super::{Finding, Trusted};

/// What was done to the checkpoints, whatever the journal holds.
pub(super) fn check(all: &[Checkpoint], trusted: &Trusted<'_>) -> Vec<Finding> {
    let mut findings = vec![];
    let mut before: Option<&Checkpoint> = None;
    for checkpoint in all {
        let (statement, number) = (&checkpoint.statement, checkpoint.statement.number);
        let next = before.map_or(1, |before| before.statement.number + 1);
        if number > next {
            findings.push(Finding::CheckpointsMissing { first: next, last: number - 1 });
        } else {
            let (position, hash) = before.map_or((0, [0; 32]), |before| (before.statement.position, before.statement.hash()));
            if statement.previous != hash || statement.position <= position {
                findings.push(Finding::Unlinked { checkpoint: number });
            }
        }
        if trusted.key.is_some_and(|key| !key.verifies(&statement.bytes(), &checkpoint.signature)) {
            findings.push(Finding::Forged { checkpoint: number });
        }
        before = Some(checkpoint);
    }
    if let Some((number, hash)) = trusted.known {
        let last = before.map_or(0, |last| last.statement.number);
        match all.iter().find(|checkpoint| checkpoint.statement.number == number) {
            Some(found) if found.statement.hash() == hash => {}
            Some(_) => findings.push(Finding::NotTheKnown { checkpoint: number }),
            // One in between is told of already.
            None if number > last => findings.push(Finding::CheckpointsMissing { first: last + 1, last: number }),
            None => {}
        }
    }
    findings
}
