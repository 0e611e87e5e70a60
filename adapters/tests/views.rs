//! The views of the embedded shape, held to the contract that all views share.

use adapters::sqlite::SqliteViews;
use testkit::contracts::view_reader_store::{Views, suite};

#[tokio::test]
async fn sqlite_views_keep_the_contract() {
    suite(async || {
        let folder = tempfile::tempdir().expect("a folder");
        let views = SqliteViews::open(&folder.path().join("views.db")).expect("views");
        Views { keep: Box::new(folder), ..Views::of(views) }
    })
    .await;
}
