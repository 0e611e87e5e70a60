use base64::{Engine, prelude::BASE64_STANDARD};
use domain::{
    Invalid, Role, TodoId, Trace, UserId,
    todo::{Change, Command},
};
use ports::RawMessage;
use serde_json::Value;

use crate::{
    api::{self, Fields, draft, type_of},
    http,
    usecase::{Caller, Expected, RequestKey},
};

/// The longest correlation id, in characters.
const MAX_CORRELATION: usize = 128;
const BODY: &str = "body";

/// A command that can be answered.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub caller: Caller,
    /// As its sender named it.
    pub command_id: String,
    pub correlation_id: String,
    /// Which todo; `None` where a new one is to be named.
    pub todo: Option<TodoId>,
    pub expected: Expected,
    /// What is asked, or what is wrong with the fields that say so.
    pub command: Result<Command, Vec<Invalid>>,
}

/// What cannot be taken for a command. Shows nothing that a person wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Malformed {
    pub errors: Vec<Invalid>,
    /// As far as they could be read.
    pub command_id: Option<String>,
    pub correlation_id: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Create,
    Change,
    Complete,
    Reopen,
    Delete,
    Restore,
}

const KINDS: [(&str, Kind); 6] = [
    ("CreateTodo", Kind::Create),
    ("ChangeTodo", Kind::Change),
    ("CompleteTodo", Kind::Complete),
    ("ReopenTodo", Kind::Reopen),
    ("DeleteTodo", Kind::Delete),
    ("RestoreTodo", Kind::Restore),
];

/// Reads a message: a command as plain JSON, or in a CloudEvents 1.0 envelope.
pub(super) fn read(message: &RawMessage) -> Result<Request, Malformed> {
    let body = message.body.as_deref().unwrap_or_default();
    let Opened { command, traceparent } = open(body).map_err(Malformed::body)?;
    let traceparent = traceparent.or_else(|| message.header("traceparent").map(str::to_owned));
    request(command, traceparent.filter(|text| http::is_traceparent(text)))
}

struct Opened {
    command: Value,
    traceparent: Option<String>,
}

/// Takes the command out of whatever it came in.
fn open(body: &[u8]) -> Result<Opened, Invalid> {
    match json(body)? {
        Value::Object(mut envelope) if envelope.contains_key("specversion") => {
            if envelope["specversion"] != "1.0" {
                return Err(Invalid::new("specversion", "is not 1.0", "send CloudEvents 1.0, or the command as it is"));
            }
            let traceparent = envelope.get("traceparent").and_then(Value::as_str).map(str::to_owned);
            let command = match (envelope.remove("data"), envelope.remove("data_base64")) {
                // How Dapr's component wraps what an app published with another content type than JSON's.
                (Some(Value::String(text)), None) => json(text.as_bytes()),
                (Some(data), None) => Ok(data),
                (None, Some(Value::String(text))) => match BASE64_STANDARD.decode(text) {
                    Ok(bytes) => json(&bytes),
                    Err(_) => Err(Invalid::new("data_base64", "is no base64", "send the command as `data`")),
                },
                _ => Err(Invalid::new("data", "is missing", "send the command as `data`")),
            }?;
            Ok(Opened { command, traceparent })
        }
        command => Ok(Opened { command, traceparent: None }),
    }
}

fn json(body: &[u8]) -> Result<Value, Invalid> {
    // The parser's own words may quote what was sent.
    serde_json::from_slice(body).map_err(|error| {
        let problem = format!("is no JSON: line {}, column {}", error.line(), error.column());
        Invalid::new(BODY, problem, "send one JSON object in UTF-8")
    })
}

