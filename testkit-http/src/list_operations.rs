use serde_json::{Value, json};

use crate::{
    client::{Api, TODOS, fresh_key, text},
    operations::{ASYNC, ended, items},
};

const LISTS: &str = "/api/v1/lists";
/// As good as any, but nobody's.
const NOBODYS: &str = "list-01932c07-5a3e-8cc0-9a55-0f2b8d0c7f11";

struct List<'a> {
    api: &'a Api,
    id: String,
    path: String,
}

impl<'a> List<'a> {
    async fn new(api: &'a Api, name: &str) -> Self {
        let made = api.json("POST", LISTS, &[], &json!({ "name": name })).await.expect(201).value();
        Self::of(api, text(&made, "id"))
    }

    fn of(api: &'a Api, id: &str) -> Self {
        Self { api, id: id.to_owned(), path: format!("{LISTS}/{id}") }
    }

    async fn with(api: &'a Api, name: &str, drafts: impl Iterator<Item = Value>) -> Self {
        let list = Self::new(api, name).await;
        let in_list = |mut draft: Value| {
            draft["list"] = json!(list.id);
            draft
        };
        let drafts: Vec<_> = drafts.map(in_list).collect();
        let import = api.json("POST", &format!("{TODOS}/import"), &[ASYNC], &json!(drafts)).await.expect(202);
        let import = ended(api, import.header("location")).await;
        assert_eq!(import["outcomes"]["done"], drafts.len(), "{import}");
        list
    }

    async fn read(&self) -> Value {
        self.api.bare("GET", &self.path, &[]).await.expect(200).value()
    }

    async fn todos(&self, more: &str) -> Vec<Value> {
        let found = self.api.bare("GET", &format!("{TODOS}?list={}&limit=1000{more}", self.id), &[]).await.expect(200).value();
        found.as_array().expect("an array").clone()
    }

    /// Begins an operation on it and waits for its end.
    async fn post(&self, action: &str, body: &Value) -> Value {
        let begun = self.api.json("POST", &format!("{}/{action}", self.path), &[ASYNC], body).await.expect(202);
        ended(self.api, begun.header("location")).await
    }
}

async fn undo(api: &Api, operation: &Value) -> Value {
    let begun = api.bare("POST", &format!("{}/undo", text(operation, "url")), &[ASYNC]).await.expect(202);
    ended(api, begun.header("location")).await
}

fn done(operation: &Value) -> (&str, u64) {
    (text(operation, "status"), operation["outcomes"]["done"].as_u64().expect("a number"))
}

/// Lists with everything in them: moved between, copied, put away, deleted and brought back, each as an operation.
pub async fn list_operations(base: &str) {
    let api = &Api::at(base);
    moved(api).await;
    copied(api).await;
    archived(api).await;
    deleted(api).await;
    refused(api).await;
}

async fn moved(api: &Api) {
    let from = List::with(api, "From", (0..7).map(|n| json!({ "title": format!("carry {n}") }))).await;
    let to = List::new(api, "To").await;
    let mut ids: Vec<_> = from.todos("").await.iter().map(|todo| text(todo, "id").to_owned()).collect();
    ids.insert(2, "todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11".to_owned());
    let body = json!({ "do": "move", "list": to.id, "todos": ids });
    let moved = api.json("POST", &format!("{TODOS}/bulk"), &[], &body).await.expect(200).value();
    assert_eq!((done(&moved), &moved["list"], &moved["do"]), (("completed", 7), &json!(to.id), &json!("move")), "{moved}");
    let outcomes = items(api, &moved).await;
    assert_eq!((&outcomes[2]["outcome"], &outcomes[2]["problem"]), (&json!("refused"), &json!("not-found")));
    assert_eq!((from.todos("").await.len(), to.todos("").await.len()), (0, 7), "each is in one list");
    assert_eq!(done(&undo(api, &moved).await), ("completed", 7));
    assert_eq!((from.todos("").await.len(), to.todos("").await.len()), (7, 0));
    for (body, field) in [
        (json!({ "do": "move", "todos": ids }), "list"),
        (json!({ "do": "move", "list": "x", "todos": ids }), "list"),
        (json!({ "do": "move", "list": NOBODYS, "todos": ids }), "list"),
        (json!({ "do": "complete", "list": to.id, "todos": ids }), "list"),
    ] {
        let problem = api.json("POST", &format!("{TODOS}/bulk"), &[], &body).await.problem(422, "invalid-fields");
        assert_eq!(problem["errors"][0]["field"], field, "{body}: {problem}");
    }
}

