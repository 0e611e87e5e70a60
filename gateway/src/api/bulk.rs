use std::collections::HashSet;

use axum::{extract::State, response::Response};
use domain::{
    Invalid, ListId, TodoId,
    saga::{Kind, MAX_ITEMS, Work},
    todo::{Draft, Tag},
};
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    draft::{READ_ONLY, Read, list, nullable, priority, take_draft, text},
    fields::{Fields, todo_id, wrong_type},
    operations::{self, OperationJson},
    representation::PriorityName,
    schemas::NewTodo,
};
use crate::{
    edge::Edge,
    http::{LargeJson, Origin, Problem, RespondAsync, kind},
    usecase::{self, Caller, Items},
};

/// So many complaints are told at once.
const COMPLAINTS: usize = 100;

/// What to do to which todos.
#[derive(ToSchema)]
#[schema(example = json!({ "do": "complete", "todos": ["todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11"] }))]
#[expect(dead_code, reason = "documents what this module reads")]
pub(super) struct BulkRequest {
    /// The same for each of them.
    #[schema(inline)]
    r#do: BulkWork,
    /// With `tag` and `untag`: which, 1 to 50 characters.
    #[schema(nullable = false, min_length = 1, max_length = 50)]
    tag: Option<String>,
    /// With `move`: where to, a list that the caller may edit.
    #[schema(nullable = false, example = "list-01932c07-5a3e-8cc0-9a55-0f2b8d0c7f11")]
    list: Option<String>,
    /// With `priority`: how much they matter; `null`: no longer.
    priority: Option<PriorityName>,
    /// Their ids, each once.
    #[schema(min_items = 1, max_items = 10_000)]
    todos: Vec<String>,
}

#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "documents what this module reads")]
enum BulkWork {
    Complete,
    Reopen,
    Delete,
    Restore,
    Tag,
    Untag,
    Priority,
    Move,
}

/// Change many todos.
///
/// The same change of up to 10,000 todos, as one operation. What becomes of each is told by the operation; one that cannot be
/// changed does not hinder the others. With `Prefer: respond-async` the answer comes at once; without, it waits some seconds
/// for the end.
#[utoipa::path(post, path = "/todos/bulk", operation_id = "changeTodos", tag = "operations", params(operations::PreferParameter),
    request_body(content = BulkRequest, content_type = "application/json"),
    responses(
        (status = 200, description = "It is over.", body = OperationJson),
        (status = 202, description = "It is under way.", body = OperationJson, headers(
            ("Location" = String, description = "The operation's URL."),
            ("Preference-Applied" = Option<String>, description = "`respond-async` where that was asked for.")))))]
pub(super) async fn bulk(
    State(edge): State<Edge>,
    caller: Caller,
    origin: Origin,
    prefer: RespondAsync,
    LargeJson(body): LargeJson,
) -> Result<Response, Problem> {
    let mut fields = Fields::of(body)?;
    let name = fields.require("do", |field, value| text(field, &value).map(str::to_owned));
    let tag = fields.take("tag", |field, value| Tag::parse(field, text(field, &value)?).map_err(|wrong| vec![wrong]));
    let priority = fields.take("priority", nullable(priority));
    let list = fields.take("list", list);
    let todos = fields.require("todos", todos);
    fields.finish_body()?;
    let (name, todos) = name.zip(todos).ok_or_else(|| Problem::of(&kind::INVALID_FIELDS))?;
    let work = work(&name, tag, priority, list).map_err(|wrong| Problem::invalid(&kind::INVALID_FIELDS, vec![wrong]))?;
    let begun = usecase::begin(&edge, &caller, Kind::Bulk, work, list, Items::Todos(todos)).await?;
    operations::answer(&edge, &caller, begun, prefer, &origin).await
}

