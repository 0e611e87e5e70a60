//! Schemas and parameters of what is read by hand and so cannot describe itself.

use utoipa::{IntoParams, ToSchema};

use super::{
    recurrence::NewRecurrence,
    reminders::NewReminder,
    representation::{DueJson, PriorityName},
};

/// What went wrong, by RFC 9457, and what to do.
#[derive(ToSchema)]
#[schema(as = Problem)]
#[expect(dead_code, reason = "documents what crate::http::Problem writes")]
pub(super) struct ProblemSchema {
    /// Names the kind of problem; a page at this path explains it.
    #[schema(format = "uri-reference", example = "/problems/invalid-fields")]
    r#type: String,
    /// The kind in a few words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What happened this time. Never repeats what a person wrote.
    detail: String,
    /// The path that was asked.
    #[schema(format = "uri-reference")]
    instance: String,
    /// What to do.
    remedy: String,
    /// What is wrong with each field, parameter or header.
    #[schema(nullable = false)]
    errors: Option<Vec<FieldError>>,
    /// With 412: the version that is true now.
    #[schema(rename = "currentVersion", nullable = false)]
    current_version: Option<u64>,
}

/// What is wrong with one field.
#[derive(ToSchema)]
#[expect(dead_code, reason = "documents domain::Invalid, which knows no OpenAPI")]
struct FieldError {
    /// Which one, for example `due.zone` or `tags[2]`.
    #[schema(example = "title")]
    field: String,
    /// What is wrong with it.
    #[schema(example = "has 10000 characters")]
    problem: String,
    /// What would be right.
    #[schema(example = "use at most 500 characters")]
    remedy: String,
}

/// A todo that does not exist yet.
#[derive(ToSchema)]
#[schema(example = json!({ "title": "Water the plants", "due": { "local": "2026-11-24T09:00:00", "zone": "Europe/Berlin" } }))]
#[expect(dead_code, reason = "documents what api::draft reads")]
pub(super) struct NewTodo {
    /// What is to be done.
    #[schema(min_length = 1, max_length = 500)]
    title: String,
    /// More about it, in Markdown.
    #[schema(max_length = 20_000)]
    description: Option<String>,
    /// Where it goes; the caller's inbox if absent.
    #[schema(nullable = false, pattern = "^list-[0-9a-f-]{36}$")]
    list: Option<String>,
    /// Words to find it by, each 1 to 50 characters.
    #[schema(max_items = 50)]
    tags: Option<Vec<String>>,
    /// How much it matters.
    priority: Option<PriorityName>,
    /// When it is due.
    due: Option<DueJson>,
    /// How it comes again. Needs a due time.
    recurrence: Option<NewRecurrence>,
    /// Its steps.
    #[schema(max_items = 200)]
    subtasks: Option<Vec<NewSubtask>>,
    /// When to remind the caller.
    #[schema(max_items = 10)]
    reminders: Option<Vec<NewReminder>>,
    /// Its place by hand: lower comes first.
    order: Option<f64>,
    /// Done already, as when it is imported.
    #[schema(nullable = false)]
    completed: Option<bool>,
}

/// What to change: absent fields stay, `null` clears.
#[derive(ToSchema)]
#[schema(example = json!({ "title": "Water the plants", "priority": null }))]
#[expect(dead_code, reason = "documents what api::draft reads")]
pub(super) struct TodoPatch {
    /// What is to be done.
    #[schema(min_length = 1, max_length = 500, nullable = false)]
    title: Option<String>,
    /// More about it, in Markdown.
    #[schema(max_length = 20_000)]
    description: Option<String>,
    /// Where it goes.
    #[schema(nullable = false, pattern = "^list-[0-9a-f-]{36}$")]
    list: Option<String>,
    /// Replaces all tags.
    #[schema(max_items = 50)]
    tags: Option<Vec<String>>,
    /// How much it matters.
    priority: Option<PriorityName>,
    /// When it is due, both parts.
    due: Option<DueJson>,
    /// How it comes again, from its due time on; `null` ends the series.
    recurrence: Option<NewRecurrence>,
    /// Replaces all subtasks: in this order; one that is named by its id stays that one, the others go. With `If-Match`, nobody's
    /// change meanwhile is lost.
    #[schema(max_items = 200)]
    subtasks: Option<Vec<NewSubtask>>,
    /// Replaces all reminders of the caller.
    #[schema(max_items = 10)]
    reminders: Option<Vec<NewReminder>>,
    /// Its place by hand.
    order: Option<f64>,
    /// Complete it (`true`) or reopen it (`false`).
    #[schema(nullable = false)]
    completed: Option<bool>,
}