async fn copied(api: &Api) {
    let drafts = (0..103).map(|n| {
        let due = json!({ "local": "2026-11-24T09:00:00", "zone": "Europe/Berlin" });
        let mut draft = json!({ "title": format!("pack {n}"), "tags": ["trip"], "completed": n < 20, "due": due });
        if n == 50 {
            draft["subtasks"] = json!([{ "title": "fold", "completed": true }]);
            draft["recurrence"] = json!({ "rule": "FREQ=WEEKLY" });
            draft["reminders"] = json!([{ "at": { "local": "2090-01-01T18:00:00", "zone": "Europe/Berlin" } }]);
        }
        draft
    });
    let list = List::with(api, "Packing", drafts).await;
    let open = list.post("copy", &json!({})).await;
    assert_eq!((done(&open), &open["kind"]), (("completed", 84), &json!("list-copy")), "{open}");
    let copy = List::of(api, text(&open, "list"));
    let (read, todos) = (copy.read().await, copy.todos("").await);
    assert_eq!((&read["name"], &read["role"], &read["people"]), (&json!("Packing"), &json!("owner"), &json!(1)));
    assert_eq!(todos.len(), 83, "what is open");
    assert!(todos.iter().all(|todo| todo["completed"] == false && todo["due"].is_object() && todo["tags"] == json!(["trip"])));
    let full = todos.iter().find(|todo| todo["title"] == "pack 50").expect("it is copied, too");
    assert_eq!((&full["subtasks"][0]["title"], &full["subtasks"][0]["completed"]), (&json!("fold"), &json!(false)), "{full}");
    assert_eq!((&full["recurrence"]["rule"], full["reminders"].as_array().map(Vec::len)), (&json!("FREQ=WEEKLY"), Some(1)), "{full}");

    let key = fresh_key();
    let again = async || {
        let headers = [("idempotency-key", key.as_str())];
        let body = json!({ "name": "Next time", "reset": true });
        api.json("POST", &format!("{}/copy", list.path), &headers, &body).await.expect(200)
    };
    let (first, second) = (again().await, again().await);
    assert_eq!((&first.value()["id"], second.header("idempotency-replayed")), (&second.value()["id"], "true"));
    let copy = List::of(api, text(&first.value(), "list"));
    let todos = copy.todos("").await;
    assert_eq!((&copy.read().await["name"], todos.len()), (&json!("Next time"), 103));
    assert!(todos.iter().all(|todo| todo["completed"] == false && todo["due"].is_null()), "as if nothing had been done");
    assert_eq!(list.todos("").await.len(), 103, "what is copied stays");
    assert_eq!(done(&undo(api, &first.value()).await), ("completed", 104));
    assert_eq!((&copy.read().await["deleted"], copy.todos("").await.len()), (&json!(true), 0));
}

async fn archived(api: &Api) {
    let list = List::with(api, "Done with", (0..5).map(|n| json!({ "title": format!("finish {n}"), "completed": n == 0 }))).await;
    let archive = list.post("archive", &json!({ "complete": true })).await;
    assert_eq!((done(&archive), &archive["kind"]), (("completed", 5), &json!("list-archive")), "four todos and the list: {archive}");
    assert_eq!(list.read().await["archived"], true);
    let todos = list.todos("").await;
    assert!(todos.len() == 5 && todos.iter().all(|todo| todo["completed"] == true), "{todos:?}");
    let todo = format!("{TODOS}/{}", text(&todos[0], "id"));
    api.json("PATCH", &todo, &[], &json!({ "order": 1 })).await.problem(409, "archived");
    let into = json!({ "do": "move", "list": list.id, "todos": [api.create("late").await["id"]] });
    api.json("POST", &format!("{TODOS}/bulk"), &[], &into).await.problem(409, "archived");
    assert_eq!(done(&undo(api, &archive).await), ("completed", 5));
    assert_eq!((&list.read().await["archived"], list.todos("&status=open").await.len()), (&json!(false), 4), "as it was");
    let plain = api.bare("POST", &format!("{}/archive", list.path), &[]).await.expect(200).value();
    assert_eq!((done(&plain), list.todos("&status=open").await.len()), (("completed", 1), 4), "the list alone");
}

