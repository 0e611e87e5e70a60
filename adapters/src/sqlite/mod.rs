//! SQLite: state, feed, views and facts of the embedded shape.

mod analytics;
mod folder;
mod journal;
mod live;
mod reader;
mod replace;
mod schema;
mod store;
mod views;
mod writer;

pub use analytics::SqliteAnalytics;
pub use folder::{DataFolder, DataFolderError};
pub use journal::SqliteJournal;
pub use live::SqliteLive;
pub use reader::{SqliteFeedError, SqliteFeedReader};
pub use replace::{ReplaceError, replace};
pub use store::SqliteStore;
pub use views::{SqliteViews, SqliteViewsError};
