use std::{collections::BTreeSet, time::Duration};

use serde_json::{Value, json};

use crate::{
    client::{Api, Reply},
    poll::poll_until,
};

/// No todo has it.
const NOBODYS: &str = "todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11";
/// No list has it.
const NO_LIST: &str = "list-01932c07-5a3e-8cc0-9a55-0f2b8d0c7f11";
/// No operation has it.
const NO_OPERATION: &str = "saga-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11";
/// No notification has it.
const NO_NOTIFICATION: &str = "notification-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11";
/// No web hook has it.
const NO_WEBHOOK: &str = "webhook-01932c07-5a3e-5cc0-9a55-0f2b8d0c7f11";
/// Stands for Ana's todo in what Ben sends.
const HERS: &str = "HERS";
/// In everything that Ana writes.
const MARK: &str = "anasalone";
/// What both call a filter.
const FILTER: &str = "home";
/// Long enough for what was begun to be done.
const PATIENCE: Duration = Duration::from_secs(30);

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
        ("skipOccurrence", "", None, AsIfAbsent),
        ("snoozeReminder", "", Some(json!({ "until": "2100-01-01T00:00:00Z" })), AsIfAbsent),
        ("getTodoHistory", "", None, AsIfAbsent),
        ("undoTodo", "", None, AsIfAbsent),
        ("undoTodo", "", Some(json!({ "version": 1 })), AsIfAbsent),
        ("countTodos", "?zone=UTC", None, Nothing(200)),
        (
            "previewRecurrence",
            "",
            Some(json!({ "due": { "local": "2026-01-01", "zone": "UTC" }, "recurrence": { "rule": "FREQ=DAILY" } })),
            Nothing(200),
        ),
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
        ("listInvitations", "", None, AsIfAbsent),
        ("invite", "", Some(json!({ "role": "editor" })), AsIfAbsent),
        ("withdrawInvitation", "", None, AsIfAbsent),
        ("listMyInvitations", "", None, Nothing(200)),
        ("acceptInvitation", "", None, AsIfAbsent),
        ("declineInvitation", "", None, AsIfAbsent),
        ("getMe", "", None, Nothing(200)),
        ("changeMe", "", Some(json!({ "displayName": "Ben" })), Nothing(200)),
        ("eraseMe", "?confirm=anasalone", None, Nothing(400)),
        ("listNotifications", "", None, Nothing(200)),
        ("testNotification", "", None, Nothing(202)),
        ("getNotification", "", None, AsIfAbsent),
        ("readNotification", "", None, AsIfAbsent),
        ("retryNotification", "", None, AsIfAbsent),
        ("listWebhooks", "", None, Nothing(200)),
        ("addWebhook", "", Some(json!({ "url": "https://example.org/ben" })), Nothing(201)),
        ("removeWebhook", "", None, AsIfAbsent),
        ("enableWebhook", "", None, AsIfAbsent),
        ("renewWebhookSecret", "", None, AsIfAbsent),
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
        ("getOverview", "", None, Nothing(403)),
        ("listAllOperations", "", None, Nothing(403)),
        ("retryAnyOperation", "", None, Nothing(403)),
        ("abortAnyOperation", "", None, Nothing(403)),
        ("followEvents", "", None, Stream),
    ]
}

/// Nothing of one person is visible to another. For each operation of the OpenAPI document, by two people who are told apart by
/// their tokens: Ben asks for what is Ana's, and gets what he would get if it did not exist. An operation without an entry here
/// fails.
pub async fn strangers(base: &str, [ana, ben]: [&str; 2]) {
    let [ana, ben] = [ana, ben].map(|token| Api::at(base).with_token(token));
    let world = World::new(ana, &ben).await;
    let operations =
        world.document["paths"].as_object().expect("paths").values().flat_map(|item| item.as_object().expect("methods").values());
    let documented: BTreeSet<_> = operations.map(|operation| text(&operation["operationId"])).collect();
    let covered: BTreeSet<_> = entries().iter().map(|(id, ..)| (*id).to_owned()).collect();
    assert_eq!(documented, covered, "an operation has no entry here, or an entry has no operation");

    let before = world.of_ana().await;
    for (id, query, body, expected) in entries() {
        let (method, template) = world.operation(id);
        let path = |id: &str| format!("{}{query}", template.replace("{id}", id).replace("{name}", FILTER).replace("{user}", &world.ben));
        let (hers, nobodys) = match template.split('/').nth(if template.contains("/me/") { 4 } else { 3 }) {
            Some("notifications") => (vec![&world.notification], NO_NOTIFICATION),
            Some("webhooks") => (vec![&world.webhook], NO_WEBHOOK),
            Some("lists" | "invitations") => (vec![&world.list], NO_LIST),
            Some("operations" | "operator") => (vec![&world.operation], NO_OPERATION),
            _ => (world.todos.iter().collect(), NOBODYS),
        };
        for hers in hers {
            let body = body.as_ref().map(|body| serde_json::from_str::<Value>(&body.to_string().replace(HERS, hers)).expect("JSON"));
            match expected {
                AsIfAbsent => {
                    assert!(template.contains("{id}"), "{id}");
                    let reply = send(&ben, &method, &path(hers), body.as_ref()).await;
                    let absent = send(&ben, &method, &path(nobodys), body.as_ref()).await;
                    assert_eq!(reply.status, 404, "{id}: {}", reply.text);
                    assert_eq!(anonymous(&reply, hers), anonymous(&absent, nobodys), "{id}");
                }
                Nothing(status) => {
                    let reply = send(&ben, &method, &path(hers), body.as_ref()).await;
                    assert_eq!(reply.status, status, "{id}: {}", reply.text);
                    world.shows_nothing(id, &path(hers), &reply);
                }
                Stream => {}
            }
        }
    }
    assert_eq!(world.of_ana().await, before, "Ben changed something of Ana's");
}

