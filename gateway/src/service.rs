//! What other apps call through Dapr service invocation: JSON in, JSON out, over the same use cases as the API.

use axum::{
    Router,
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use domain::{Invalid, todo::Change};
use jiff::Timestamp;
use ports::TodoQuery;
use serde_json::Value;

use crate::{
    api::{self, Fields, TodoJson},
    edge::Edge,
    http::{self, Json, Origin, Problem, kind},
    usecase::{self, Caller, Expected, RequestKey},
};

/// Where the next page begins.
const NEXT_CURSOR: HeaderName = HeaderName::from_static("next-cursor");

pub(crate) fn routes(edge: &Edge) -> Router {
    let routes = Router::new()
        .route("/create-todo", post(create))
        .route("/get-todo", post(get))
        .route("/complete-todo", post(complete))
        .route("/list-todos", post(list))
        .method_not_allowed_fallback(http::fallback::other_method);
    http::layers(routes, edge).with_state(edge.clone())
}

/// `{"title": …, "idempotencyKey"?: …}` and the other fields of a new todo.
async fn create(State(edge): State<Edge>, mut caller: Caller, origin: Origin, Json(body): Json) -> Result<Response, Problem> {
    let mut fields = Fields::of(body)?;
    let draft = api::draft::take_draft(&mut fields);
    take_key(&mut fields, &mut caller);
    fields.finish_body()?;
    let draft = draft.ok_or_else(|| Problem::of(&kind::INVALID_FIELDS))?;
    let done = usecase::create(&edge, &caller, draft, &Expected::Any).await?;
    Ok(api::changed(StatusCode::OK, &caller, done, &origin))
}

/// `{"id": …}`.
async fn get(State(edge): State<Edge>, caller: Caller, origin: Origin, Json(body): Json) -> Result<Response, Problem> {
    let mut fields = Fields::of(body)?;
    let id = fields.require("id", api::todo_id);
    fields.finish_body()?;
    let seen = usecase::read(&edge, &caller, known(id)?).await?;
    Ok(api::shown(seen, &origin))
}

/// `{"id": …, "version"?: …, "idempotencyKey"?: …}`.
async fn complete(State(edge): State<Edge>, mut caller: Caller, origin: Origin, Json(body): Json) -> Result<Response, Problem> {
    let mut fields = Fields::of(body)?;
    let id = fields.require("id", api::todo_id);
    let version = fields.take("version", api::version);
    take_key(&mut fields, &mut caller);
    fields.finish_body()?;
    let expected = version.map_or(Expected::Any, |version| Expected::OneOf(vec![version]));
    let done = usecase::change(&edge, &caller, known(id)?, vec![Change::Completed(true)], &expected).await?;
    Ok(api::changed(StatusCode::OK, &caller, done, &origin))
}

/// The parameters of `GET /api/v1/todos` as fields, with `tags` as an array. The answer is the same array.
async fn list(State(edge): State<Edge>, caller: Caller, origin: Origin, Json(body): Json) -> Result<Response, Problem> {
    let seen = usecase::todos(&edge, &caller, &query(body, edge.gateway.clock.now())?).await?;
    let todos: Vec<_> = seen.answer.rows.into_iter().map(|row| TodoJson::new(row.into(), &origin)).collect();
    let mut response = axum::Json(todos).into_response();
    if let Some(Ok(next)) = seen.answer.next.map(|next| HeaderValue::try_from(api::shown_cursor(&next))) {
        response.headers_mut().insert(NEXT_CURSOR, next);
    }
    Ok(response)
}

fn query(body: Value, now: Timestamp) -> Result<TodoQuery, Problem> {
    let Value::Object(object) = body else { return Err(Problem::invalid(&kind::INVALID_FIELDS, vec![not_object()])) };
    let (mut parameters, mut wrong) = (vec![], vec![]);
    for (name, value) in object {
        match value {
            Value::Null => {}
            Value::String(text) => parameters.push((name, text)),
            Value::Number(number) if name == "limit" || name == "days" => parameters.push((name, number.to_string())),
            Value::Array(tags) if name == "tags" && tags.iter().all(Value::is_string) => {
                parameters.extend(tags.iter().filter_map(Value::as_str).map(|tag| ("tag".to_owned(), tag.to_owned())));
            }
            // An unknown name is complained about as such, whatever its value.
            other => match api::text_parameters(&[(name.clone(), String::new())], now) {
                Err(complaint) if complaint.iter().any(|invalid| invalid.problem == "is unknown") => wrong.extend(complaint),
                _ => wrong.push(Invalid::new(name, format!("is {}", api::type_of(&other)), "send a string")),
            },
        }
    }
    let read = api::text_parameters(&parameters, now);
    wrong.extend(read.as_ref().err().into_iter().flatten().cloned());
    match read {
        Ok(query) if wrong.is_empty() => Ok(query),
        _ => Err(Problem::invalid(&kind::INVALID_FIELDS, wrong)),
    }
}

fn not_object() -> Invalid {
    Invalid::new("body", "is no JSON object", "send a JSON object, {} for everything")
}

fn take_key(fields: &mut Fields, caller: &mut Caller) {
    let read = |field: &str, value: Value| match value.as_str() {
        Some(key) => http::request_key(field, key).map_err(|wrong| vec![wrong]),
        None => Err(vec![Invalid::new(field, format!("is {}", api::type_of(&value)), "send a string")]),
    };
    let key: Option<RequestKey> = fields.take("idempotencyKey", read);
    caller.key = key.or_else(|| caller.key.take());
}

/// What [`Fields::finish_body`] let through is there.
fn known<T>(read: Option<T>) -> Result<T, Problem> {
    read.ok_or_else(|| Problem::of(&kind::INVALID_FIELDS))
}
