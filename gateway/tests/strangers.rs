//! Nothing of one person is visible to another. For each operation of the OpenAPI document: Ben asks for what is Ana's, and gets
//! what he would get if it did not exist. An operation without an entry here fails.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use std::collections::BTreeSet;

use gateway::Auth;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use support::{Backend, Server};
use testkit_http::Events;

/// No todo has it.
const NOBODYS: &str = "todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11";
/// No list has it.
const NO_LIST: &str = "list-01932c07-5a3e-8cc0-9a55-0f2b8d0c7f11";
/// No operation has it.
const NO_OPERATION: &str = "saga-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11";
/// Stands for Ana's todo in what Ben sends.
const HERS: &str = "HERS";
/// In everything that Ana writes.
const MARK: &str = "anasalone";
/// What both call a filter.
const FILTER: &str = "home";

/// What Ben may get.
#[derive(Clone, Copy)]
enum Expected {
    /// The very answer that he gets for the id of nothing.
    AsIfAbsent,
    /// This status, and nothing of Ana's in it.
    Nothing(u16),
    /// A stream; looked at on its own.
    Stream,
}

use Expected::{AsIfAbsent, Nothing, Stream};

/// Each operation, its query and body as Ben sends them, and what he may get.
fn entries() -> Vec<(&'static str, &'static str, Option<Value>, Expected)> {
    vec![
        ("createTodo", "", Some(json!({ "title": "ben's" })), Nothing(201)),
        ("listTodos", "?q=anasalone&tag=anasalone-tag", None, Nothing(200)),
        ("deleteAllTodos", "", None, Nothing(204)),
        ("getTodo", "", None, AsIfAbsent),
        ("getTodo", "?at=2100-01-01T00:00:00Z", None, AsIfAbsent),
        ("changeTodo", "", Some(json!({ "title": "mine" })), AsIfAbsent),
        ("changeTodo", "", Some(json!({})), AsIfAbsent),
        ("deleteTodo", "", None, AsIfAbsent),
        ("completeTodo", "", None, AsIfAbsent),
        ("reopenTodo", "", None, AsIfAbsent),
        ("restoreTodo", "", None, AsIfAbsent),
        ("getTodoHistory", "", None, AsIfAbsent),
        ("undoTodo", "", None, AsIfAbsent),
        ("undoTodo", "", Some(json!({ "version": 1 })), AsIfAbsent),
        ("countTodos", "?zone=UTC", None, Nothing(200)),
        ("quickAdd", "", Some(json!({ "text": "ben's #other", "zone": "UTC" })), Nothing(200)),
        ("createList", "", Some(json!({ "name": "ben's" })), Nothing(201)),
        ("listLists", "", None, Nothing(200)),
        ("listLists", "?deleted=true", None, Nothing(200)),
        ("getList", "", None, AsIfAbsent),
        ("changeList", "", Some(json!({ "name": "mine" })), AsIfAbsent),
        ("changeList", "", Some(json!({ "owner": "ben" })), AsIfAbsent),
        ("deleteList", "", None, AsIfAbsent),
        ("restoreList", "", None, AsIfAbsent),
        ("archiveList", "", Some(json!({ "complete": true })), AsIfAbsent),
        ("copyList", "", None, AsIfAbsent),
        ("listMembers", "", None, AsIfAbsent),
        ("getMember", "", None, AsIfAbsent),
        ("putMember", "", Some(json!({ "role": "editor" })), AsIfAbsent),
        ("removeMember", "", None, AsIfAbsent),
        ("getMe", "", None, Nothing(200)),
        ("changeMe", "", Some(json!({ "displayName": "Ben" })), Nothing(200)),
        ("listFilters", "", None, Nothing(200)),
        ("saveFilter", "", Some(json!({ "query": "tag=ben" })), Nothing(200)),
        ("removeFilter", "", None, Nothing(204)),
        ("getAnalytics", "?zone=UTC", None, Nothing(200)),
        ("changeTodos", "", Some(json!({ "do": "reopen", "todos": [HERS] })), Nothing(200)),
        ("importTodos", "", Some(json!([{ "title": "ben's" }])), Nothing(200)),
        ("listOperations", "", None, Nothing(200)),
        ("getOperation", "", None, AsIfAbsent),
        ("listOperationItems", "", None, AsIfAbsent),
        ("undoOperation", "", None, AsIfAbsent),
        ("abortOperation", "", None, AsIfAbsent),
        ("retryOperation", "", None, AsIfAbsent),
        ("followEvents", "", None, Stream),
    ]
}

