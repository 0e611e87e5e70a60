//! The views and facts of the embedded shape, held to the contracts that all of them share.

use adapters::sqlite::{SqliteAnalytics, SqliteViews};
use testkit::contracts::{
    analytics::{self, Facts},
    view_reader_store::{Views, suite},
};

#[tokio::test]
async fn sqlite_views_keep_the_contract() {
    suite(async || {
        let folder = tempfile::tempdir().expect("a folder");
        let views = SqliteViews::open(&folder.path().join("views.db")).expect("views");
        Views { keep: Box::new(folder), ..Views::of(views) }
    })
    .await;
}

#[tokio::test]
async fn sqlite_facts_keep_the_contract() {
    analytics::suite(async || {
        let folder = tempfile::tempdir().expect("a folder");
        let facts = SqliteAnalytics::open(&folder.path().join("analytics.db")).expect("facts");
        Facts { keep: Box::new(folder), ..Facts::of(facts) }
    })
    .await;
}
