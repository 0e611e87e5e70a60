use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    client::{Api, Reply, TODOS, fresh_key, text},
    poll::poll_until,
};

/// Where lists are.
const LISTS: &str = "/api/v1/lists";
/// Long enough for what one person wrote to be shown to another.
const PATIENCE: Duration = Duration::from_secs(30);

/// What `answer` gives once it has `status`: another person's change is shown a moment later.
pub(crate) async fn soon(status: u16, ask: impl AsyncFn() -> Reply) -> Reply {
    let answered = poll_until(PATIENCE, async || {
        let reply = ask().await;
        if reply.status == status { Ok(reply) } else { Err(reply) }
    });
    // What another status said is told there.
    answered.await.unwrap_or_else(|reply| reply).expect(status)
}

pub(crate) async fn get(api: &Api, path: &str) -> Reply {
    api.bare("GET", path, &[]).await
}

pub(crate) async fn list_of(api: &Api, name: &str) -> (String, Value) {
    let made = api.json("POST", LISTS, &[], &json!({ "name": name })).await.expect(201);
    let list = made.value();
    assert_eq!((made.header("etag"), made.header("location")), ("\"1\"", text(&list, "url")));
    (format!("{LISTS}/{}", text(&list, "id")), list)
}

pub(crate) async fn todo_in(api: &Api, list: &Value, title: &str) -> Value {
    api.json("POST", TODOS, &[], &json!({ "title": title, "list": list["id"] })).await.expect(201).value()
}

/// Lists with members, by three people who are told apart by their tokens, in that order: an owner, a member, a stranger.
pub async fn sharing(base: &str, tokens: [&str; 3]) {
    let [ana, ben, cyn] = tokens.map(|token| Api::at(base).with_token(token));
    lists(&ana).await;
    roles(&ana, &ben, &cyn).await;
    moves(&ana, &ben).await;
    trash(&ana, &ben).await;
}

