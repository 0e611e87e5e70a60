//! Commands from other systems, their outcomes and dead letters, as the contract describes them.

use domain::Invalid;
use ports::{CommandOutcome, OutcomeProblem, Verdict};
use serde_json::{Value, json};
use testkit::{
    contract::{Contract, Published},
    samples::{at, fresh_todo_id},
};
use uuid::Uuid;

const TODO: &str = "todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11";

fn check(topic: &str, key: Option<&str>, headers: &[(&str, &str)], body: Option<&Value>) -> Result<String, String> {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let body = body.map(|body| serde_json::to_vec(body).expect("JSON"));
    Contract::read().check(topic, &Published { key: key.map(str::to_owned), headers, body }).map(str::to_owned)
}

fn command(body: Value) -> Result<String, String> {
    check("todo-commands", None, &[], Some(&body))
}

#[test]
fn commands() {
    let draft = json!({ "title": "milk", "tags": null, "completed": true, "due": { "local": "2026-11-24", "zone": "UTC" } });
    let create = json!({ "commandId": "c 1", "type": "CreateTodo", "principal": "anna", "data": draft });
    let fine = [
        create.clone(),
        json!({ "commandId": "c", "type": "ChangeTodo", "principal": "anna", "todoId": TODO, "expectedVersion": 0, "data": { "due": null } }),
        json!({ "commandId": "c", "type": "DeleteTodo", "principal": "anna", "todoId": TODO, "correlationId": "x", "data": {} }),
        json!({ "commandId": "c", "type": "CompleteTodo", "principal": "anna", "todoId": TODO }),
    ];
    for body in fine {
        assert_eq!(command(body.clone()), Ok("Command".into()), "{body}");
        for data in [body.clone(), json!(body.to_string())] {
            let envelope = json!({ "specversion": "1.0", "id": "1", "source": "other", "type": "com.dapr.event.sent", "data": data });
            assert_eq!(command(envelope), Ok("CommandEnvelope".into()), "{body}");
        }
    }
    for (field, wrong) in [
        ("commandId", json!("")),
        ("commandId", json!("x".repeat(65))),
        ("type", json!("Explode")),
        ("type", json!("ChangeTodo")),
        ("principal", json!("a b")),
        ("todoId", json!("1")),
        ("expectedVersion", json!(-1)),
        ("data", json!({})),
        ("data", json!({ "title": "milk", "owner": "bob" })),
        ("surplus", json!(1)),
    ] {
        let mut body = create.clone();
        body[field] = wrong.clone();
        assert!(command(body).is_err(), "{field} = {wrong}");
    }
    for field in ["commandId", "type", "principal", "data"] {
        let mut body = create.clone();
        body.as_object_mut().expect("an object").remove(field);
        assert!(command(body).is_err(), "without {field}");
    }
    assert!(command(json!({ "specversion": "0.3", "data": create })).is_err());
    assert!(command(json!({ "specversion": "1.0" })).is_err());
}

fn outcome(outcome: Verdict) -> CommandOutcome {
    let accepted = outcome == Verdict::Accepted;
    let errors = vec![Invalid::new("data.title", "is empty", "write one")];
    let problem = OutcomeProblem { slug: "invalid-fields".into(), title: "Wrong".into(), detail: "One field".into(), errors };
    CommandOutcome {
        outcome_id: Uuid::new_v5(&Uuid::nil(), b"1"),
        command_id: "c 1".into(),
        correlation_id: "conversation".into(),
        outcome,
        todo_id: accepted.then(fresh_todo_id),
        version: accepted.then_some(1),
        events: accepted.then_some(0),
        problem: (!accepted).then_some(problem),
        timestamp: at(0),
    }
}

fn told(outcome: &CommandOutcome, kind: &str) -> Result<String, String> {
    let headers = [
        ("ce_specversion", "1.0"),
        ("ce_id", &outcome.outcome_id.to_string()),
        ("ce_source", "/todo-gateway"),
        ("ce_type", kind),
        ("ce_subject", &outcome.command_id),
        ("ce_time", &outcome.timestamp.to_string()),
        ("content-type", "application/json"),
    ];
    let body = serde_json::to_value(outcome).expect("JSON");
    check("todo-command-outcomes", Some(&outcome.key()), &headers, Some(&body))
}

#[test]
fn outcomes() {
    for (verdict, kind, other) in
        [(Verdict::Accepted, "CommandAccepted", "CommandRefused"), (Verdict::Refused, "CommandRefused", "CommandAccepted")]
    {
        let outcome = outcome(verdict);
        assert_eq!(told(&outcome, kind), Ok(kind.into()));
        assert!(told(&outcome, other).is_err());
        assert!(told(&CommandOutcome { outcome_id: Uuid::nil(), ..outcome.clone() }, kind).is_err());
        assert!(told(&CommandOutcome { problem: None, version: None, ..outcome }, kind).is_err());
    }
}

#[test]
fn dead_letters() {
    let letter = [
        ("ce_type", "whatever it was"),
        ("dl-reason", "its body is no JSON"),
        ("dl-kind", "malformed"),
        ("dl-source-topic", "todo-commands"),
        ("dl-source-partition", "2"),
        ("dl-source-offset", "17"),
        ("dl-origin", "2:17"),
        ("dl-group", "todo-commands"),
        ("dl-at", "2026-06-01T12:00:00Z"),
    ];
    let check = |headers: &[_], body: Option<&Value>| check("todo-dead-letters", Some("k"), headers, body);
    assert_eq!(check(&letter, Some(&json!("anything"))), Ok("DeadLetter".into()));
    assert_eq!(check(&letter, None), Ok("DeadLetter".into()));
    for without in 1..letter.len() {
        let some: Vec<_> = letter.iter().enumerate().filter(|(at, _)| *at != without).map(|(_, header)| *header).collect();
        assert!(check(&some, None).is_err(), "without {:?}", letter[without]);
    }
    assert!(check(&[&letter[..], &[("dl-mood", "fair")]].concat(), None).is_err());
    let marker = [("dl-retried", "0:3"), ("dl-at", "2026-06-01T12:00:00Z")];
    assert_eq!(check(&marker, None), Ok("Retried".into()));
    assert!(check(&marker, Some(&json!(1))).is_err());
}
