//! Operations in the cluster shape, on a private PostgreSQL server, as the role that services have.
#![cfg(feature = "cluster")]

mod support;

use adapters::postgres::{PgOperations, apply};
use support::postgres::Postgres;
use testkit::contracts::{Fresh, operations};

const SERVICE: &str = "todo_service";

#[tokio::test]
async fn stack_postgres_operations_keep_the_contract() {
    operations::suite(async || {
        let server = Postgres::start().await;
        apply(&server.url(), SERVICE).await.expect("tables");
        let url = server.url().replace("//todo@", &format!("//{SERVICE}@"));
        Fresh::keeping(PgOperations::new(&url).expect("a url"), server)
    })
    .await;
}
