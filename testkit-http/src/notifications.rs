use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    client::{Api, text},
    events::Events,
    poll::poll_until,
};

const TOLD: &str = "/api/v1/me/notifications";
const HOOKS: &str = "/api/v1/me/webhooks";

/// So long may it take until somebody is told, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// What `read` gives once `seen` finds in it what it looks for.
async fn when(what: &str, read: impl AsyncFn() -> Value, seen: impl Fn(&Value) -> bool) -> Value {
    let found = poll_until(PATIENCE, async || {
        let found = read().await;
        if seen(&found) { Ok(found) } else { Err(found) }
    });
    found.await.unwrap_or_else(|found| panic!("{what}: never; {found}"))
}

/// Being told something, seeing how, and the programs that are told, too. `token` speaks for somebody who does nothing else.
pub async fn notifications(base: &str, token: &str) {
    let api = Api::at(base).with_token(token);
    let mut live = Events::open_as(base, None, token).await;
    assert_eq!(live.event().await.event, "hello");
    let key = [("idempotency-key", "the-first")];
    let test = api.bare("POST", &format!("{TOLD}/test"), &key).await.expect(202).value();
    let id = text(&test, "id").to_owned();
    assert_eq!((text(&test, "kind"), &test["todo"]), ("test", &Value::Null));
    let again = api.bare("POST", &format!("{TOLD}/test"), &key).await.expect(202).value();
    assert_eq!(text(&again, "id"), id, "the same request is the same notification");
    // Whoever chose nothing is told by the page.
    let one = format!("{TOLD}/{id}");
    let ended = when("told", async || api.bare("GET", &one, &[]).await.expect(200).value(), |told| told["status"] == "ended").await;
    let deliveries = ended["deliveries"].as_array().expect("deliveries");
    assert_eq!(deliveries.len(), 1, "{ended}");
    assert_eq!((&deliveries[0]["by"], &deliveries[0]["status"]), (&json!("page"), &json!("delivered")));
    // The page hears of it while it is open.
    let planned = loop {
        let event = live.event().await;
        if event.event == "notification" && event.json()["eventType"] == "NotificationPlanned" {
            break event.json();
        }
    };
    assert_eq!((text(&planned, "aggregateId"), &planned["data"]["subject"]), (id.as_str(), &json!({ "kind": "test" })));
    let list = async || api.bare("GET", TOLD, &[]).await.expect(200).value();
    let listed = when("listed", list, |list| list[0]["status"] == "ended").await;
    assert_eq!((listed.as_array().map(Vec::len), text(&listed[0], "id")), (Some(1), id.as_str()));
    assert!(listed[0]["readAt"].is_null());
    let read = api.bare("POST", &format!("{one}/read"), &[]).await.expect(200).value();
    assert!(read["readAt"].is_string(), "{read}");
    let twice = api.bare("POST", &format!("{one}/read"), &[]).await.expect(200).value();
    assert_eq!(twice["readAt"], read["readAt"], "it was seen once");
    api.bare("POST", &format!("{one}/retry"), &[]).await.problem(422, "invalid-fields");

    // Page by page.
    for _ in 0..2 {
        api.bare("POST", &format!("{TOLD}/test"), &[]).await.expect(202);
    }
    when("three", list, |list| list.as_array().is_some_and(|list| list.len() == 3)).await;
    let first = api.bare("GET", &format!("{TOLD}?limit=2"), &[]).await.expect(200);
    let next = first.header("link").trim_start_matches('<').trim_end_matches(">; rel=\"next\"").to_owned();
    let rest = api.bare("GET", &next, &[]).await.expect(200).value();
    assert_eq!((first.value().as_array().map(Vec::len), text(&rest[0], "id")), (Some(2), id.as_str()));
    api.bare("GET", &format!("{TOLD}?cursor=x"), &[]).await.problem(400, "invalid-query");
    api.bare("GET", &format!("{TOLD}/x"), &[]).await.problem(400, "invalid-id");
    api.bare("GET", &format!("{TOLD}/notification-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11"), &[]).await.problem(404, "no-notification");
    webhooks(&api).await;
    unsubscribe(&api).await;
}

async fn webhooks(api: &Api) {
    let hook = json!({ "url": "https://example.org/hook" });
    let made = api.json("POST", HOOKS, &[("idempotency-key", "a-hook")], &hook).await.expect(201).value();
    let (id, secret) = (text(&made, "id").to_owned(), text(&made, "secret").to_owned());
    assert!(secret.starts_with("whsec_") && secret.len() > 60, "{made}");
    let same = api.json("POST", HOOKS, &[("idempotency-key", "a-hook")], &hook).await.expect(201).value();
    assert_eq!(text(&same, "secret"), secret, "the answer that got lost can be asked for again");
    let listed = api.bare("GET", HOOKS, &[]).await.expect(200).value();
    let expected = json!([{ "id": id, "url": "https://example.org/hook", "disabled": false, "failures": 0 }]);
    assert_eq!(listed, expected, "the secret is shown once");
    // Whoever has one wants to be told by it, and by what they were told before.
    assert_eq!(api.bare("GET", "/api/v1/me", &[]).await.expect(200).value()["channels"], json!(["page", "webhook"]));
    let renewed = api.bare("POST", &format!("{HOOKS}/{id}/secret"), &[]).await.expect(200).value();
    assert_ne!(text(&renewed, "secret"), secret);
    let enabled = api.bare("POST", &format!("{HOOKS}/{id}/enable"), &[]).await.expect(200).value();
    assert!(enabled["secret"].is_null() && enabled["disabled"] == false, "{enabled}");
    for (body, field) in [(json!({}), "url"), (json!({ "url": "http://example.org" }), "url"), (json!({ "url": 1 }), "url")] {
        let problem = api.json("POST", HOOKS, &[], &body).await.problem(422, "invalid-fields");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
    api.bare("DELETE", &format!("{HOOKS}/{id}"), &[]).await.expect(204);
    api.bare("DELETE", &format!("{HOOKS}/{id}"), &[]).await.problem(404, "no-notification");
    assert_eq!(api.bare("GET", HOOKS, &[]).await.expect(200).value(), json!([]));
    assert_eq!(api.bare("GET", "/api/v1/me", &[]).await.expect(200).value()["channels"], json!(["page"]));
}

/// A link that proves nothing changes nothing; that one that does, does, the tests of mail show.
async fn unsubscribe(api: &Api) {
    for method in ["GET", "POST"] {
        for query in ["", "?person=ana", "?person=ana&token=00", "?person=nobody&token=00"] {
            let reply = api.bare(method, &format!("/unsubscribe{query}"), &[]).await;
            assert_eq!(reply.status, 404, "{method} {query}");
            assert!(reply.text.contains("counts no more"), "{}", reply.text);
        }
    }
}
