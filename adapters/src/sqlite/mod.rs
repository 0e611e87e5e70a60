//! SQLite: state, feed and views of the embedded shape.

mod folder;
mod reader;
mod store;
mod views;
mod writer;

pub use folder::{DataFolder, DataFolderError};
pub use reader::{SqliteFeedError, SqliteFeedReader};
pub use store::SqliteStore;
pub use views::{SqliteViews, SqliteViewsError};
