use domain::{Invalid, TodoId};
use serde_json::{Map, Value};

use crate::http::{Problem, kind};

/// A JSON object that is read field by field, so that everything that is wrong with it is told at once.
pub(crate) struct Fields {
    rest: Map<String, Value>,
    wrong: Vec<Invalid>,
    /// What stands before the names of nested fields, for example `due.`.
    prefix: String,
    known: Vec<&'static str>,
}

impl Fields {
    pub(crate) fn of(body: Value) -> Result<Self, Problem> {
        Self::nested("", body).map_err(|mut wrong| {
            wrong.field = "body".to_owned();
            Problem::invalid(&kind::INVALID_FIELDS, vec![wrong])
        })
    }

    /// The fields of the object that is `field`'s value.
    pub(crate) fn nested(field: &str, value: Value) -> Result<Self, Invalid> {
        match value {
            Value::Object(rest) => {
                let prefix = if field.is_empty() { String::new() } else { format!("{field}.") };
                Ok(Self { rest, wrong: vec![], prefix, known: vec![] })
            }
            other => Err(wrong_type(field, &other, "a JSON object")),
        }
    }

    /// Reads a field that may be absent. `None` also where it cannot be taken, which [`finish`](Self::finish) tells.
    pub(crate) fn take<T>(&mut self, name: &'static str, read: impl FnOnce(&str, Value) -> Result<T, Vec<Invalid>>) -> Option<T> {
        self.known.push(name);
        let value = self.rest.remove(name)?;
        match read(&format!("{}{name}", self.prefix), value) {
            Ok(read) => Some(read),
            Err(wrong) => {
                self.wrong.extend(wrong);
                None
            }
        }
    }

    /// Reads a field that must be there.
    pub(crate) fn require<T>(&mut self, name: &'static str, read: impl FnOnce(&str, Value) -> Result<T, Vec<Invalid>>) -> Option<T> {
        if !self.rest.contains_key(name) {
            self.wrong.push(Invalid::new(format!("{}{name}", self.prefix), "is missing", "send it"));
        }
        self.take(name, read)
    }

    /// Complains about fields that are shown but not taken, and that a client may send back without thinking.
    pub(crate) fn read_only(&mut self, names: &[&str]) {
        for name in names {
            if self.rest.remove(*name).is_some() {
                self.wrong.push(Invalid::new(format!("{}{name}", self.prefix), "is read-only", "leave it out"));
            }
        }
    }

    /// What is wrong, after all known fields were read.
    pub(crate) fn finish(mut self) -> Result<(), Vec<Invalid>> {
        let known = self.known.join(", ");
        for name in self.rest.keys() {
            let field = format!("{}{}", self.prefix, shortened(name));
            self.wrong.push(Invalid::new(field, "is unknown", format!("leave it out, or use one of: {known}")));
        }
        if self.wrong.is_empty() { Ok(()) } else { Err(self.wrong) }
    }

    /// As [`finish`](Self::finish), as an answer.
    pub(crate) fn finish_body(self) -> Result<(), Problem> {
        self.finish().map_err(|wrong| Problem::invalid(&kind::INVALID_FIELDS, wrong))
    }
}

/// A name that a client made up, so short that it cannot fill an answer or a line.
pub(super) fn shortened(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(40).collect()
}

/// What kind of value it is, in words.
pub(crate) fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

pub(super) fn wrong_type(field: &str, value: &Value, wanted: &str) -> Invalid {
    Invalid::new(field, format!("is {}", type_of(value)), format!("send {wanted}"))
}

/// Reads the id of a todo.
pub(crate) fn todo_id(field: &str, value: Value) -> Result<TodoId, Vec<Invalid>> {
    let id = value.as_str().and_then(|id| id.parse().ok());
    id.ok_or_else(|| vec![Invalid::new(field, "is no todo's id", "send it as the API gave it: todo- and a UUID in lower case")])
}

/// Reads the version that a caller decided on.
pub(crate) fn version(field: &str, value: Value) -> Result<u64, Vec<Invalid>> {
    value.as_u64().ok_or_else(|| vec![Invalid::new(field, "is no version", "send the number that you read, or leave it out")])
}
