//! SQLite: state, feed, views and facts of the embedded shape.

mod analytics;
mod files;
mod folder;
mod journal;
mod live;
mod notifications;
mod operations;
mod reader;
mod schema;
mod store;
mod timers;
mod views;
mod writer;

pub use analytics::SqliteAnalytics;
pub use files::{ReplaceError, remove, replace};
pub use folder::{DataFolder, DataFolderError};
pub use journal::SqliteJournal;
pub use live::SqliteLive;
pub use notifications::SqliteNotifications;
pub use operations::SqliteOperations;
pub use reader::{SqliteFeedError, SqliteFeedReader};
pub use store::SqliteStore;
pub use timers::SqliteTimers;
pub use views::{SqliteViews, SqliteViewsError};
