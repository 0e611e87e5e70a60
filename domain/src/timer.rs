use jiff::Timestamp;

/// A moment at which an aggregate wants to be told, by a name of its own.
///
/// What an aggregate's state says is the whole truth of its timers: whatever fires that the state does not name, or names for
/// another moment, is stale and does nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timer {
    /// Unique within the aggregate: `a-z 0-9 - _ .`, since schedulers have it in paths.
    pub name: String,
    /// When. Kept to the microsecond.
    pub due: Timestamp,
}

impl Timer {
    /// Names a moment, without what no store keeps of it.
    pub fn new(name: impl Into<String>, due: Timestamp) -> Self {
        Self { name: name.into(), due: Timestamp::from_microsecond(due.as_microsecond()).unwrap_or(due) }
    }
}
