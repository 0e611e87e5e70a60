use domain::{ListId, todo::Tag};
use jiff::Timestamp;

/// How many todos there are of a kind, those in the trash left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// Still to be done.
    pub open: u64,
    /// Done.
    pub completed: u64,
}

/// Where the viewer's day begins and ends, for what is due. Instants are meant as in
/// [`TodoQuery::due_from`](crate::TodoQuery::due_from).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueBounds {
    /// What is due before this is overdue.
    pub now: Timestamp,
    /// The first instant of today.
    pub today: Timestamp,
    /// The first instant after today.
    pub tomorrow: Timestamp,
}

/// How much somebody has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// Of everything.
    pub all: Count,
    /// In the trash, done or not.
    pub deleted: u64,
    /// Open and due today.
    pub today: u64,
    /// Open and overdue, earlier today included.
    pub overdue: u64,
    /// Open and due after today.
    pub upcoming: u64,
    /// By list, where there is any: those with most open first, then with most completed, then by id; at most
    /// [`Counts::MOST`].
    pub lists: Vec<(ListId, Count)>,
    /// By tag, in the same way.
    pub tags: Vec<(Tag, Count)>,
}

impl Counts {
    /// At most so many lists and so many tags are told.
    pub const MOST: usize = 1000;
}