/// A step of a todo.
#[derive(ToSchema)]
#[schema(example = json!({ "title": "Fill the can" }))]
#[expect(dead_code, reason = "documents what api::draft reads")]
pub(super) struct NewSubtask {
    /// Which one it is; a new one if absent.
    #[schema(nullable = false, minimum = 1)]
    id: Option<u32>,
    /// What is to be done.
    #[schema(min_length = 1, max_length = 500)]
    title: String,
    /// Whether it is done; not if absent.
    #[schema(nullable = false)]
    completed: Option<bool>,
}

/// Which todo.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "documents what http::TodoPath reads")]
pub(super) struct IdParameter {
    /// The todo's id.
    #[param(example = "todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11", pattern = "^todo-[0-9a-f-]{36}$")]
    id: String,
}

/// How it stood when.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents what api::history::AtQuery reads")]
pub(super) struct AtParameter {
    /// The instant that the todo is to be shown at; now if it is left out.
    #[param(format = DateTime, example = "2026-11-24T09:00:00Z")]
    at: Option<String>,
}

/// Which part of a history.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents what api::history::HistoryQuery reads")]
pub(super) struct HistoryParameters {
    /// A saved filter by its name: its parameters, where they are not given here; tags add up.
    filter: Option<String>,
    /// At most so many.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
    /// Where the page before ended: follow its `Link`.
    cursor: Option<String>,
}

/// What to undo.
#[derive(ToSchema)]
#[schema(example = json!({ "version": 3 }))]
#[expect(dead_code, reason = "documents what api::history::undo reads")]
pub(super) struct Undo {
    /// The version of an event of the change that is to be undone; the last change if it is left out.
    #[schema(minimum = 1, nullable = false)]
    version: Option<u64>,
}

/// Which todos.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(dead_code, reason = "documents what api::query reads")]
pub(super) struct ListParameters {
    /// By state; `any` is all that are not in the trash.
    #[param(inline)]
    status: Option<Status>,
    /// In this list only.
    list: Option<String>,
    /// With this tag; may be given more than once: with each of them.
    #[param(explode)]
    tag: Option<Vec<String>>,
    /// With this priority.
    priority: Option<PriorityName>,
    /// A smart list: due within the caller's day, overdue and still open, due after the caller's day, never due; `any` is
    /// all. A whole day is due until its end, in its own zone.
    #[param(inline)]
    due: Option<SmartListName>,
    /// The caller's time zone by its IANA name, for `due`; UTC if absent.
    #[param(example = "Europe/Berlin")]
    zone: Option<String>,
    /// With `due=upcoming`: within so many days after today.
    #[param(minimum = 1, maximum = 366)]
    days: Option<u16>,
    /// Due at or after this instant.
    #[param(format = DateTime)]
    due_from: Option<String>,
    /// Due before this instant.
    #[param(format = DateTime)]
    due_before: Option<String>,
    /// Words that title, description or tags have, each as a prefix; a `"phrase"` as it stands.
    #[param(max_length = 500)]
    q: Option<String>,
    /// In which order; a minus sorts downwards.
    #[param(inline)]
    sort: Option<SortName>,
    /// At most so many.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
    /// Where the page before ended: follow its `Link`.
    cursor: Option<String>,
}

/// Which saved filter.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "documents what http::NamePath reads")]
pub(super) struct NameParameter {
    /// The filter's name, percent-encoded.
    #[param(min_length = 1, max_length = 100, example = "Garden, soon")]
    name: String,
}

/// A query to be kept.
#[derive(ToSchema)]
#[schema(example = json!({ "query": "tag=garden&status=open&sort=due" }))]
#[expect(dead_code, reason = "documents what api::filters reads")]
pub(super) struct NewFilter {
    /// Parameters of `GET /api/v1/todos`, as in its URL; without `cursor` and `filter`.
    #[schema(min_length = 1, max_length = 2000)]
    query: String,
}

/// Whose day is today.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents what api::counts reads")]
pub(super) struct CountParameters {
    /// The caller's time zone by its IANA name; UTC if absent.
    #[param(example = "Europe/Berlin")]
    zone: Option<String>,
}

