use serde_json::{Value, json};

use crate::{
    client::{Api, TODOS, text},
    events::{Events, Message},
    sharing::{get, list_of, soon, todo_in},
};

/// Live updates of lists with members, by three people who are told apart by their tokens, in that order: an owner, a member who is
/// put out, somebody who is only invited.
pub async fn shared_live(base: &str, tokens: [&str; 3]) {
    let [ana, ben, cyn] = tokens.map(|token| Api::at(base).with_token(token));
    let id_of = async |who: &Api| text(&get(who, "/api/v1/me").await.expect(200).value(), "id").to_owned();
    let (ben_id, cyn_id) = (id_of(&ben).await, id_of(&cyn).await);
    let mut streams = vec![];
    for token in tokens {
        let mut stream = Events::open_as(base, None, token).await;
        let hello = stream.event().await;
        streams.push((stream, hello.id.expect("a position")));
    }
    let [(mut anas, _), (mut bens, begun), (mut cyns, _)]: [_; 3] = streams.try_into().expect("three");

    let (path, list) = list_of(&ana, "Orchard").await;
    let list_id = text(&list, "id");
    let todo = todo_in(&ana, &list, "prune").await;
    let (todo_id, todo_path) = (text(&todo, "id"), format!("{TODOS}/{}", text(&todo, "id")));
    ana.json("PUT", &format!("{path}/members/{ben_id}"), &[], &json!({ "role": "editor" })).await.expect(200);
    let added = until(&mut bens, list_id, "MemberAdded").await.pop().expect("it came");
    assert_eq!(added["data"]["user"], ben_id, "he is told that he is in it");

    // What one does, the other is told.
    ana.json("PATCH", &todo_path, &[], &json!({ "title": "prune the pear" })).await.expect(200);
    let changed = until(&mut bens, todo_id, "TitleChanged").await.pop().expect("it came");
    assert_eq!(changed["data"]["title"], "prune the pear");
    soon(200, async || get(&ben, &todo_path).await).await;
    ben.json("PATCH", &todo_path, &[], &json!({ "completed": true })).await.expect(200);
    until(&mut anas, todo_id, "TodoCompleted").await;
    let his = todo_in(&ben, &list, "ladder").await;
    let (his_id, his_path) = (text(&his, "id"), format!("{TODOS}/{}", text(&his, "id")));
    let made = anas.event_of(his_id).await.json();
    assert_eq!((&made["eventType"], &made["principal"]), (&json!("TodoCreated"), &json!(ben_id)));
    ana.json("PATCH", &path, &[], &json!({ "name": "Our orchard" })).await.expect(200);
    until(&mut bens, list_id, "ListRenamed").await;
    // Out of the list, and into it again.
    let (_, other) = list_of(&ana, "Elsewhere").await;
    ana.json("PATCH", &todo_path, &[], &json!({ "list": other["id"] })).await.expect(200);
    until(&mut bens, todo_id, "TodoMoved").await;
    ana.json("PATCH", &todo_path, &[], &json!({ "title": "grafting" })).await.expect(200);
    ana.json("PATCH", &todo_path, &[], &json!({ "list": list_id })).await.expect(200);
    let back = bens.event_of(todo_id).await.json();
    assert_eq!((&back["eventType"], &back["data"]["to"]), (&json!("TodoMoved"), &json!(list_id)), "of what happened elsewhere nothing");

    // Whoever is invited is told so, and nothing else; the members are not.
    ana.json("PUT", &format!("{path}/invitations/{cyn_id}"), &[], &json!({ "role": "viewer" })).await.expect(200);
    until(&mut cyns, list_id, "MemberInvited").await;
    until(&mut anas, list_id, "MemberInvited").await;

    ana.bare("DELETE", &format!("{path}/members/{ben_id}"), &[]).await.expect(204);
    let mut told = until(&mut bens, list_id, "MemberRemoved").await;
    assert!(told.pop().is_some_and(|last| last["data"]["user"] == *ben_id));
    assert!(told.iter().all(|event| event["eventType"] != "MemberInvited"), "whom a list waits for is its owner's to know: {told:?}");
    // From here on there is nothing for him, also of what he made himself.
    ana.json("PATCH", &todo_path, &[], &json!({ "title": "whisper" })).await.expect(200);
    ana.json("PATCH", &his_path, &[], &json!({ "title": "whisper, too" })).await.expect(200);
    ana.json("PATCH", &path, &[], &json!({ "name": "whispering" })).await.expect(200);
    until(&mut anas, his_id, "TitleChanged").await;
    until(&mut anas, list_id, "ListRenamed").await;
    // Behind all that: whatever comes before it is all that he is told.
    let marker = ben.create("marker").await;
    let after = before(&mut bens, text(&marker, "id")).await;
    let of = |events: &[Value], id: &str| events.iter().filter(|event| event["aggregateId"] == id).count();
    assert_eq!([list_id, todo_id, his_id].map(|id| of(&after, id)), [0, 0, 0], "told after he was put out: {after:?}");
    // Nor by asking again for what was.
    let again = before(&mut Events::open_as(base, Some(begun), tokens[1]).await, text(&marker, "id")).await;
    assert_eq!([todo_id, his_id].map(|id| of(&again, id)), [0, 0], "told again after he was put out: {again:?}");
    let kinds: Vec<_> = again.iter().filter(|event| event["aggregateId"] == list_id).map(|event| event["eventType"].clone()).collect();
    assert_eq!(kinds, ["MemberAdded", "MemberRemoved"], "what is about himself");
    let hers = cyn.create("marker").await;
    let told = before(&mut cyns, text(&hers, "id")).await;
    assert_eq!([list_id, todo_id, his_id].map(|id| of(&told, id)), [0, 0, 0], "told to somebody who is only invited: {told:?}");
}

/// What comes until this happens to that, that included.
async fn until(stream: &mut Events, id: &str, kind: &str) -> Vec<Value> {
    let mut told = vec![];
    loop {
        let event = stream.event_of(id).await.json();
        let found = event["eventType"] == kind;
        told.push(event);
        if found {
            return told;
        }
    }
}

/// What comes before the first event of this.
async fn before(stream: &mut Events, id: &str) -> Vec<Value> {
    let mut told = vec![];
    loop {
        let message: Message = stream.event().await;
        if message.event != "todo" {
            continue;
        }
        let event = message.json();
        if event["aggregateId"] == id {
            return told;
        }
        told.push(event);
    }
}
