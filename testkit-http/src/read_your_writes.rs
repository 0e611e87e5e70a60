use serde_json::json;

use crate::client::{Api, fresh_key, text};

/// Whoever was told that something is done sees it in the very next answer, again and again.
pub async fn read_your_writes(base: &str) {
    let api = Api::at(base);
    for round in 0..25 {
        let title = format!("round {round} of {}", fresh_key());
        let created = api.create(&title).await;
        let url = text(&created, "url");
        // By turns the collection and the todo are asked first: each must wait for itself.
        let listed = async |title: &str| api.all().await.iter().any(|todo| todo["title"] == title);
        if round % 2 == 0 {
            assert!(listed(&title).await, "{round}: a created todo is not in the list");
        }
        let shown = api.bare("GET", url, &[]).await.expect(200);
        assert_eq!(shown.header("data-stale"), "", "{round}");
        assert_eq!(shown.value(), created, "{round}: the answer to the create and the todo differ");

        let changed = api.json("PATCH", url, &[], &json!({ "completed": true, "title": format!("{title}!") })).await.expect(200).value();
        if round % 2 == 1 {
            assert!(listed(&format!("{title}!")).await, "{round}: a changed todo is not in the list");
        }
        assert_eq!(api.bare("GET", url, &[]).await.expect(200).value(), changed, "{round}: the answer to the change and the todo differ");

        api.bare("DELETE", url, &[]).await.expect(204);
        if round % 2 == 0 {
            assert!(!listed(&format!("{title}!")).await, "{round}: a deleted todo is in the list");
        }
        api.bare("GET", url, &[]).await.problem(404, "not-found");
    }
}
