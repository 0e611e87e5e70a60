//! Whatever a client sends, the edge answers, and never with a 500.

mod support;

use axum::{body::Body, http::Request};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{Backend, ask, call, send};

const TODOS: &str = "/api/v1/todos";

/// Any JSON, by preference under the names and with the values that mean something.
fn values() -> impl Strategy<Value = Value> {
    let known = prop::sample::select(vec![
        json!("2026-11-24"),
        json!("UTC"),
        json!("high"),
        json!(9_007_199_254_740_993_u64),
        json!(-0.0),
        json!(1e308),
        json!(""),
        json!({ "local": "2026-11-24T09:00:00", "zone": "Europe/Berlin" }),
        json!({ "local": "-009999-01-01", "zone": "Pacific/Apia" }),
        json!({ "local": "9999-12-31T23:59:59", "zone": "Pacific/Kiritimati" }),
        json!(["a"]),
        json!("list-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11"),
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        known,
    ];
    leaf.prop_recursive(3, 20, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::hash_map(names(), inner, 0..5).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

fn names() -> impl Strategy<Value = String> {
    let known = ["title", "description", "completed", "order", "tags", "priority", "due", "list", "local", "zone", "id", "version"];
    prop_oneof![4 => prop::sample::select(known.to_vec()).prop_map(str::to_owned), 1 => any::<String>()]
}

fn bodies() -> impl Strategy<Value = Value> {
    prop_oneof![8 => prop::collection::hash_map(names(), values(), 0..6).prop_map(|map| map.into_iter().collect()), 1 => values()]
}

fn check(status: u16, text: &str) -> Result<(), TestCaseError> {
    prop_assert!(status < 500, "{status}: {text}");
    prop_assert!(status < 400 || text.contains("\"remedy\""), "{status} without a remedy: {text}");
    Ok(())
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_json(post in bodies(), patch in bodies(), undo in prop_oneof![1 => Just(json!({})), 1 => bodies()]) {
        runtime().block_on(async {
            let router = Backend::new().router();
            let created = send(&router, "POST", TODOS, &post).await;
            check(created.status, &created.text)?;
            let todo = send(&router, "POST", TODOS, &json!({ "title": "x" })).await.json();
            let path = format!("{TODOS}/{}", todo["id"].as_str().unwrap());
            let changed = send(&router, "PATCH", &path, &patch).await;
            check(changed.status, &changed.text)?;
            // Whatever was taken can be read.
            let list = ask(&router, "GET", TODOS).await;
            prop_assert_eq!(list.status, 200);
            prop_assert_eq!(list.json().as_array().map(Vec::len), Some(1 + usize::from(created.status == 201)));
            let shown = ask(&router, "GET", &path).await;
            prop_assert_eq!(shown.status, 200);
            if changed.status == 200 {
                prop_assert_eq!(shown.json(), changed.json());
            } else {
                prop_assert_eq!(&shown.json(), &todo, "a refused patch changed something");
            }
            // Whatever was taken can be told of and undone.
            let history = ask(&router, "GET", &format!("{path}/history")).await;
            prop_assert_eq!(history.json().as_array().map(Vec::len), shown.json()["version"].as_u64().map(|version| version as usize));
            let undone = send(&router, "POST", &format!("{path}/undo"), &undo).await;
            check(undone.status, &undone.text)?;
            if undo == json!({}) && undone.status == 200 {
                for field in ["title", "description", "completed", "order", "tags", "priority", "due", "list"] {
                    prop_assert_eq!(&undone.json()[field], &todo[field], "{}", field);
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn any_bytes_headers_and_queries(body in any::<Vec<u8>>(), key in "[ -~]{0,70}", tag in "[ -~]{0,20}", name in "[a-zA-Z]{0,8}", value in any::<String>()) {
        runtime().block_on(async {
            let router = Backend::new().router();
            let request = Request::post(TODOS).header("content-type", "application/json").header("idempotency-key", key.trim()).header("if-none-match", tag.trim());
            let answer = call(&router, request.body(Body::from(body)).unwrap()).await;
            check(answer.status, &answer.text)?;
            let query = form_urlencoded::Serializer::new(String::new()).append_pair(&name, &value).append_pair("q", &value).append_pair("cursor", &value).finish();
            let answer = ask(&router, "GET", &format!("{TODOS}?{query}")).await;
            check(answer.status, &answer.text)?;
            for path in ["", "/history"] {
                let query = form_urlencoded::Serializer::new(String::new()).append_pair(&name, &value).append_pair("at", &value).append_pair("cursor", &value).finish();
                let answer = ask(&router, "GET", &format!("{TODOS}/todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11{path}?{query}")).await;
                check(answer.status, &answer.text)?;
            }
            let request = Request::patch(format!("{TODOS}/todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11")).header("if-match", tag.trim());
            let answer = call(&router, request.header("content-type", "application/json").body(Body::from("{}")).unwrap()).await;
            check(answer.status, &answer.text)
        })?;
    }
}
