use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    client::{Api, Reply, TODOS, text},
    poll::poll_until,
    sharing::{get, list_of, soon, todo_in},
};

const ME: &str = "/api/v1/me";
/// In everything that whoever is erased writes.
pub const ERASED_MARK: &str = "geheimnis";
/// Long enough for all of it to be done.
const PATIENCE: Duration = Duration::from_secs(90);

/// Ana is erased, with all that is hers; Ben, who shares things with her, keeps what is his. Their tokens, in that order. After it
/// there is nobody of Ana's id any more.
pub async fn erasure(base: &str, [ana, ben]: [&str; 2]) {
    let [ana, ben] = [ana, ben].map(|token| Api::at(base).with_token(token));
    let me = text(&get(&ana, ME).await.expect(200).value(), "id").to_owned();
    let his_id = text(&get(&ben, ME).await.expect(200).value(), "id").to_owned();
    let hers = fill(&ana).await;

    // Ben's list, in which she made a todo; and another of his that she is asked into.
    let (his, his_list) = list_of(&ben, "ben's").await;
    ben.json("PUT", &format!("{his}/members/{me}"), &[], &json!({ "role": "editor" })).await.expect(200);
    soon(200, async || get(&ana, &his).await).await;
    let stays = todo_in(&ana, &his_list, "stays").await;
    let (asking, _) = list_of(&ben, "asking").await;
    ben.json("PUT", &format!("{asking}/invitations/{me}"), &[], &json!({ "role": "editor" })).await.expect(200);
    // Hers, with Ben in it; and one that she asked him into.
    let (shared, shared_list) = list_of(&ana, ERASED_MARK).await;
    ana.json("PUT", &format!("{shared}/members/{his_id}"), &[], &json!({ "role": "editor" })).await.expect(200);
    soon(200, async || get(&ben, &shared).await).await;
    let of_ben = todo_in(&ben, &shared_list, ERASED_MARK).await;

    not_by_accident(&ana, &me).await;
    let refused = erase(&ana, &me).await.problem(409, "list-shared");
    assert_eq!(refused["lists"], json!([shared]), "{refused}");
    get(&ana, ME).await.expect(200);
    ana.bare("DELETE", &format!("{shared}/members/{his_id}"), &[]).await.expect(204);

    let begun = erase(&ana, &me).await.expect(202);
    let operation = begun.header("location").to_owned();
    assert_eq!((&begun.value()["kind"], begun.value()["steps"]["total"].as_u64()), (&json!("erase"), Some(6)));
    // Sent again, it is the same one; or its sender is nobody already.
    let again = erase(&ana, &me).await;
    assert!(again.status == 410 || again.header("location") == operation, "{}", again.text);
    let ended = over(&ana, &operation).await;
    assert_eq!((&ended["outcomes"]["refused"], &ended["steps"]["taken"]), (&json!(0), &json!(6)), "{ended}");
    assert!(ended["outcomes"]["done"].as_u64() >= Some(10), "{ended}");

    // She is nobody, whatever she asks; only the operation tells that it is so, and cannot be taken back.
    for reply in [
        get(&ana, TODOS).await,
        get(&ana, ME).await,
        ana.json("POST", TODOS, &[], &json!({ "title": "again" })).await,
        ana.json("PATCH", ME, &[], &json!({ "displayName": "again" })).await,
        get(&ana, &format!("{TODOS}/{}/history", text(&hers, "id"))).await,
        erase(&ana, &me).await,
    ] {
        let problem = reply.problem(410, "erased");
        assert!(operation.ends_with(text(&problem, "operation")), "{problem} {operation}");
    }
    ana.bare("POST", &format!("{operation}/undo"), &[]).await.problem(422, "invalid-fields");
    ana.bare("POST", &format!("{operation}/abort"), &[]).await.problem(422, "invalid-fields");
    let alone = async || get(&ana, "/api/v1/operations").await.value().as_array().is_some_and(|all| all.len() == 1);
    assert!(until(alone).await, "what she did before is no operation of hers any more");
    assert_eq!(get(&ana, &format!("{operation}/items")).await.expect(200).value(), json!([]));

    // Ben keeps his list and what she made in it, without her; of hers there is nothing for him.
    let members = get(&ben, &format!("{his}/members")).await.expect(200);
    assert!(!members.text.contains(&me), "{}", members.text);
    let invitations = get(&ben, &format!("{asking}/invitations")).await.expect(200);
    assert!(!invitations.text.contains(&me), "{}", invitations.text);
    let path = format!("{TODOS}/{}", text(&stays, "id"));
    let left = get(&ben, &path).await.expect(200);
    assert!(left.value()["title"] == "stays" && !left.text.contains(&me), "{}", left.text);
    ben.json("PATCH", &path, &[], &json!({ "completed": true })).await.expect(200);
    get(&ben, &shared).await.expect(404);
    get(&ben, &format!("{TODOS}/{}", text(&of_ben, "id"))).await.expect(404);
    // Asked into a list or put into it once more, she does not come back.
    ben.json("PUT", &format!("{his}/invitations/{me}"), &[], &json!({ "role": "viewer" })).await.expect(200);
    ana.bare("POST", &format!("/api/v1/me/invitations/{}/accept", text(&his_list, "id")), &[]).await.problem(410, "erased");
    ben.bare("DELETE", &format!("{his}/invitations/{me}"), &[]).await.expect(204);
}

