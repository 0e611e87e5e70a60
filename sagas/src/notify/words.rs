//! What people are told, in words. Nothing here is logged.

use domain::{
    NotificationId,
    notification::{Notification, Subject},
    todo::{Due, LocalTime, Todo},
};
use jiff::{Timestamp, tz::TimeZone};
use ports::Private;
use serde_json::{Value, json};

/// What is told.
pub(crate) struct Told<'a> {
    pub id: NotificationId,
    pub notification: &'a Notification,
    /// The todo that it is about, if that is known.
    pub todo: Option<&'a Todo>,
    /// The person's clock.
    pub zone: TimeZone,
    /// Where clients reach the platform, without a slash at the end.
    pub public_url: &'a str,
}

impl Told<'_> {
    /// In one line.
    pub(crate) fn headline(&self) -> Private {
        Private(match (&self.notification.subject, self.todo) {
            (Subject::Reminder { .. }, Some(todo)) => format!("Reminder: {}", todo.title.expose()),
            (Subject::Reminder { .. }, None) => "Reminder of a todo".to_owned(),
            (Subject::Test, _) => "This is a test: you are told".to_owned(),
        })
    }

    /// Line by line, without the headline.
    fn lines(&self) -> Vec<String> {
        let mut lines = vec![];
        if let Some(due) = self.todo.and_then(|todo| todo.due.as_ref()) {
            lines.push(format!("Due: {}", self.due(due)));
        }
        if let Subject::Reminder { at, late, .. } = self.notification.subject
            && late
        {
            lines.push(format!("This comes late: it was set for {}.", self.clock(at)));
        }
        if let Subject::Test = self.notification.subject {
            lines.push("Somebody, most likely you, asked to be told this as a test.".to_owned());
        }
        lines
    }

    /// A day, or what the person's clock shows.
    fn due(&self, due: &Due) -> String {
        match (due.local, due.instant()) {
            (LocalTime::Day(day), _) => day.strftime("%A, %-d %B %Y").to_string(),
            (LocalTime::At(_), Some(at)) => self.clock(at),
            (LocalTime::At(local), None) => local.strftime("%A, %-d %B %Y, %H:%M").to_string(),
        }
    }

    fn clock(&self, at: Timestamp) -> String {
        at.to_zoned_datetime(self.zone.clone()).strftime("%A, %-d %B %Y, %H:%M (%Z)").to_string()
    }

    /// As plain text.
    pub(crate) fn text(&self, unsubscribe: &str) -> Private {
        let mut text = self.headline().0;
        for line in self.lines() {
            text.push_str("\n\n");
            text.push_str(&line);
        }
        text.push_str(&format!("\n\n{}\n\n-- \nNo more mail like this: {unsubscribe}\n", self.public_url));
        Private(text)
    }

    /// As HTML.
    pub(crate) fn html(&self, unsubscribe: &str) -> Private {
        let lines: String = self.lines().iter().map(|line| format!("<p>{}</p>\n", escaped(line))).collect();
        let (title, page, unsubscribe) = (escaped(&self.headline().0), escaped(self.public_url), escaped(unsubscribe));
        Private(format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\n\
             <body style=\"font-family: sans-serif\">\n<h1 style=\"font-size: 1.2em\">{title}</h1>\n{lines}\
             <p><a href=\"{page}\">Open your todos</a></p>\n<hr>\n\
             <p style=\"font-size: 0.8em\"><a href=\"{unsubscribe}\">No more mail like this</a></p>\n</body></html>\n"
        ))
    }

    /// For a program.
    pub(crate) fn json(&self) -> Private {
        let Notification { owner, subject, at, .. } = self.notification;
        let mut body = json!({ "id": self.id, "type": subject.kind(), "person": owner, "at": at });
        if let Subject::Reminder { todo: id, at, late } = subject {
            let due = self.todo.and_then(|todo| todo.due.as_ref()).and_then(Due::moment);
            let title = self.todo.map(|todo| todo.title.expose());
            body["todo"] = json!({ "id": id, "title": title, "due": due });
            body["setFor"] = json!(at);
            body["late"] = Value::Bool(*late);
        }
        Private(body.to_string())
    }
}

/// So that it is text in HTML, in an attribute as well.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
