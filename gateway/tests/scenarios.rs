//! The scenarios that every shape must pass, against the edge on a port, over the real actor host.

mod support;

use std::time::Duration;

use support::{Backend, Server};

/// So long that an edge that does not wait is found out.
const LAG: Duration = Duration::from_millis(10);

macro_rules! scenarios {
    ($($name:ident)*) => {
        $(#[tokio::test]
        async fn $name() {
            let server = Server::of(Backend::lagging(LAG).router()).await;
            testkit_http::$name(&server.base).await;
        })*
    };
}

#[tokio::test]
async fn sharing() {
    let server = Server::of(Backend::lagging(LAG).router()).await;
    testkit_http::sharing(&server.base, ["token-of-ana", "token-of-ben", "token-of-cyn"]).await;
}

#[tokio::test]
async fn shared_live() {
    let server = Server::of(Backend::lagging(LAG).router()).await;
    testkit_http::shared_live(&server.base, ["token-of-ana", "token-of-ben", "token-of-cyn"]).await;
}

#[tokio::test]
async fn erasure() {
    let server = Server::of(Backend::lagging(LAG).router()).await;
    testkit_http::erasure(&server.base, ["token-of-ana", "token-of-ben"]).await;
}

#[tokio::test]
async fn invitations() {
    let server = Server::of(Backend::lagging(LAG).router()).await;
    testkit_http::invitations(&server.base, ["token-of-ana", "token-of-ben", "token-of-cyn"]).await;
}

#[tokio::test]
async fn notifications() {
    let server = Server::of(Backend::lagging(LAG).router()).await;
    testkit_http::notifications(&server.base, "token-of-cyn").await;
}

scenarios! {
    analytics
    beginning_anew
    todo_backend_contract
    bad_input_matrix
    conditional_requests
    counts
    history
    idempotency
    lifecycle
    list_operations
    live_updates
    operations
    queries
    read_your_writes
    recurrence
    reminders
    smart_lists
    saved_filters
    settings
    time_travel
    undo
}
