use serde_json::json;

use crate::{
    client::{Api, text},
    events::{Events, Message},
};

/// What happens is told as it happens, and can be told again from any position.
pub async fn live_updates(base: &str) {
    let api = Api::at(base);
    let mut stream = Events::open(base, None).await;
    let hello = stream.event().await;
    let begun = position(&hello);
    assert_eq!((hello.event.as_str(), hello.json()), ("hello", json!({ "position": begun })));

    let todo = api.create("water the plants").await;
    let (id, url) = (text(&todo, "id"), text(&todo, "url"));
    api.json("PATCH", url, &[], &json!({ "description": "line\nafter\r\nline", "completed": true })).await.expect(200);
    api.bare("DELETE", url, &[]).await.expect(204);
    let told = events_of(&mut stream, id, 4).await;
    let kinds: Vec<_> = told.iter().map(|message| text(&message.json(), "eventType").to_owned()).collect();
    assert_eq!((kinds[0].as_str(), kinds[3].as_str()), ("TodoCreated", "TodoDeleted"), "{kinds:?}");
    let created = told[0].json();
    assert_eq!(created["data"]["title"], "water the plants");
    for member in ["eventId", "timestamp", "principal", "commandId", "correlationId"] {
        assert!(created[member].is_string(), "{member} is missing: {created}");
    }
    let positions: Vec<_> = told.iter().map(position).collect();
    assert!(begun < positions[0] && positions.is_sorted_by(|a, b| a < b), "{begun}, {positions:?}");

    // From where it was, from in between, from the end; by header and by parameter.
    let mut again = Events::open(base, Some(begun)).await;
    assert_eq!(position(&again.event().await), begun, "a stream that goes on begins where it was");
    assert_eq!(events_of(&mut again, id, 4).await, told);
    let mut behind = Events::ask(base, &format!("?lastEventId={}", positions[1]), None).await.expect("a stream");
    assert_eq!(events_of(&mut behind, id, 2).await, told[2..]);
    // A browser that connects again sends both; the header is newer.
    let newer = positions[2].to_string();
    let mut both = Events::ask(base, &format!("?lastEventId={begun}"), Some(&newer)).await.expect("a stream");
    assert_eq!(events_of(&mut both, id, 1).await, told[3..]);
    // It stays open for what comes next.
    api.bare("POST", &format!("{url}/restore"), &[]).await.expect(200);
    for stream in [&mut stream, &mut again, &mut behind, &mut both] {
        let restored = stream.event_of(id).await;
        assert_eq!((text(&restored.json(), "eventType"), &restored.json()["version"]), ("TodoRestored", &json!(5)));
    }

    for wrong in ["-1", "x", "+1", "1.5", "99999999999999999999999"] {
        let refused = Events::ask(base, "", Some(wrong)).await.expect_err("no stream");
        assert_eq!(refused.problem(400, "invalid-header")["errors"][0]["field"], "last-event-id", "{wrong}");
    }
    for (query, field) in [("?lastEventId=x", "lastEventId"), ("?lastEventId=1&lastEventId=1", "lastEventId"), ("?since=1", "since")] {
        let refused = Events::ask(base, query, None).await.expect_err("no stream");
        assert_eq!(refused.problem(400, "invalid-query")["errors"][0]["field"], field, "{query}");
    }
    // Nobody was ever there: what the client knows is of another history.
    let reset = Events::open(base, Some(1 << 60)).await.event().await;
    assert_eq!(reset.event, "reset");
    assert!(position(&reset) >= positions[3] && position(&reset) < 1 << 60);
}

fn position(message: &Message) -> u64 {
    message.id.unwrap_or_else(|| panic!("it has no id: {message:?}"))
}

/// The next events of one todo, which must be without a gap.
async fn events_of(stream: &mut Events, id: &str, count: u64) -> Vec<Message> {
    let mut events: Vec<Message> = vec![];
    while (events.len() as u64) < count {
        let event = stream.event_of(id).await;
        if let Some(before) = events.last() {
            let follows = before.json()["version"].as_u64().map(|version| version + 1);
            assert_eq!(event.json()["version"].as_u64(), follows, "an event is missing or doubled: {event:?}");
        }
        events.push(event);
    }
    events
}
