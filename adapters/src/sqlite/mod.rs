//! SQLite: state, feed and views of the embedded shape.

mod folder;
mod store;
mod writer;

pub use folder::{DataFolder, DataFolderError};
pub use store::SqliteStore;
