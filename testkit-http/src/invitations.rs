use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    client::{Api, TODOS, fresh_key, text},
    poll::poll_until,
    sharing::{get, list_of, soon, todo_in},
};

/// What somebody was asked.
const MINE: &str = "/api/v1/me/invitations";
/// Long enough for a timer that may ring by a sweep, and for the views to show it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Invitations into lists, by three people who are told apart by their tokens, in that order: an owner, whoever is invited, a
/// stranger.
pub async fn invitations(base: &str, tokens: [&str; 3]) {
    let [ana, ben, cyn] = tokens.map(|token| Api::at(base).with_token(token));
    let ben_id = text(&get(&ben, "/api/v1/me").await.expect(200).value(), "id").to_owned();
    accepted(&ana, &ben, &cyn, &ben_id).await;
    declined_and_withdrawn(&ana, &ben, &ben_id).await;
    refused(&ana, &ben, &ben_id).await;
    over(&ana, &ben, &ben_id).await;
}

/// What Ben is asked about this list, as soon as that is shown, or that it is not.
async fn asked(ben: &Api, list: &Value, there: bool) -> Option<Value> {
    let asked = poll_until(PATIENCE, async || {
        let mine = get(ben, MINE).await.expect(200).value();
        let found = mine.as_array().expect("an array").iter().find(|one| one["id"] == list["id"]).cloned();
        if found.is_some() == there { Ok(found) } else { Err(mine) }
    });
    asked.await.unwrap_or_else(|mine| panic!("not shown, or still shown: {mine}"))
}

async fn accepted(ana: &Api, ben: &Api, cyn: &Api, ben_id: &str) {
    let (path, list) = list_of(ana, "Allotment").await;
    let todo = todo_in(ana, &list, "dig").await;
    let todo = format!("{TODOS}/{}", text(&todo, "id"));
    let invitation = format!("{path}/invitations/{ben_id}");
    let key = fresh_key();
    let invite = async || ana.json("PUT", &invitation, &[("idempotency-key", &key)], &json!({ "role": "editor" })).await;
    let made = invite().await.expect(200);
    assert_eq!((&made.value()["user"], &made.value()["role"]), (&json!(ben_id), &json!("editor")));
    assert_eq!(made.header("etag"), "\"2\"");
    let again = invite().await.expect(200);
    assert_eq!((again.value(), again.header("idempotency-replayed")), (made.value(), "true"));
    let standing = get(ana, &format!("{path}/invitations")).await.expect(200);
    assert_eq!((standing.value(), standing.header("etag")), (json!([made.value()]), "\"2\""));

    let seen = asked(ben, &list, true).await.expect("an invitation");
    let expected = json!({ "id": list["id"], "url": seen["url"], "name": "Allotment", "role": "editor", "invitedBy": list["owner"],
        "expires": made.value()["expires"] });
    assert_eq!(seen, expected);
    assert!(text(&seen, "url").ends_with(&format!("{MINE}/{}", text(&list, "id"))));
    // Until he says yes he is a stranger.
    for hidden in [&path, &todo, &format!("{path}/invitations"), &format!("{path}/members")] {
        get(ben, hidden).await.problem(404, "not-found");
    }
    assert_eq!(get(ben, &format!("{TODOS}?list={}", text(&list, "id"))).await.expect(200).value(), json!([]));
    let accept = format!("{}/accept", text(&seen, "url"));
    let decline = format!("{}/decline", text(&seen, "url"));
    for way in [&accept, &decline] {
        cyn.bare("POST", way, &[]).await.problem(404, "not-found");
    }
    assert!(get(cyn, MINE).await.expect(200).value().as_array().expect("an array").iter().all(|one| one["id"] != list["id"]));

    let inside = ben.bare("POST", &accept, &[]).await.expect(200);
    assert_eq!((&inside.value()["role"], &inside.value()["people"]), (&json!("editor"), &json!(2)));
    // What he did he sees.
    get(ben, &path).await.expect(200);
    get(ben, &todo).await.expect(200);
    asked(ben, &list, false).await;
    ben.bare("POST", &accept, &[]).await.expect(200);
    ben.bare("POST", &decline, &[]).await.problem(404, "not-found");
    ben.json("PATCH", &todo, &[], &json!({ "completed": true })).await.expect(200);
    // Who is in it learns nothing of who is asked.
    get(ben, &format!("{path}/invitations")).await.problem(403, "forbidden");
    ben.json("PUT", &invitation, &[], &json!({ "role": "viewer" })).await.problem(403, "forbidden");
    ben.bare("DELETE", &invitation, &[]).await.problem(403, "forbidden");
    soon(200, async || get(ana, &format!("{path}/members/{ben_id}")).await).await;
    let problem = ana.json("PUT", &invitation, &[], &json!({ "role": "viewer" })).await.problem(422, "invalid-fields");
    assert_eq!(problem["errors"][0]["field"], "user", "{problem}");
    // A request that is sent again gets its answer, whatever came of it.
    assert_eq!(invite().await.expect(200).value(), made.value());
}

