use std::fmt;

/// Something that was done to the journal, or to its checkpoints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A row is not what was appended.
    Changed {
        /// Whose.
        aggregate_id: String,
        /// Which event.
        version: u64,
    },
    /// Rows were dropped.
    Missing {
        /// Whose.
        aggregate_id: String,
        /// The first that is not there.
        first: u64,
        /// The last that is not there.
        last: u64,
    },
    /// A row was never appended: its aggregate has not had so many events, or a checkpoint covers its place without it.
    Inserted {
        /// Whose.
        aggregate_id: String,
        /// Which event.
        version: u64,
    },
    /// Rows fit each other, but are not those that a checkpoint covers: they and all hashes were made anew.
    Rewritten {
        /// Whose.
        aggregate_id: String,
        /// One of the rows from the first of these …
        first: u64,
        /// … to the last, or more of them.
        last: u64,
        /// Which checkpoint tells.
        checkpoint: u64,
    },
    /// The end of a chain, or all of it, was dropped together with its head.
    Vanished {
        /// Whose.
        aggregate_id: String,
        /// The first event that is not there.
        first: u64,
        /// The last that is known to have been there.
        last: u64,
        /// Which checkpoint tells.
        checkpoint: u64,
    },
    /// What is kept of where a chain ends is not what a checkpoint covers.
    Head {
        /// Whose.
        aggregate_id: String,
        /// What it says: `None` where there is none.
        says: Option<u64>,
        /// What it was at least.
        covered: u64,
        /// Which checkpoint tells.
        checkpoint: u64,
    },
    /// A checkpoint was not signed by the key, or changed since.
    Forged {
        /// Its number.
        checkpoint: u64,
    },
    /// A checkpoint does not follow the one before it.
    Unlinked {
        /// Its number.
        checkpoint: u64,
    },
    /// Checkpoints were dropped.
    CheckpointsMissing {
        /// The first that is not there.
        first: u64,
        /// The last that is not there.
        last: u64,
    },
    /// The heads that are kept with a checkpoint are not those that it signs.
    HeadsChanged {
        /// Its number.
        checkpoint: u64,
        /// Whether the journal itself has what it signs.
        journal_fits: bool,
    },
    /// A checkpoint is not the one that was noted elsewhere: it and all after it were made anew.
    NotTheKnown {
        /// Its number.
        checkpoint: u64,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { aggregate_id, version } => write!(f, "changed: {aggregate_id} version {version}"),
            Self::Missing { aggregate_id, first, last } => write!(f, "missing: {aggregate_id} {}", versions(*first, *last)),
            Self::Inserted { aggregate_id, version } => write!(f, "inserted: {aggregate_id} version {version}"),
            Self::Rewritten { aggregate_id, first, last, checkpoint } => {
                write!(f, "rewritten: {aggregate_id} {} (checkpoint {checkpoint} covers others)", versions(*first, *last))
            }
            Self::Vanished { aggregate_id, first, last, checkpoint } => {
                write!(f, "vanished: {aggregate_id} {} (checkpoint {checkpoint} covers them)", versions(*first, *last))
            }
            Self::Head { aggregate_id, says, covered, checkpoint } => {
                let says = says.map_or_else(|| "is gone".to_owned(), |says| format!("says version {says}"));
                write!(f, "head: that of {aggregate_id} {says} (checkpoint {checkpoint} covers version {covered})")
            }
            Self::Forged { checkpoint } => write!(f, "forged: checkpoint {checkpoint} is not signed by this key"),
            Self::Unlinked { checkpoint } => write!(f, "unlinked: checkpoint {checkpoint} does not follow the one before it"),
            Self::CheckpointsMissing { first, last } if first == last => write!(f, "missing: checkpoint {first}"),
            Self::CheckpointsMissing { first, last } => write!(f, "missing: checkpoints {first} to {last}"),
            Self::HeadsChanged { checkpoint, journal_fits } => {
                let journal = if *journal_fits { "the journal is what it signs" } else { "nor is the journal what it signs" };
                write!(f, "changed: the heads kept with checkpoint {checkpoint} are not those that it signs; {journal}")
            }
            Self::NotTheKnown { checkpoint } => write!(f, "replaced: checkpoint {checkpoint} is not the one that you noted"),
        }
    }
}

fn versions(first: u64, last: u64) -> String {
    if first == last { format!("version {first}") } else { format!("versions {first} to {last}") }
}