#[derive(ToSchema)]
#[schema(rename_all = "lowercase", default = "any")]
#[expect(dead_code, reason = "documents what api::query reads")]
enum Status {
    Any,
    Open,
    Completed,
    Deleted,
}

#[derive(ToSchema)]
#[schema(rename_all = "lowercase", default = "any")]
#[expect(dead_code, reason = "documents what api::smart reads")]
enum SmartListName {
    Any,
    None,
    Today,
    Overdue,
    Upcoming,
}

#[derive(ToSchema)]
#[schema(default = "order")]
#[expect(dead_code, reason = "documents what api::query reads")]
enum SortName {
    #[schema(rename = "order")]
    Order,
    #[schema(rename = "created")]
    Created,
    #[schema(rename = "-updated")]
    UpdatedDescending,
    #[schema(rename = "due")]
    Due,
    #[schema(rename = "-priority")]
    PriorityDescending,
    #[schema(rename = "title")]
    Title,
}

/// A list that does not exist yet.
#[derive(ToSchema)]
#[schema(example = json!({ "name": "Garden" }))]
#[expect(dead_code, reason = "documents what api::lists reads")]
pub(super) struct NewList {
    /// What it is called.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// More about it.
    #[schema(max_length = 2_000)]
    description: Option<String>,
}

/// What to change of a list.
#[derive(ToSchema)]
#[schema(example = json!({ "archived": true }))]
#[expect(dead_code, reason = "documents what api::lists reads")]
pub(super) struct ListPatch {
    /// What it is called.
    #[schema(min_length = 1, max_length = 200, nullable = false)]
    name: Option<String>,
    /// More about it; `null` for nothing.
    #[schema(max_length = 2_000)]
    description: Option<String>,
    /// Whether it is put away.
    #[schema(nullable = false)]
    archived: Option<bool>,
    /// Whose it is from now on: a member's id. Stands alone.
    #[schema(min_length = 1, max_length = 64, nullable = false, example = "ben")]
    owner: Option<String>,
}

/// Which list.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "documents what http::ListPath reads")]
pub(super) struct ListIdParameter {
    /// The list's id.
    #[param(example = "list-01932c07-5a3e-8cc0-9a55-0f2b8d0c7f11")]
    id: String,
}

/// Who in which list.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "documents what http::ListPath and http::MemberPath read")]
pub(super) struct MemberParameters {
    /// The list's id.
    #[param(example = "list-01932c07-5a3e-8cc0-9a55-0f2b8d0c7f11")]
    id: String,
    /// The person's id.
    #[param(min_length = 1, max_length = 64, example = "ben")]
    user: String,
}

/// Which lists.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents what api::lists reads")]
pub(super) struct ListsParameters {
    /// Those in the trash instead.
    #[param(default = false)]
    deleted: Option<bool>,
}

/// What somebody is to be in a list.
#[derive(ToSchema)]
#[schema(example = json!({ "role": "editor" }))]
#[expect(dead_code, reason = "documents what api::members reads")]
pub(super) struct NewMember {
    /// What the person may do.
    role: super::lists::RoleName,
}

/// What somebody is invited to be in a list.
#[derive(ToSchema)]
#[schema(example = json!({ "role": "editor" }))]
#[expect(dead_code, reason = "documents what api::invitations reads")]
pub(super) struct NewInvitation {
    /// What the person may do once they are in it.
    role: super::lists::RoleName,
    /// Until when they may say so: a week from now if nothing is said, 30 days at most.
    #[schema(format = DateTime)]
    expires: Option<String>,
}

/// How the caller wants the platform to be.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", example = json!({ "zone": "Europe/Berlin", "quietHours": { "from": "22:00", "to": "07:00" } }))]
#[expect(dead_code, reason = "documents what api::me reads")]
pub(super) struct MePatch {
    /// What to call them; `null` for nothing.
    #[schema(max_length = 100)]
    display_name: Option<String>,
    /// An IANA time zone.
    zone: Option<String>,
    /// When not to disturb them.
    quiet_hours: Option<super::me::QuietHoursJson>,
    /// Where they read mail.
    #[schema(max_length = 254)]
    email: Option<String>,
    /// By what they want to be told: all of it.
    channels: Option<Vec<super::me::ChannelName>>,
    /// Where their own programs are told, by https: all of them.
    #[schema(max_items = 10)]
    webhooks: Option<Vec<String>>,
}