/// A list of one's own: what every resource does.
async fn lists(ana: &Api) {
    let (path, list) = list_of(ana, "Garden").await;
    let expected = json!({ "id": list["id"], "url": list["url"], "name": "Garden", "description": null, "owner": list["owner"],
        "role": "owner", "people": 1, "archived": false, "deleted": false, "version": 1 });
    assert_eq!(list, expected);
    let read = get(ana, &path).await.expect(200);
    assert_eq!((read.value(), read.header("etag")), (list, "\"1\""));
    ana.bare("GET", &path, &[("if-none-match", "\"1\"")]).await.expect(304);
    let all = get(ana, LISTS).await.expect(200).value();
    assert!(all.as_array().expect("an array").iter().any(|one| *one == read.value()), "{all}");

    let patch = json!({ "name": "Yard", "description": "behind the house" });
    let changed = ana.json("PATCH", &path, &[("if-match", "\"1\"")], &patch).await.expect(200);
    assert_eq!((&changed.value()["name"], &changed.value()["version"]), (&json!("Yard"), &json!(3)));
    let late = ana.json("PATCH", &path, &[("if-match", "\"1\"")], &json!({ "name": "x" })).await;
    assert_eq!(late.problem(412, "precondition-failed")["currentVersion"], 3);
    assert_eq!(get(ana, &path).await.value()["name"], "Yard", "what was written is read");

    for (body, field) in [
        (json!({}), "name"),
        (json!({ "name": "" }), "name"),
        (json!({ "name": "x".repeat(201) }), "name"),
        (json!({ "name": "x", "description": 1 }), "description"),
        (json!({ "name": "x", "owner": "ben" }), "owner"),
        (json!({ "name": "x", "color": "red" }), "color"),
    ] {
        let problem = ana.json("POST", LISTS, &[], &body).await.problem(422, "invalid-fields");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
    get(ana, &format!("{LISTS}?colour=red")).await.problem(400, "invalid-query");
    get(ana, &format!("{LISTS}/list-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11")).await.problem(400, "invalid-id");

    let key = fresh_key();
    let keyed = async || ana.json("POST", LISTS, &[("idempotency-key", &key)], &json!({ "name": "Once" })).await.expect(201);
    let (first, second) = (keyed().await, keyed().await);
    assert_eq!((first.text.as_str(), second.header("idempotency-replayed")), (second.text.as_str(), "true"));
    let other = ana.json("POST", LISTS, &[("idempotency-key", &key)], &json!({ "name": "Other" })).await;
    other.problem(422, "idempotency-key-reused");
}

/// What each role may, what nobody else learns, and that being put out counts at once.
async fn roles(ana: &Api, ben: &Api, cyn: &Api) {
    let (path, list) = list_of(ana, "Shared").await;
    let todo = todo_in(ana, &list, "weed the beds").await;
    let todo = format!("{TODOS}/{}", text(&todo, "id"));
    let nobody = async |who: &Api| {
        for (method, path) in [("GET", &path), ("DELETE", &path), ("GET", &todo), ("DELETE", &todo)] {
            who.bare(method, path, &[]).await.problem(404, "not-found");
        }
        get(who, &format!("{todo}/history")).await.problem(404, "not-found");
        get(who, &format!("{todo}?at=2100-01-01T00:00:00Z")).await.problem(404, "not-found");
        who.json("PATCH", &todo, &[("if-match", "\"7\"")], &json!({ "title": "x" })).await.problem(404, "not-found");
        let into = who.json("POST", TODOS, &[], &json!({ "title": "x", "list": list["id"] })).await.problem(422, "invalid-fields");
        assert_eq!(into["errors"][0]["field"], "list", "{into}");
        assert_eq!(get(who, &format!("{TODOS}?list={}", text(&list, "id"))).await.expect(200).value(), json!([]));
    };
    nobody(ben).await;

    // Who they are, Ana learns from what they made.
    let id_of = async |who: &Api| text(&list_of(who, "Own").await.1, "owner").to_owned();
    let member = format!("{path}/members/{}", id_of(ben).await);
    let put = async |role: &str| ana.json("PUT", &member, &[], &json!({ "role": role })).await;
    put("owner").await.problem(422, "invalid-fields");
    put("king").await.problem(422, "invalid-fields");
    assert_eq!(put("viewer").await.expect(200).value()["role"], "viewer");

    let seen = soon(200, async || get(ben, &todo).await).await.value();
    assert_eq!(seen["title"], "weed the beds");
    let listed = soon(200, async || get(ben, &path).await).await.value();
    assert_eq!((&listed["role"], &listed["people"]), (&json!("viewer"), &json!(2)));
    let members = get(ben, &format!("{path}/members")).await.expect(200).value();
    assert_eq!((members[0]["role"].clone(), members[1]["role"].clone()), (json!("owner"), json!("viewer")));
    assert!(
        get(ben, TODOS).await.value().as_array().expect("an array").iter().any(|one| one["id"] == seen["id"]),
        "among all that Ben sees"
    );
    let found = get(ben, &format!("{TODOS}?q=beds&sort=title&limit=5")).await.value();
    assert_eq!(found[0]["id"], seen["id"], "found by its words");
    get(ben, &format!("{todo}/history")).await.expect(200);
    for (method, path, body) in [
        ("PATCH", &todo, json!({ "completed": true })),
        ("PATCH", &path, json!({ "name": "Mine" })),
        ("PUT", &member, json!({ "role": "editor" })),
        ("POST", &TODOS.to_owned(), json!({ "title": "x", "list": list["id"] })),
    ] {
        ben.json(method, path, &[], &body).await.problem(403, "forbidden");
    }
    nobody(cyn).await;

    put("editor").await.expect(200);
    assert_eq!(ben.json("PATCH", &todo, &[], &json!({ "completed": true })).await.expect(200).value()["completed"], true);
    let bens = todo_in(ben, &list, "ben's own idea").await;
    let bens = format!("{TODOS}/{}", text(&bens, "id"));
    ben.json("PATCH", &path, &[], &json!({ "name": "Ours" })).await.expect(200);
    ben.bare("DELETE", &path, &[]).await.problem(403, "forbidden");
    ben.bare("POST", &format!("{todo}/undo"), &[]).await.expect(200);
    soon(200, async || get(ana, &bens).await).await;
    // Clearing one's own leaves what is shared.
    ben.bare("DELETE", TODOS, &[]).await.expect(204);
    ben.json("PATCH", &bens, &[], &json!({ "order": 1 })).await.expect(200);

    // Put away: it is seen, and nothing in it changes.
    ana.json("PATCH", &path, &[], &json!({ "archived": true })).await.expect(200);
    ben.json("PATCH", &bens, &[], &json!({ "order": 2 })).await.problem(409, "archived");
    ana.json("POST", TODOS, &[], &json!({ "title": "x", "list": list["id"] })).await.problem(409, "archived");
    ana.json("PATCH", &path, &[], &json!({ "name": "Ana's", "archived": false })).await.expect(200);

    // Out: from that moment on, also of what he made himself.
    ana.bare("DELETE", &member, &[]).await.expect(204);
    ben.json("PATCH", &bens, &[], &json!({ "title": "still mine?" })).await.problem(404, "not-found");
    get(ben, &format!("{bens}/history")).await.problem(404, "not-found");
    soon(404, async || get(ben, &bens).await).await;
    nobody(ben).await;
    get(ana, &bens).await.expect(200);
}

/// A todo goes from list to list by whoever may edit both, and the list from person to person.
async fn moves(ana: &Api, ben: &Api) {
    let ((path, shared), (_, other)) = (list_of(ana, "From").await, list_of(ana, "To").await);
    let ben_id = text(&list_of(ben, "Ben's").await.1, "owner").to_owned();
    ana.json("PUT", &format!("{path}/members/{ben_id}"), &[], &json!({ "role": "editor" })).await.expect(200);
    let todo = todo_in(ana, &shared, "carry").await;
    let todo = format!("{TODOS}/{}", text(&todo, "id"));
    let to = |list: &Value| json!({ "list": list["id"] });
    let refused = ben.json("PATCH", &todo, &[], &to(&other)).await.problem(422, "invalid-fields");
    assert_eq!(refused["errors"][0]["field"], "list");
    ana.json("PATCH", &todo, &[], &to(&other)).await.expect(200);
    soon(404, async || get(ben, &todo).await).await;
    ana.json("PATCH", &todo, &[], &to(&shared)).await.expect(200);
    soon(200, async || get(ben, &todo).await).await;

    ana.json("PATCH", &path, &[], &json!({ "owner": ben_id, "name": "x" })).await.problem(422, "invalid-fields");
    let given = ana.json("PATCH", &path, &[], &json!({ "owner": ben_id })).await.expect(200).value();
    assert_eq!((&given["owner"], &given["role"]), (&json!(ben_id), &json!("editor")));
    ana.bare("DELETE", &path, &[]).await.problem(403, "forbidden");
    let ana_id = text(&list_of(ana, "Ana's").await.1, "owner").to_owned();
    ana.bare("DELETE", &format!("{path}/members/{ana_id}"), &[]).await.expect(204);
    soon(404, async || get(ana, &path).await).await;
}

/// In the trash with all that is in it, and out again.
async fn trash(ana: &Api, ben: &Api) {
    let (path, list) = list_of(ana, "Bin").await;
    let ben_id = text(&list_of(ben, "Ben's too").await.1, "owner").to_owned();
    ana.json("PUT", &format!("{path}/members/{ben_id}"), &[], &json!({ "role": "editor" })).await.expect(200);
    let todo = todo_in(ana, &list, "thrown away").await;
    let todo = format!("{TODOS}/{}", text(&todo, "id"));
    soon(200, async || get(ben, &todo).await).await;
    ana.bare("DELETE", &path, &[]).await.expect(204);
    ana.bare("DELETE", &path, &[]).await.expect(204);
    get(ana, &todo).await.problem(404, "not-found");
    ana.json("PATCH", &todo, &[], &json!({ "order": 1 })).await.problem(404, "not-found");
    ben.json("PATCH", &todo, &[], &json!({ "order": 1 })).await.problem(404, "not-found");
    soon(404, async || get(ben, &path).await).await;
    ana.json("PATCH", &path, &[], &json!({ "name": "x" })).await.problem(409, "deleted");
    let gone = get(ana, &format!("{LISTS}?deleted=true")).await.expect(200).value();
    assert!(gone.as_array().expect("an array").iter().any(|one| one["id"] == list["id"]), "{gone}");
    let back = ana.bare("POST", &format!("{path}/restore"), &[]).await.expect(200).value();
    assert_eq!(back["deleted"], false);
    get(ana, &todo).await.expect(200);
    soon(200, async || get(ben, &todo).await).await;
}