struct World {
    ana: Api,
    ben: String,
    document: Value,
    /// Ana's todos: one of her own, one in a list that she shares with others.
    todos: [String; 2],
    /// Ana's list.
    list: String,
    /// What Ana did to many todos at once.
    operation: String,
    /// What Ana was told.
    notification: String,
    /// A program of Ana's.
    webhook: String,
}

impl World {
    async fn new(ana: Api, ben: &Api) -> Self {
        let document = ana.bare("GET", "/openapi.json", &[]).await.expect(200).value();
        let make = async |path: &str, body: &Value| ana.json("POST", path, &[], body).await.expect(201).value();
        let list = text(&make("/api/v1/lists", &json!({ "name": MARK, "description": MARK })).await["id"]);
        let todo = |more: Value| {
            let mut todo = json!({ "title": MARK, "description": MARK, "tags": [format!("{MARK}-tag")],
                "due": { "local": "2026-01-01", "zone": "UTC" } });
            todo.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            todo
        };
        let own = text(&make("/api/v1/todos", &todo(json!({}))).await["id"]);
        let shared = text(&make("/api/v1/todos", &todo(json!({ "list": list }))).await["id"]);
        for others in ["members", "invitations"] {
            let path = format!("/api/v1/lists/{list}/{others}/{MARK}-{others}");
            ana.json("PUT", &path, &[], &json!({ "role": "editor" })).await.expect(200);
        }
        let me =
            json!({ "displayName": MARK, "email": format!("{MARK}@example.org"), "webhooks": [format!("https://example.org/{MARK}")] });
        ana.json("PATCH", "/api/v1/me", &[], &me).await.expect(200);
        let told = ana.bare("POST", "/api/v1/me/notifications/test", &[]).await.expect(202);
        let notification = text(&told.value()["id"]);
        let webhook = text(&ana.bare("GET", "/api/v1/me/webhooks", &[]).await.expect(200).value()[0]["id"]);
        for todo in [&own, &shared] {
            ana.bare("POST", &format!("/api/v1/todos/{todo}/complete"), &[]).await.expect(200);
        }
        let filter = json!({ "query": format!("tag={MARK}") });
        ana.json("PUT", &format!("/api/v1/filters/{FILTER}"), &[], &filter).await.expect(200);
        let imported = ana.json("POST", "/api/v1/todos/import", &[], &json!([{ "title": MARK }])).await;
        let operation = text(&imported.value()["id"]);
        let ended = poll_until(PATIENCE, async || {
            let shown = ana.bare("GET", &format!("/api/v1/operations/{operation}"), &[]).await.value();
            if shown["status"] == "completed" { Ok(()) } else { Err(shown) }
        });
        ended.await.unwrap_or_else(|shown| panic!("the import does not end: {shown}"));
        let ben = text(&ben.bare("GET", "/api/v1/me", &[]).await.expect(200).value()["id"]);
        Self { ana, ben, document, todos: [own, shared], list, operation, notification, webhook }
    }

    /// The method and the path of an operation.
    fn operation(&self, id: &str) -> (String, String) {
        let paths = self.document["paths"].as_object().expect("paths");
        let all =
            paths.iter().flat_map(|(path, item)| item.as_object().expect("methods").iter().map(move |(method, it)| (method, path, it)));
        let found = all.into_iter().find(|(_, _, operation)| operation["operationId"] == id);
        let (method, path, _) = found.unwrap_or_else(|| panic!("there is no operation {id}"));
        (method.to_uppercase(), path.clone())
    }

    /// Everything of Ana's that could be seen or changed.
    async fn of_ana(&self) -> Vec<String> {
        let history = self.todos.each_ref().map(|todo| format!("/api/v1/todos/{todo}/history"));
        let (members, invitations) = (format!("/api/v1/lists/{}/members", self.list), format!("/api/v1/lists/{}/invitations", self.list));
        let mut all = vec![];
        for path in [
            "/api/v1/todos",
            "/api/v1/lists",
            "/api/v1/me",
            &members,
            &invitations,
            "/api/v1/filters",
            "/api/v1/operations",
            "/api/v1/counts?zone=UTC",
            &history[0],
            &history[1],
        ] {
            all.push(self.ana.bare("GET", path, &[]).await.expect(200).text);
        }
        all
    }

    fn shows_nothing(&self, id: &str, path: &str, reply: &Reply) {
        // A problem names the path that Ben sent.
        let told = reply.text.replace(path, "");
        let hers = self.todos.iter().chain([&self.list, &self.operation, &self.notification, &self.webhook]);
        for word in hers.map(String::as_str).chain([MARK]) {
            assert!(!told.contains(word), "{id}: {}", reply.text);
        }
        if id == "countTodos" {
            let counts = reply.value();
            assert_eq!((&counts["open"], &counts["completed"]), (&json!(0), &json!(0)), "Ben's own was deleted: {counts}");
        }
        if id == "getAnalytics" {
            let tally = reply.value();
            let days = tally["days"].as_array().expect("days");
            let completed = days.iter().map(|day| day["completed"].as_u64().expect("a number")).sum::<u64>();
            assert_eq!(completed, 0, "{tally}");
        }
    }
}

async fn send(api: &Api, method: &str, path: &str, body: Option<&Value>) -> Reply {
    match body {
        Some(body) => api.json(method, path, &[], body).await,
        None => api.bare(method, path, &[]).await,
    }
}

/// An answer without what names the request.
fn anonymous(reply: &Reply, id: &str) -> (u16, bool, String) {
    (reply.status, reply.headers.contains_key("etag"), reply.text.replace(id, "ID"))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}
