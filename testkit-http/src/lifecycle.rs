use serde_json::{Value, json};

use crate::client::{Api, TODOS, text};

/// A todo's whole life: every field set, changed and cleared; completed, reopened, deleted, restored.
pub async fn lifecycle(base: &str) {
    let api = Api::at(base);
    let whole = json!({
        "title": "  Water the plants ", "description": "all *three*", "tags": ["b", "a", "b"], "priority": "high",
        "due": { "local": "2026-11-24T09:00:00", "zone": "europe/berlin" }, "order": 2.5,
    });
    let created = api.json("POST", TODOS, &[], &whole).await.expect(201).value();
    let url = text(&created, "url");
    for (member, value) in [
        ("title", json!("Water the plants")),
        ("description", json!("all *three*")),
        ("tags", json!(["a", "b"])),
        ("priority", json!("high")),
        ("due", json!({ "local": "2026-11-24T09:00:00", "zone": "Europe/Berlin" })),
        ("order", json!(2.5)),
        ("completed", json!(false)),
        ("completedAt", Value::Null),
        ("version", json!(1)),
        ("updatedAt", created["createdAt"].clone()),
    ] {
        assert_eq!(created[member], value, "{member}: {created}");
    }

    // Absent is not null: one field changes, the others stay.
    let renamed = api.json("PATCH", url, &[], &json!({ "title": "Water them" })).await.expect(200).value();
    for member in ["description", "tags", "priority", "due", "order", "list", "createdAt", "completedAt"] {
        assert_eq!(renamed[member], created[member], "{member}: {renamed}");
    }
    let clear = json!({ "description": null, "tags": null, "priority": null, "due": null, "order": null });
    let merge = [("content-type", "application/merge-patch+json; charset=utf-8")];
    let cleared = api.send("PATCH", url, &merge, Some(clear.to_string().into())).await.expect(200).value();
    for member in ["description", "priority", "due", "order"] {
        assert_eq!(cleared[member], Value::Null, "{member}: {cleared}");
    }
    assert_eq!((&cleared["tags"], &cleared["title"]), (&json!([]), &json!("Water them")));

    let act = async |what: &str| api.bare("POST", &format!("{url}/{what}"), &[]).await.expect(200).value();
    let done = act("complete").await;
    assert_eq!((&done["completed"], &done["completedAt"]), (&json!(true), &done["updatedAt"]), "{done}");
    let again = act("complete").await;
    assert_eq!(again, done, "completing it twice changes nothing");
    assert_eq!(api.bare("GET", url, &[]).await.expect(200).value(), done);
    let reopened = act("reopen").await;
    assert_eq!((&reopened["completed"], &reopened["completedAt"]), (&json!(false), &Value::Null), "{reopened}");

    for _ in 0..2 {
        api.bare("DELETE", url, &[]).await.expect(204);
        api.bare("GET", url, &[]).await.problem(404, "not-found");
    }
    api.json("PATCH", url, &[], &json!({ "title": "too late" })).await.problem(409, "deleted");
    let trash = api.bare("GET", &format!("{TODOS}?status=deleted"), &[]).await.expect(200).value();
    assert!(trash.as_array().is_some_and(|trash| trash.iter().any(|todo| todo["url"] == url)), "not in the trash");
    let restored = act("restore").await;
    assert_eq!((&restored["title"], &restored["createdAt"]), (&json!("Water them"), &created["createdAt"]));
    assert_eq!(api.bare("GET", url, &[]).await.expect(200).value(), restored);
}
