//! SQLite: state, feed and views of the embedded shape.

mod folder;
mod journal;
mod reader;
mod schema;
mod store;
mod views;
mod writer;

pub use folder::{DataFolder, DataFolderError};
pub use journal::SqliteJournal;
pub use reader::{SqliteFeedError, SqliteFeedReader};
pub use store::SqliteStore;
pub use views::{SqliteViews, SqliteViewsError};
