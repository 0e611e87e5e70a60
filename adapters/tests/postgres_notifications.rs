//! Notifications in the cluster shape, on a private PostgreSQL server, as the role that services have.
#![cfg(feature = "cluster")]

mod support;

use adapters::postgres::{PgNotifications, apply};
use support::postgres::Postgres;
use testkit::contracts::{Fresh, notifications};

const SERVICE: &str = "todo_service";

#[tokio::test]
async fn stack_postgres_notifications_keep_the_contract() {
    notifications::suite(async || {
        let server = Postgres::start().await;
        apply(&server.url(), SERVICE).await.expect("tables");
        let url = server.url().replace("//todo@", &format!("//{SERVICE}@"));
        Fresh::keeping(PgNotifications::new(&url).expect("a url"), server)
    })
    .await;
}
