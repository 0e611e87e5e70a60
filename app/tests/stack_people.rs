//! People on the real stack: what they share, what they do not, and who they are.
#![cfg(feature = "cluster")]
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use serde_json::json;
use support::stack::Stack;
use testkit_http::Api;

/// The tokens of people of this run: another's lists may be there still.
fn people<const COUNT: usize>(stack: &Stack, names: [&str; COUNT]) -> [String; COUNT] {
    names.map(|name| stack.token(&["--user", &format!("{name}-{}", uuid::Uuid::new_v4())]))
}

#[tokio::test]
async fn stack_sharing() {
    let stack = Stack::up("split", "stream");
    let made = people(&stack, ["ana", "ben", "cyn"]);
    testkit_http::sharing(stack.var("GATEWAY_URL"), made.each_ref().map(String::as_str)).await;
}

#[tokio::test]
async fn stack_invitations() {
    let stack = Stack::up("split", "stream");
    let made = people(&stack, ["ana", "ben", "cyn"]);
    testkit_http::invitations(stack.var("GATEWAY_URL"), made.each_ref().map(String::as_str)).await;
}

#[tokio::test]
async fn stack_shared_live() {
    let stack = Stack::up("split", "stream");
    let made = people(&stack, ["ana", "ben", "cyn"]);
    testkit_http::shared_live(stack.var("GATEWAY_URL"), made.each_ref().map(String::as_str)).await;
}

#[tokio::test]
async fn stack_strangers() {
    let stack = Stack::up("split", "stream");
    let made = people(&stack, ["ana", "ben"]);
    testkit_http::strangers(stack.var("GATEWAY_URL"), made.each_ref().map(String::as_str)).await;
}

#[tokio::test]
async fn stack_who_brings_no_token_is_nobody() {
    let stack = Stack::up("split", "stream");
    // As it is where it is not for development: nobody is let in without a token.
    let [open, strict] = stack.two_gateways(&[("STACK_WITHOUT_LOGIN", "false")]);
    let [ana] = people(&stack, ["ana"]);
    let todos = "/api/v1/todos";
    Api::at(&strict).bare("GET", todos, &[]).await.problem(401, "unauthorized");
    Api::at(&strict).json("POST", todos, &[], &json!({ "title": "nobody's" })).await.problem(401, "unauthorized");
    // Signed by another's key, cut short, or not at all: nowhere does that fall back to somebody.
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys.json");
    let made = support::todo().arg("token-key").arg(&keys).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let forged = support::todo().args(["token", "--user", "ana"]).env("TODO_TOKEN_KEYS", &keys).output().unwrap();
    let forged = String::from_utf8(forged.stdout).unwrap();
    for wrong in [forged.trim(), &ana[..ana.len() - 4], "nonsense"] {
        for base in [&open, &strict] {
            Api::at(base).with_token(wrong).bare("GET", todos, &[]).await.problem(401, "unauthorized");
        }
    }
    let hers = Api::at(&strict).with_token(&ana);
    hers.create("hers").await;
    assert_eq!(hers.all().await.len(), 1);
    let looks = Api::at(&strict).with_token(&stack.token(&["--user", "ana", "--role", "viewer"]));
    looks.bare("GET", todos, &[]).await.expect(200);
    looks.json("POST", todos, &[], &json!({ "title": "x" })).await.problem(403, "forbidden");
}
