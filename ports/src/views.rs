use std::collections::BTreeSet;

use async_trait::async_trait;
use domain::{
    ListId, PersonId, TodoId, UserId,
    list::TodoList,
    todo::{Priority, Tag, Todo},
    user::User,
};
use jiff::Timestamp;

use crate::{Counts, DueBounds, FeedPosition, Source};

/// A todo as the views show it.
#[derive(Debug, Clone, PartialEq)]
pub struct TodoRow {
    /// Which todo.
    pub id: TodoId,
    /// The version that the row shows: its `ETag`.
    pub version: u64,
    /// The todo itself.
    pub todo: Todo,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was last completed, if it is completed.
    pub completed_at: Option<Timestamp>,
}

/// What a person keeps, as the views show it.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonRow {
    /// Whose.
    pub id: PersonId,
    /// The version that the row shows.
    pub version: u64,
    /// What it is.
    pub user: User,
}

/// A list with members, as the views show it.
#[derive(Debug, Clone, PartialEq)]
pub struct ListRow {
    /// Which.
    pub id: ListId,
    /// The version that the row shows: its `ETag`.
    pub version: u64,
    /// The list itself.
    pub list: TodoList,
}

/// At most so many invitations are shown to one person: who is asked by more has nothing from more.
pub const MAX_INVITATIONS: usize = 500;

impl PersonRow {
    /// That of somebody who keeps nothing yet.
    pub fn nothing(of: &UserId) -> Self {
        Self { id: PersonId::of(of), version: 0, user: User::default() }
    }
}

/// Which todos, by what they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Completion {
    /// All that are not in the trash.
    #[default]
    Any,
    /// Still to be done.
    Open,
    /// Done.
    Completed,
    /// In the trash.
    Deleted,
}

/// In which order. Ties are broken by id, so that paging is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// By hand: `order`, todos without one last, then by creation.
    #[default]
    Order,
    /// Oldest first.
    Created,
    /// Last changed first.
    UpdatedDescending,
    /// Due soonest first; those without a due time last.
    Due,
    /// Most urgent first; those without a priority last.
    PriorityDescending,
    /// By title, ignoring case.
    Title,
}

/// What somebody wants to see. All conditions must hold.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TodoQuery {
    /// By state.
    pub completion: Completion,
    /// In this list only.
    pub list: Option<ListId>,
    /// With each of these tags.
    pub tags: Vec<Tag>,
    /// With this priority.
    pub priority: Option<Priority>,
    /// Due at or after this instant. A whole day is due at its last microsecond: [`domain::todo::Due::moment`].
    pub due_from: Option<Timestamp>,
    /// Due before this instant, in the same sense.
    pub due_before: Option<Timestamp>,
    /// Never due.
    pub undated: bool,
    /// Words that title, description or tags have, each as a prefix; a `"phrase"` as it stands.
    pub search: Option<String>,
    /// In which order.
    pub sort: Sort,
    /// At most so many rows; at least 1.
    pub limit: usize,
    /// Where the page before ended: what [`Page::next`] said.
    pub after: Option<String>,
}

/// What names a person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Named {
    /// Todos: those that they made, are reminded of, or have in a list of theirs.
    pub todos: BTreeSet<TodoId>,
    /// Lists with members: those that they are in, are asked into, or asked others into.
    pub lists: BTreeSet<ListId>,
}

impl Named {
    /// The lists of these that name `person`, and those of them that `person` owns.
    pub fn lists_of<'a>(person: &UserId, rows: impl IntoIterator<Item = &'a ListRow>) -> (BTreeSet<ListId>, BTreeSet<ListId>) {
        let named: Vec<_> = rows.into_iter().filter(|row| row.list.names(person)).collect();
        let owned = named.iter().filter(|row| row.list.owner == *person).map(|row| row.id).collect();
        (named.iter().map(|row| row.id).collect(), owned)
    }

    /// Whether a todo names `person`, or is in one of the lists that they own.
    pub fn has(person: &UserId, owned: &BTreeSet<ListId>, todo: &Todo) -> bool {
        todo.names(person) || owned.contains(&todo.list)
    }
}

/// Some rows, and where to go on.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The rows, in order.
    pub rows: Vec<TodoRow>,
    /// What to ask for as [`TodoQuery::after`] for the next page; `None` after the last.
    pub next: Option<String>,
}

/// What people see. Each method answers for `viewer` and shows only what that person may see: of todos in lists with members
/// what is in those that the person is in and that are not in the trash, of all others their own.
#[async_trait]
pub trait ViewReader: Send + Sync {
    /// One todo, deleted or not.
    ///
    /// # Errors
    /// If the views cannot be asked.
    async fn todo(&self, viewer: &UserId, id: TodoId) -> Result<Option<TodoRow>, ViewsError>;