struct World {
    server: Server,
    document: Value,
    /// Ana's todo.
    todo: String,
    /// Ana's list.
    list: String,
    /// What Ana did to many todos at once.
    operation: String,
    _backend: Backend,
}

struct Reply {
    status: u16,
    etag: bool,
    text: String,
}

impl World {
    async fn new() -> Self {
        let mut backend = Backend::new();
        backend.gateway.options.auth = Auth::Token;
        let server = Server::of(backend.router()).await;
        let document = Client::new().get(format!("{}/openapi.json", server.base)).send().await.unwrap().json().await.unwrap();
        let mut world = Self { server, document, todo: String::new(), list: String::new(), operation: String::new(), _backend: backend };
        let todo =
            json!({ "title": MARK, "description": MARK, "tags": [format!("{MARK}-tag")], "due": { "local": "2026-01-01", "zone": "UTC" } });
        let made = world.send("ana", "POST", "/api/v1/todos", Some(todo)).await;
        assert_eq!(made.status, 201, "{}", made.text);
        world.todo = serde_json::from_str::<Value>(&made.text).unwrap()["id"].as_str().unwrap().to_owned();
        let made = world.send("ana", "POST", "/api/v1/lists", Some(json!({ "name": MARK }))).await;
        assert_eq!(made.status, 201, "{}", made.text);
        world.list = serde_json::from_str::<Value>(&made.text).unwrap()["id"].as_str().unwrap().to_owned();
        let me =
            json!({ "displayName": MARK, "email": format!("{MARK}@example.org"), "webhooks": [format!("https://example.org/{MARK}")] });
        assert_eq!(world.send("ana", "PATCH", "/api/v1/me", Some(me)).await.status, 200);
        let path = format!("/api/v1/todos/{}/complete", world.todo);
        assert_eq!(world.send("ana", "POST", &path, None).await.status, 200);
        let filter = world.send("ana", "PUT", &format!("/api/v1/filters/{FILTER}"), Some(json!({ "query": format!("tag={MARK}") }))).await;
        assert_eq!(filter.status, 200, "{}", filter.text);
        let imported = world.send("ana", "POST", "/api/v1/todos/import", Some(json!([{ "title": MARK }]))).await;
        assert_eq!(imported.status, 200, "{}", imported.text);
        world.operation = serde_json::from_str::<Value>(&imported.text).unwrap()["id"].as_str().unwrap().to_owned();
        world
    }

    async fn send(&self, user: &str, method: &str, path: &str, body: Option<Value>) -> Reply {
        let method: Method = method.parse().unwrap();
        let mut request = Client::new().request(method, format!("{}{path}", self.server.base)).bearer_auth(format!("token-of-{user}"));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let (status, etag) = (answer.status().as_u16(), answer.headers().contains_key("etag"));
        Reply { status, etag, text: answer.text().await.unwrap() }
    }

    /// The method and the path of an operation.
    fn operation(&self, id: &str) -> (String, String) {
        let paths = self.document["paths"].as_object().unwrap();
        let all = paths.iter().flat_map(|(path, item)| item.as_object().unwrap().iter().map(move |(method, it)| (method, path, it)));
        let found = all.into_iter().find(|(_, _, operation)| operation["operationId"] == id);
        let (method, path, _) = found.unwrap_or_else(|| panic!("there is no operation {id}"));
        (method.to_uppercase(), path.clone())
    }

    /// Everything of Ana's that could be seen or changed.
    async fn of_ana(&self) -> Vec<String> {
        let history = format!("/api/v1/todos/{}/history", self.todo);
        let mut all = vec![];
        let list = format!("/api/v1/lists/{}/members", self.list);
        for path in [
            "/api/v1/todos",
            "/api/v1/lists",
            "/api/v1/me",
            &list,
            "/api/v1/filters",
            "/api/v1/operations",
            "/api/v1/counts?zone=UTC",
            &history,
        ] {
            all.push(self.send("ana", "GET", path, None).await.text);
        }
        all
    }
}