fn request(command: Value, traceparent: Option<String>) -> Result<Request, Malformed> {
    let mut fields = Fields::nested("", command).map_err(|wrong| Malformed::body(wrong.at(BODY)))?;
    let key = fields.require("commandId", key);
    let kind = fields.require("type", kind);
    let todo = match kind {
        None | Some(Kind::Create) => fields.take("todoId", api::todo_id),
        Some(_) => fields.require("todoId", api::todo_id),
    };
    let expected = fields.take("expectedVersion", api::version).map_or(Expected::Any, |version| Expected::OneOf(vec![version]));
    let principal = fields.require("principal", principal);
    let correlation_id = fields.take("correlationId", correlation_id);
    let data = fields.take("data", |_, data| Ok(data));
    let checked = fields.finish();
    let (command_id, correlated) = (key.as_ref().map(|key| key.0.clone()), correlation_id.clone());
    match (checked, key, kind, principal) {
        (Ok(()), Some(key), Some(kind), Some(principal)) => {
            let command_id = key.0.clone();
            let correlation_id = correlation_id.unwrap_or_else(|| command_id.clone());
            let trace = Trace { traceparent, correlation_id: Some(correlation_id.clone()), causation_id: None };
            let caller = Caller { principal, role: Role::Owner, until: None, trace, key: Some(key) };
            Ok(Request { caller, command_id, correlation_id, todo, expected, command: command_of(kind, data) })
        }
        (checked, ..) => Err(Malformed { errors: checked.err().unwrap_or_default(), command_id, correlation_id: correlated }),
    }
}

/// What is asked, from the fields that the HTTP API takes.
fn command_of(kind: Kind, data: Option<Value>) -> Result<Command, Vec<Invalid>> {
    let data = match (kind, data) {
        (Kind::Create | Kind::Change, None) => return Err(vec![Invalid::new("data", "is missing", "send the todo's fields")]),
        (_, data) => data.unwrap_or_else(|| Value::Object(serde_json::Map::new())),
    };
    let mut fields = Fields::nested("data", data).map_err(|wrong| vec![wrong])?;
    let command = match kind {
        Kind::Create => draft::take_draft(&mut fields).map(Command::Create),
        Kind::Change => Some(Command::Change { changes: draft::take_changes(&mut fields) }),
        Kind::Complete => Some(Command::Change { changes: vec![Change::Completed(true)] }),
        Kind::Reopen => Some(Command::Change { changes: vec![Change::Completed(false)] }),
        Kind::Delete => Some(Command::Delete),
        Kind::Restore => Some(Command::Restore),
    };
    fields.read_only(&draft::READ_ONLY);
    fields.finish()?;
    // Only a title that was complained about is missing here.
    command.ok_or_else(Vec::new)
}

impl Malformed {
    fn body(wrong: Invalid) -> Self {
        Self { errors: vec![wrong], command_id: None, correlation_id: None }
    }

    /// What is wrong, in one line.
    pub(super) fn reason(&self) -> String {
        self.errors.iter().map(Invalid::to_string).collect::<Vec<_>>().join("; ")
    }
}

fn text<'a>(field: &str, value: &'a Value) -> Result<&'a str, Vec<Invalid>> {
    value.as_str().ok_or_else(|| vec![Invalid::new(field, format!("is {}", type_of(value)), "send a string")])
}

fn key(field: &str, value: Value) -> Result<RequestKey, Vec<Invalid>> {
    http::request_key(field, text(field, &value)?).map_err(|wrong| vec![wrong])
}

fn kind(field: &str, value: Value) -> Result<Kind, Vec<Invalid>> {
    let name = text(field, &value)?;
    let found = KINDS.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind);
    found.ok_or_else(|| {
        let known = KINDS.map(|(name, _)| name).join(", ");
        vec![Invalid::new(field, "is no type of command", format!("use one of: {known}"))]
    })
}

fn principal(field: &str, value: Value) -> Result<UserId, Vec<Invalid>> {
    text(field, &value)?.parse().map_err(|error| vec![Invalid::new(field, "is no person's id", format!("{error}"))])
}

fn correlation_id(field: &str, value: Value) -> Result<String, Vec<Invalid>> {
    let id = text(field, &value)?;
    if id.is_empty() || id.len() > MAX_CORRELATION || !id.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Err(vec![Invalid::new(field, "is no correlation id", format!("use 1 to {MAX_CORRELATION} printable ASCII characters"))]);
    }
    Ok(id.to_owned())
}