    /// Todos that meet `query`.
    ///
    /// # Errors
    /// [`ViewsError::BadCursor`] if `query.after` is not from this sort order, else if the views cannot be asked.
    async fn todos(&self, viewer: &UserId, query: &TodoQuery) -> Result<Page, ViewsError>;

    /// What `viewer` keeps: nothing, at version 0, where nothing was kept yet.
    ///
    /// # Errors
    /// If the views cannot be asked.
    async fn person(&self, viewer: &UserId) -> Result<PersonRow, ViewsError>;

    /// The same without its version.
    ///
    /// # Errors
    /// As there.
    async fn user(&self, viewer: &UserId) -> Result<User, ViewsError> {
        self.person(viewer).await.map(|row| row.user)
    }

    /// The lists with members that `viewer` may know of, by id: those that the person is in, and those in the trash that the
    /// person owns.
    ///
    /// # Errors
    /// If the views cannot be asked.
    async fn lists(&self, viewer: &UserId) -> Result<Vec<ListRow>, ViewsError>;

    /// The lists that `viewer` is invited to, by id, at most [`MAX_INVITATIONS`] of them. When an invitation is over, the list
    /// itself says; one that is over may be among them.
    ///
    /// # Errors
    /// If the views cannot be asked.
    async fn invitations(&self, viewer: &UserId) -> Result<Vec<ListRow>, ViewsError>;

    /// How many todos are in a list with members, whoever asks, those in the trash left out.
    ///
    /// # Errors
    /// If the views cannot be asked.
    async fn list_size(&self, id: ListId) -> Result<u64, ViewsError>;

    /// Whether `viewer` may see a todo, deleted or not; `None` where the views do not know it.
    ///
    /// # Errors
    /// If the views cannot be asked.
    async fn sees(&self, viewer: &UserId, id: TodoId) -> Result<Option<bool>, ViewsError>;

    /// Everything that names `person`, and all that is in lists that `person` owns, in the trash or not, whoever may see it: what
    /// their erasure has to find. It looks at every row, so it takes its time.
    ///
    /// # Errors
    /// If the views cannot be asked.
    async fn naming(&self, person: &UserId) -> Result<Named, ViewsError>;

    /// How many todos there are of each kind.
    ///
    /// # Errors
    /// If the views cannot be asked.
    async fn counts(&self, viewer: &UserId, due: &DueBounds) -> Result<Counts, ViewsError>;

    /// Waits until the views show every one of `positions` (aggregate and version) and gives `true`, or `false` if
    /// that takes longer than `patience`.
    ///
    /// # Errors
    /// If the views cannot be asked.
    async fn wait_for(&self, positions: &[(String, u64)], patience: std::time::Duration) -> Result<bool, ViewsError>;

    /// Whether queries can be answered now.
    ///
    /// # Errors
    /// If they cannot.
    async fn ready(&self) -> Result<(), ViewsError>;
}

/// Where projections keep the rows that [`ViewReader`] reads.
#[async_trait]
pub trait ViewStore: FeedPosition {
    /// The rows of these todos, as far as they exist.
    ///
    /// # Errors
    /// If the store cannot be asked.
    async fn rows(&self, ids: &[TodoId]) -> Result<Vec<TodoRow>, ViewsError>;

    /// The rows of these people, as far as they exist.
    ///
    /// # Errors
    /// If the store cannot be asked.
    async fn people(&self, ids: &[PersonId]) -> Result<Vec<PersonRow>, ViewsError>;

    /// The rows of these lists, as far as they exist.
    ///
    /// # Errors
    /// If the store cannot be asked.
    async fn list_rows(&self, ids: &[ListId]) -> Result<Vec<ListRow>, ViewsError>;

    /// Writes `rows`, `people`, `lists` and the feed's next `offsets` by partition, in one transaction. A row of a lower or
    /// equal version than the stored one changes nothing.
    ///
    /// # Errors
    /// If nothing was written, or it is unknown whether all was.
    async fn store_all(&self, rows: &[TodoRow], people: &[PersonRow], lists: &[ListRow], offsets: &[(i32, i64)]) -> Result<(), ViewsError>;

    /// [`store_all`](Self::store_all) of todos alone.
    ///
    /// # Errors
    /// As there.
    async fn store(&self, rows: &[TodoRow], offsets: &[(i32, i64)]) -> Result<(), ViewsError> {
        self.store_all(rows, &[], &[], offsets).await
    }
}

/// Why the views gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum ViewsError {
    /// The cursor is damaged, or from another query.
    #[error("the cursor does not belong to this query")]
    BadCursor,
    /// The store below does not answer.
    #[error("the views cannot be read now")]
    Unavailable(#[source] Source),
}
