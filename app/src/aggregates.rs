//! Which types of actors there are: hosts, marks and restoration are all told from here.

use actors::TakeTypes;
use domain::{list::TodoList, todo::Todo, user::User};

/// The app-id that hosts them. A part of every stored key, so it never changes.
#[cfg(feature = "cluster")]
pub(crate) const APP: &str = "todo-backend";

/// Tells `to` of all of them.
pub(crate) fn all<T: TakeTypes>(to: T) -> T {
    to.with::<Todo>().with::<TodoList>().with::<User>()
}
