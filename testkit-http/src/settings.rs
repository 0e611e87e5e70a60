use serde_json::json;

use crate::client::Api;

const ME: &str = "/api/v1/me";

/// How a person wants the platform to be.
pub async fn settings(base: &str) {
    let api = Api::at(base);
    let before = api.bare("GET", ME, &[]).await.expect(200);
    let patch = json!({ "displayName": "Ana", "zone": "europe/berlin", "quietHours": { "from": "22:00", "to": "07:00" },
        "email": "ana@example.org", "channels": ["email", "page"], "webhooks": ["https://example.org/hook?a=b"] });
    let changed = api.json("PATCH", ME, &[("if-match", before.header("etag"))], &patch).await.expect(200);
    let me = changed.value();
    assert_eq!((&me["displayName"], &me["zone"], &me["email"]), (&json!("Ana"), &json!("Europe/Berlin"), &json!("ana@example.org")));
    assert_eq!((&me["quietHours"], &me["role"]), (&json!({ "from": "22:00", "to": "07:00" }), &json!("owner")));
    assert_eq!((&me["channels"], &me["webhooks"]), (&json!(["page", "email"]), &json!(["https://example.org/hook?a=b"])));
    let read = api.bare("GET", ME, &[]).await.expect(200);
    assert_eq!((read.value(), read.header("etag")), (me.clone(), changed.header("etag")), "what was written is read");
    api.bare("GET", ME, &[("if-none-match", read.header("etag"))]).await.expect(304);
    api.json("PATCH", ME, &[("if-match", "\"0\"")], &json!({ "zone": null })).await.problem(412, "precondition-failed");
    let same = api.json("PATCH", ME, &[], &patch).await.expect(200);
    assert_eq!(same.header("etag"), changed.header("etag"), "nothing was changed");
    for (body, field) in [
        (json!({ "displayName": "" }), "displayName"),
        (json!({ "zone": "Mars/Olympus" }), "zone"),
        (json!({ "quietHours": { "from": "7:00", "to": "22:00" } }), "quietHours.from"),
        (json!({ "quietHours": { "from": "24:00", "to": "22:00" } }), "quietHours.from"),
        (json!({ "quietHours": { "from": "07:00", "to": "07:00" } }), "quietHours"),
        (json!({ "quietHours": { "from": "07:00" } }), "quietHours.to"),
        (json!({ "email": "ana" }), "email"),
        (json!({ "email": "a@b@c" }), "email"),
        (json!({ "email": null }), "channels"),
        (json!({ "channels": ["pigeon"] }), "channels[0]"),
        (json!({ "channels": ["webhook"], "webhooks": [] }), "channels"),
        (json!({ "webhooks": ["http://example.org"] }), "webhooks[0]"),
        (json!({ "webhooks": ["https://user@example.org"] }), "webhooks[0]"),
        (json!({ "webhooks": (0..11).map(|n| format!("https://example.org/{n}")).collect::<Vec<_>>() }), "webhooks"),
        (json!({ "version": 1 }), "version"),
        (json!({ "shoes": 1 }), "shoes"),
    ] {
        let problem = api.json("PATCH", ME, &[], &body).await.problem(422, "invalid-fields");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
    let cleared = json!({ "displayName": null, "zone": null, "quietHours": null, "email": null, "channels": [], "webhooks": null });
    let cleared = api.json("PATCH", ME, &[], &cleared).await.expect(200).value();
    let nothing = ["displayName", "zone", "quietHours", "email"].iter().all(|field| cleared[field].is_null());
    assert!(nothing && cleared["channels"] == json!([]) && cleared["webhooks"] == json!([]), "{cleared}");
}