fn work(name: &str, tag: Option<Tag>, priority: Option<Option<domain::todo::Priority>>, list: Option<ListId>) -> Result<Work, Invalid> {
    let needs = |field: &str| Invalid::new(field, "is missing", "send it, since `do` needs it");
    let (work, used) = match name {
        "complete" => (Work::Complete, ""),
        "reopen" => (Work::Reopen, ""),
        "delete" => (Work::Delete, ""),
        "restore" => (Work::Restore, ""),
        "tag" => (Work::Tag { tag: tag.clone().ok_or_else(|| needs("tag"))? }, "tag"),
        "untag" => (Work::Untag { tag: tag.clone().ok_or_else(|| needs("tag"))? }, "tag"),
        "priority" => (Work::Priority { priority: priority.ok_or_else(|| needs("priority"))? }, "priority"),
        "move" => (list.map(|_| Work::Move).ok_or_else(|| needs("list"))?, "list"),
        _ => {
            let remedy = "use one of: complete, reopen, delete, restore, tag, untag, priority, move";
            return Err(Invalid::new("do", "is unknown", remedy));
        }
    };
    let given = [("tag", tag.is_some()), ("priority", priority.is_some()), ("list", list.is_some())];
    match given.into_iter().find(|(field, given)| *given && *field != used) {
        Some((field, _)) => Err(Invalid::new(field, "has no meaning with this `do`", "leave it out")),
        None => Ok(work),
    }
}

fn entries(field: &str, value: Value) -> Read<Vec<Value>> {
    let Value::Array(entries) = value else { return Err(vec![wrong_type(field, &value, "an array")]) };
    if entries.is_empty() || entries.len() > MAX_ITEMS {
        return Err(vec![Invalid::new(field, format!("has {} entries", entries.len()), format!("send 1 to {MAX_ITEMS}"))]);
    }
    Ok(entries)
}

fn todos(field: &str, value: Value) -> Read<Vec<TodoId>> {
    let (mut ids, mut seen, mut wrong) = (vec![], HashSet::new(), vec![]);
    for (at, entry) in entries(field, value)?.into_iter().enumerate() {
        let field = format!("{field}[{at}]");
        match todo_id(&field, entry) {
            Ok(id) if seen.insert(id) => ids.push(id),
            Ok(_) => wrong.push(Invalid::new(field, "is given twice", "send each todo once")),
            Err(more) => wrong.extend(more),
        }
    }
    wrong.truncate(COMPLAINTS);
    if wrong.is_empty() { Ok(ids) } else { Err(wrong) }
}

/// Create many todos.
///
/// From up to 10,000 drafts, each as in `createTodo`, as one operation. Where any draft cannot be taken, all that is wrong is
/// told at once and nothing is created. With `Prefer: respond-async` the answer comes at once; without, it waits some seconds
/// for the end.
#[utoipa::path(post, path = "/todos/import", operation_id = "importTodos", tag = "operations", params(operations::PreferParameter),
    request_body(content = Vec<NewTodo>, content_type = "application/json"),
    responses(
        (status = 200, description = "It is over.", body = OperationJson),
        (status = 202, description = "It is under way.", body = OperationJson, headers(
            ("Location" = String, description = "The operation's URL."),
            ("Preference-Applied" = Option<String>, description = "`respond-async` where that was asked for.")))))]
pub(super) async fn import(
    State(edge): State<Edge>,
    caller: Caller,
    origin: Origin,
    prefer: RespondAsync,
    LargeJson(body): LargeJson,
) -> Result<Response, Problem> {
    let drafts = drafts(body).map_err(|wrong| Problem::invalid(&kind::INVALID_FIELDS, wrong))?;
    let begun = usecase::begin(&edge, &caller, Kind::Import, Work::Create, None, Items::Drafts(drafts)).await?;
    operations::answer(&edge, &caller, begun, prefer, &origin).await
}

fn drafts(body: Value) -> Read<Vec<Draft>> {
    let (mut drafts, mut wrong) = (vec![], vec![]);
    for (at, entry) in entries("body", body)?.into_iter().enumerate() {
        match draft(at, entry) {
            Ok(draft) => drafts.push(draft),
            Err(more) => wrong.extend(more),
        }
    }
    wrong.truncate(COMPLAINTS);
    if wrong.is_empty() { Ok(drafts) } else { Err(wrong) }
}

fn draft(at: usize, entry: Value) -> Read<Draft> {
    let mut fields = Fields::nested(&format!("[{at}]"), entry).map_err(|wrong| vec![wrong])?;
    let draft = take_draft(&mut fields);
    fields.read_only(&READ_ONLY);
    fields.finish()?;
    draft.ok_or_else(Vec::new)
}
