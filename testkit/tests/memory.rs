//! The contract suites, run against the in-memory versions.

use testkit::{
    MemoryViews,
    contracts::view_reader_store::{self, Views},
};

#[tokio::test]
async fn views() {
    view_reader_store::suite(async || Views::of(MemoryViews::default())).await;
}
