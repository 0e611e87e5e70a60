//! Notifications of the embedded shape.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use adapters::sqlite::SqliteNotifications;
use testkit::contracts::{Fresh, notifications};

#[tokio::test]
async fn notifications_keep_the_contract() {
    notifications::suite(async || {
        let folder = tempfile::tempdir().unwrap();
        Fresh::keeping(SqliteNotifications::open(&folder.path().join("notifications.db")).unwrap(), folder)
    })
    .await;
}