/// An answer without what names the request.
fn anonymous(reply: &Reply, id: &str) -> (u16, bool, String) {
    (reply.status, reply.etag, reply.text.replace(id, "ID"))
}

#[tokio::test]
async fn every_operation_keeps_what_is_anas_from_ben() {
    let world = World::new().await;
    let operations = world.document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values());
    let documented: BTreeSet<_> = operations.map(|operation| operation["operationId"].as_str().unwrap().to_owned()).collect();
    let covered: BTreeSet<_> = entries().iter().map(|(id, ..)| (*id).to_owned()).collect();
    assert_eq!(documented, covered, "an operation has no entry here, or an entry has no operation");

    let before = world.of_ana().await;
    for (id, query, body, expected) in entries() {
        let (method, template) = world.operation(id);
        let path = |id: &str| format!("{}{query}", template.replace("{id}", id).replace("{name}", FILTER).replace("{user}", "ben"));
        let (hers, nobodys) = match template.split('/').nth(3) {
            Some("lists") => (&world.list, NO_LIST),
            Some("operations") => (&world.operation, NO_OPERATION),
            _ => (&world.todo, NOBODYS),
        };
        let body = body.map(|body| serde_json::from_str::<Value>(&body.to_string().replace(HERS, &world.todo)).unwrap());
        match expected {
            AsIfAbsent => {
                assert!(template.contains("{id}"), "{id}");
                let reply = world.send("ben", &method, &path(hers), body.clone()).await;
                let absent = world.send("ben", &method, &path(nobodys), body).await;
                assert_eq!(reply.status, 404, "{id}: {}", reply.text);
                assert_eq!(anonymous(&reply, hers), anonymous(&absent, nobodys), "{id}");
            }
            Nothing(status) => {
                let reply = world.send("ben", &method, &path(hers), body).await;
                assert_eq!(reply.status, status, "{id}: {}", reply.text);
                assert!(!reply.text.contains(MARK) && !reply.text.contains(hers), "{id}: {}", reply.text);
                if id == "countTodos" {
                    let counts: Value = serde_json::from_str(&reply.text).unwrap();
                    assert_eq!((&counts["open"], &counts["completed"]), (&json!(0), &json!(0)), "Ben's own was deleted: {counts}");
                }
                if id == "getAnalytics" {
                    let tally: Value = serde_json::from_str(&reply.text).unwrap();
                    let completed = tally["days"].as_array().unwrap().iter().map(|day| day["completed"].as_u64().unwrap()).sum::<u64>();
                    assert_eq!(completed, 0, "{tally}");
                }
            }
            Stream => {}
        }
    }
    assert_eq!(world.of_ana().await, before, "Ben changed something of Ana's");
}

#[tokio::test]
async fn a_stream_tells_only_of_what_is_ones_own() {
    let world = World::new().await;
    // From the beginning of the journal on.
    let mut events = Events::open_as(&world.server.base, Some(0), "token-of-ben").await;
    assert_eq!(events.event().await.event, "hello");
    let path = format!("/api/v1/todos/{}/reopen", world.todo);
    assert_eq!(world.send("ana", "POST", &path, None).await.status, 200);
    let made = world.send("ben", "POST", "/api/v1/todos", Some(json!({ "title": "ben's" }))).await;
    assert_eq!(made.status, 201);
    // His own comes first, though hers came before: nothing else does.
    let event = events.event().await;
    assert_eq!((event.json()["principal"].clone(), event.json()["eventType"].clone()), (json!("ben"), json!("TodoCreated")), "{event:?}");
}

#[tokio::test]
async fn an_idempotency_key_of_anas_finds_nothing_for_ben() {
    let world = World::new().await;
    let create = async |user: &str| {
        let request = Client::new().post(format!("{}/api/v1/todos", world.server.base)).bearer_auth(format!("token-of-{user}"));
        let answer = request.header("idempotency-key", "the-same").json(&json!({ "title": format!("{user}'s") })).send().await.unwrap();
        assert_eq!(answer.status(), 201);
        answer.json::<Value>().await.unwrap()
    };
    let (hers, his) = (create("ana").await, create("ben").await);
    assert_eq!(his["title"], "ben's");
    assert_ne!(hers["id"], his["id"]);
}
