//! Which types of actors there are: hosts, marks and restoration are all told from here.

use actors::TakeTypes;
use domain::{
    list::TodoList,
    notification::Notification,
    saga::{Batch, Saga},
    todo::Todo,
    user::User,
    webhook::Webhook,
};

/// The app-id that hosts what people have. A part of every stored key, so it never changes.
#[cfg(feature = "cluster")]
pub(crate) const BACKEND: &str = "todo-backend";
/// The app-id that hosts what coordinates it. A part of every stored key, so it never changes.
#[cfg(feature = "cluster")]
pub(crate) const SAGAS: &str = "todo-sagas";

/// Tells `to` of all of them.
pub(crate) fn all<T: TakeTypes>(to: T) -> T {
    of_sagas(of_backend(to))
}

/// Tells `to` of what people have.
pub(crate) fn of_backend<T: TakeTypes>(to: T) -> T {
    to.with::<Todo>().with::<TodoList>().with::<User>()
}

/// Tells `to` of what coordinates it.
pub(crate) fn of_sagas<T: TakeTypes>(to: T) -> T {
    to.with::<Batch>().with::<Webhook>().with::<Saga>().with::<Notification>()
}
