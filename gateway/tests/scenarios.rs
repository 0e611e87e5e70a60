//! The scenarios that every shape must pass, against the edge on a port, over the real actor host.

mod support;

use support::{Backend, Server};

macro_rules! scenarios {
    ($($name:ident)*) => {
        $(#[tokio::test]
        async fn $name() {
            let server = Server::of(Backend::new().router()).await;
            testkit_http::$name(&server.base).await;
        })*
    };
}

scenarios! {
    todo_backend_contract
    bad_input_matrix
    conditional_requests
    idempotency
    lifecycle
    queries
    read_your_writes
}
