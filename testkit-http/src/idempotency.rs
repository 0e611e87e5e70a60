use serde_json::json;

use crate::client::{Api, TODOS, fresh_key, text};

/// `Idempotency-Key`: the same request has its effect once and gets the first answer again.
pub async fn idempotency(base: &str) {
    let api = Api::at(base);
    creating(&api).await;
    changing(&api).await;
    racing(&api).await;
}

async fn creating(api: &Api) {
    let key = fresh_key();
    let keyed = [("idempotency-key", key.as_str())];
    let body = json!({ "title": format!("created by {key}"), "order": 1.5, "completed": true });
    let first = api.json("POST", TODOS, &keyed, &body).await.expect(201);
    assert_eq!(first.header("idempotency-replayed"), "");
    // What happens to it meanwhile does not change the first answer.
    let created = first.value();
    let url = text(&created, "url");
    api.json("PATCH", url, &[], &json!({ "title": "renamed meanwhile", "completed": false })).await.expect(200);

    // A bare key and a quoted one are the same key.
    for same in [key.clone(), format!("\"{key}\"")] {
        let again = api.json("POST", TODOS, &[("idempotency-key", &same)], &body).await.expect(201);
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!(again.value(), created, "the first answer is given again");
        assert_eq!(again.header("location"), url);
        assert_eq!(again.header("etag"), "\"1\"".replace('1', &created["version"].to_string()));
    }
    assert_eq!(api.bare("GET", url, &[]).await.expect(200).value()["title"], "renamed meanwhile");
    assert_eq!(api.all().await.iter().filter(|todo| todo["url"] == url).count(), 1);

    // The same key with another payload, or for another operation on the same todo, is a mistake.
    let other = api.json("POST", TODOS, &keyed, &json!({ "title": "something else" })).await;
    other.problem(422, "idempotency-key-reused");
    api.json("PATCH", url, &keyed, &json!({ "title": "something else" })).await.problem(422, "idempotency-key-reused");
    api.bare("DELETE", url, &keyed).await.problem(422, "idempotency-key-reused");
}

async fn changing(api: &Api) {
    let created = api.create("to be changed").await;
    let url = text(&created, "url");
    let key = fresh_key();
    // With the version of the first time: the replay is known before the version is looked at.
    let keyed = [("idempotency-key", key.as_str()), ("if-match", "\"1\"")];
    let patch = json!({ "title": "changed once" });
    let first = api.json("PATCH", url, &keyed, &patch).await.expect(200);
    api.json("PATCH", url, &[], &json!({ "title": "changed by somebody else" })).await.expect(200);
    let again = api.json("PATCH", url, &keyed, &patch).await.expect(200);
    assert_eq!((again.header("idempotency-replayed"), again.header("etag")), ("true", first.header("etag")));
    assert_eq!(again.value()["title"], "changed once");
    assert_eq!(api.bare("GET", url, &[]).await.expect(200).value()["title"], "changed by somebody else");

    let key = fresh_key();
    let keyed = [("idempotency-key", key.as_str())];
    api.bare("DELETE", url, &keyed).await.expect(204);
    api.bare("POST", &format!("{url}/restore"), &[]).await.expect(200);
    let replay = api.bare("DELETE", url, &keyed).await.expect(204);
    assert_eq!(replay.header("idempotency-replayed"), "true");
    api.bare("GET", url, &[]).await.expect(200);
}

async fn racing(api: &Api) {
    let key = fresh_key();
    let title = format!("raced by {key}");
    let body = json!({ "title": title });
    let keyed = [("idempotency-key", key.as_str())];
    let replies = futures::future::join_all((0..8).map(|_| api.json("POST", TODOS, &keyed, &body))).await;
    for reply in &replies {
        if reply.status != 201 {
            reply.problem(409, "request-in-flight");
            assert!(!reply.header("retry-after").is_empty());
        }
    }
    assert!(replies.iter().any(|reply| reply.status == 201), "nobody got through");
    assert_eq!(api.all().await.iter().filter(|todo| todo["title"] == title).count(), 1);
}