async fn declined_and_withdrawn(ana: &Api, ben: &Api, ben_id: &str) {
    let (path, list) = list_of(ana, "Choir").await;
    let invitation = format!("{path}/invitations/{ben_id}");
    let url = format!("{MINE}/{}", text(&list, "id"));
    let invite = async || ana.json("PUT", &invitation, &[], &json!({ "role": "viewer" })).await.expect(200);
    invite().await;
    asked(ben, &list, true).await;
    ben.bare("POST", &format!("{url}/decline"), &[]).await.expect(204);
    asked(ben, &list, false).await;
    ben.bare("POST", &format!("{url}/accept"), &[]).await.problem(404, "not-found");
    // Asked again, and no longer.
    invite().await;
    asked(ben, &list, true).await;
    ana.bare("DELETE", &invitation, &[]).await.expect(204);
    ana.bare("DELETE", &invitation, &[]).await.expect(204);
    assert_eq!(get(ana, &format!("{path}/invitations")).await.expect(200).value(), json!([]));
    ben.bare("POST", &format!("{url}/accept"), &[]).await.problem(404, "not-found");
    asked(ben, &list, false).await;
    // In the trash nobody is asked into it, and out of it whoever was is again.
    invite().await;
    asked(ben, &list, true).await;
    ana.bare("DELETE", &path, &[]).await.expect(204);
    ben.bare("POST", &format!("{url}/accept"), &[]).await.problem(404, "not-found");
    asked(ben, &list, false).await;
    ana.bare("POST", &format!("{path}/restore"), &[]).await.expect(200);
    asked(ben, &list, true).await;
}

async fn refused(ana: &Api, ben: &Api, ben_id: &str) {
    let (path, list) = list_of(ana, "Strict").await;
    let invitation = format!("{path}/invitations/{ben_id}");
    for (body, field) in [
        (json!({}), "role"),
        (json!({ "role": "king" }), "role"),
        (json!({ "role": "owner" }), "role"),
        (json!({ "role": "viewer", "expires": "tomorrow" }), "expires"),
        (json!({ "role": "viewer", "expires": "2026-01-01T00:00:00Z" }), "expires"),
        (json!({ "role": "viewer", "expires": "2126-01-01T00:00:00Z" }), "expires"),
        (json!({ "role": "viewer", "invitedBy": "me" }), "invitedBy"),
        (json!({ "role": "viewer", "colour": "red" }), "colour"),
    ] {
        let problem = ana.json("PUT", &invitation, &[], &body).await.problem(422, "invalid-fields");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
    ana.json("PUT", &invitation, &[("if-match", "\"7\"")], &json!({ "role": "viewer" })).await.problem(412, "precondition-failed");
    // Whose list it is not, to them there is none.
    ben.json("PUT", &invitation, &[], &json!({ "role": "viewer" })).await.problem(404, "not-found");
    get(ben, &format!("{path}/invitations")).await.problem(404, "not-found");
    let own = format!("{path}/invitations/{}", text(&list, "owner"));
    ana.json("PUT", &own, &[], &json!({ "role": "viewer" })).await.problem(422, "invalid-fields");
}

/// When its time has come, the list's own timer ends it.
async fn over(ana: &Api, ben: &Api, ben_id: &str) {
    let (path, list) = list_of(ana, "Short").await;
    let expires = jiff::Timestamp::now() + Duration::from_secs(3);
    let invitation = json!({ "role": "viewer", "expires": expires.to_string() });
    ana.json("PUT", &format!("{path}/invitations/{ben_id}"), &[], &invitation).await.expect(200);
    asked(ben, &list, true).await;
    asked(ben, &list, false).await;
    assert!(jiff::Timestamp::now() >= expires, "it was over too early");
    ben.bare("POST", &format!("{MINE}/{}/accept", text(&list, "id")), &[]).await.problem(404, "not-found");
    assert_eq!(get(ana, &format!("{path}/invitations")).await.expect(200).value(), json!([]));
    // Not only hidden: it happened.
    let happened = poll_until(PATIENCE, async || {
        let shown = get(ana, &path).await.expect(200).value();
        if shown["version"] == 3 { Ok(()) } else { Err(shown) }
    });
    happened.await.unwrap_or_else(|shown| panic!("its timer never rang: {shown}"));
}