async fn deleted(api: &Api) {
    let list = List::with(api, "Old", (0..103).map(|n| json!({ "title": format!("old {n}") }))).await;
    let before = text(&list.todos("").await[0], "id").to_owned();
    api.bare("DELETE", &format!("{TODOS}/{before}"), &[]).await.expect(204);
    let key = fresh_key();
    let headers = [ASYNC, ("idempotency-key", key.as_str())];
    let begun = api.bare("DELETE", &list.path, &headers).await.expect(202);
    let operation = ended(api, begun.header("location")).await;
    assert_eq!((done(&operation), &operation["kind"]), (("completed", 103), &json!("list-delete")), "{operation}");
    let replayed = api.bare("DELETE", &list.path, &headers).await.expect(202);
    assert_eq!((replayed.header("location"), replayed.header("idempotency-replayed")), (begun.header("location"), "true"));
    api.bare("DELETE", &list.path, &[]).await.expect(204);
    assert_eq!((&list.read().await["deleted"], list.todos("").await.len()), (&json!(true), 0));

    let begun = api.bare("POST", &format!("{}/restore", list.path), &[ASYNC]).await.expect(202);
    let restored = ended(api, begun.header("location")).await;
    assert_eq!((done(&restored), &restored["undoes"]), (("completed", 103), &operation["id"]), "{restored}");
    assert_eq!((&list.read().await["deleted"], list.todos("").await.len()), (&json!(false), 102));
    api.bare("GET", &format!("{TODOS}/{before}"), &[]).await.problem(404, "not-found");

    // Once more, and waited for.
    api.bare("DELETE", &list.path, &[]).await.expect(204);
    assert_eq!(list.todos("").await.len(), 0);
    let back = api.bare("POST", &format!("{}/restore", list.path), &[]).await.expect(200).value();
    assert_eq!((&back["deleted"], list.todos("").await.len()), (&json!(false), 102), "{back}");
}

async fn refused(api: &Api) {
    let list = List::new(api, "At a version").await;
    let stale = [("if-match", "\"7\"")];
    for (method, path) in [("DELETE", list.path.clone()), ("POST", format!("{}/archive", list.path))] {
        let version = list.read().await["version"].clone();
        assert_eq!(api.bare(method, &path, &stale).await.problem(412, "precondition-failed")["currentVersion"], version);
        let fresh = format!("\"{version}\"");
        api.bare(method, &path, &[("if-match", &fresh)]).await;
        assert!(list.read().await["version"].as_u64() > version.as_u64(), "{method} {path}");
        if method == "DELETE" {
            for (action, status) in [("archive", "deleted"), ("copy", "deleted")] {
                api.bare("POST", &format!("{}/{action}", list.path), &[]).await.problem(409, status);
            }
            api.bare("POST", &format!("{}/restore", list.path), &[]).await.expect(200);
        }
    }
    for (method, action) in [("DELETE", ""), ("POST", "/archive"), ("POST", "/copy"), ("POST", "/restore")] {
        api.bare(method, &format!("{LISTS}/{NOBODYS}{action}"), &[]).await.problem(404, "not-found");
    }
    for (action, body, field) in
        [("archive", json!({ "complete": 1 }), "complete"), ("copy", json!({ "name": "" }), "name"), ("copy", json!({ "x": 1 }), "x")]
    {
        let problem = api.json("POST", &format!("{}/{action}", list.path), &[], &body).await.problem(422, "invalid-fields");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
}