/// Something of everything; gives a todo.
async fn fill(ana: &Api) -> Value {
    let draft = json!({ "title": ERASED_MARK, "description": ERASED_MARK, "tags": [ERASED_MARK], "priority": "high",
        "subtasks": [{ "title": ERASED_MARK }], "due": { "local": "2020-01-01", "zone": "UTC" },
        "reminders": [{ "minutesBefore": 5 }] });
    let key = uuid::Uuid::new_v4().to_string();
    let todo = ana.json("POST", TODOS, &[("idempotency-key", &key)], &draft).await.expect(201).value();
    // Overdue until now.
    let later = json!({ "due": { "local": "2100-01-01", "zone": "UTC" } });
    ana.json("PATCH", &format!("{TODOS}/{}", text(&todo, "id")), &[], &later).await.expect(200);
    let done = ana.create(ERASED_MARK).await;
    ana.bare("POST", &format!("{TODOS}/{}/complete", text(&done, "id")), &[]).await.expect(200);
    let trashed = ana.create(ERASED_MARK).await;
    ana.bare("DELETE", &format!("{TODOS}/{}", text(&trashed, "id")), &[]).await.expect(204);
    let (list, json) = list_of(ana, ERASED_MARK).await;
    todo_in(ana, &json, ERASED_MARK).await;
    ana.json("PUT", &format!("{list}/invitations/nobody-else"), &[], &json!({ "role": "viewer" })).await.expect(200);
    let copied = ana.json("POST", &format!("{list}/copy"), &[], &json!({ "name": format!("{ERASED_MARK} two") })).await;
    assert_eq!((copied.status, &copied.value()["status"]), (200, &json!("completed")), "{}", copied.text);
    let imported = json!([{ "title": ERASED_MARK, "tags": [ERASED_MARK] }]);
    assert_eq!(ana.json("POST", "/api/v1/todos/import", &[], &imported).await.expect(200).value()["status"], "completed");
    ana.json("PUT", &format!("/api/v1/filters/{ERASED_MARK}"), &[], &json!({ "query": format!("tag={ERASED_MARK}") })).await.expect(200);
    let me = json!({ "displayName": ERASED_MARK, "email": format!("{ERASED_MARK}@example.org"),
        "webhooks": [format!("https://example.org/{ERASED_MARK}")] });
    ana.json("PATCH", ME, &[], &me).await.expect(200);
    ana.bare("POST", "/api/v1/me/notifications/test", &[]).await.expect(202);
    let hooks = get(ana, "/api/v1/me/webhooks").await.expect(200).value();
    let renewed = ana.bare("POST", &format!("/api/v1/me/webhooks/{}/secret", text(&hooks[0], "id")), &[]).await;
    assert!(renewed.status < 300, "{}", renewed.text);
    todo
}

/// Whether it comes true.
async fn until(it: impl AsyncFn() -> bool) -> bool {
    poll_until(PATIENCE, async || it().await.then_some(()).ok_or(())).await.is_ok()
}

async fn erase(api: &Api, confirm: &str) -> Reply {
    api.bare("DELETE", &format!("{ME}?confirm={confirm}"), &[]).await
}

/// Nothing but one's own id will do, and it says so.
async fn not_by_accident(api: &Api, me: &str) {
    for query in ["", "?confirm=", "?confirm=yes", "?confirm=somebody-else", &format!("?confirm={me}&confirm={me}")] {
        let problem = api.bare("DELETE", &format!("{ME}{query}"), &[]).await.problem(400, "invalid-query");
        assert_eq!(problem["errors"][0]["field"], "confirm", "{problem}");
    }
    let problem = api.bare("DELETE", &format!("{ME}?confirm={me}&now=true"), &[]).await.problem(400, "invalid-query");
    assert_eq!(problem["errors"][0]["field"], "now", "{problem}");
}

/// The operation once it is completed. Whoever is erased still sees it.
pub(crate) async fn over(api: &Api, operation: &str) -> Value {
    let shown = poll_until(PATIENCE, async || {
        let shown = get(api, operation).await.expect(200).value();
        if ["running", "waiting"].contains(&text(&shown, "status")) { Err(shown) } else { Ok(shown) }
    });
    match shown.await {
        Ok(shown) if text(&shown, "status") == "completed" => shown,
        Ok(shown) | Err(shown) => panic!("an erasure does not come to its end: {shown}"),
    }
}

/// Whoever is alone with the machine, and brings no token, is erased and begins anew with nothing. Runs alone: it erases all that the
/// caller has.
pub async fn beginning_anew(base: &str) {
    let api = Api::at(base);
    let me = text(&get(&api, ME).await.expect(200).value(), "id").to_owned();
    for life in 0..2 {
        let todo = fill(&api).await;
        let begun = erase(&api, &me).await.expect(202);
        over(&api, begun.header("location")).await;
        // For a moment the edge may still believe that it goes on.
        let anew = soon(200, async || get(&api, ME).await).await.value();
        assert_eq!((&anew["displayName"], &anew["webhooks"]), (&json!(null), &json!([])), "life {life}: {anew}");
        assert_eq!(api.all().await, [] as [Value; 0], "life {life}");
        for nothing in ["/api/v1/todos?status=deleted", "/api/v1/lists", "/api/v1/lists?deleted=true", "/api/v1/filters"] {
            assert_eq!(get(&api, nothing).await.expect(200).value(), json!([]), "life {life}: {nothing}");
        }
        for path in ["", "/history", "?at=2100-01-01T00:00:00Z"] {
            let old = get(&api, &format!("{TODOS}/{}{path}", text(&todo, "id"))).await;
            assert_eq!(old.status, 404, "life {life}: {}", old.text);
        }
    }
    let todo = api.create("a new life").await;
    assert_eq!(api.all().await.len(), 1);
    api.bare("DELETE", &format!("{TODOS}/{}", text(&todo, "id")), &[]).await.expect(204);
}
