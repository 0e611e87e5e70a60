use domain::{ListId, UserId, todo::Todo};

/// The part of the views that a todo is in: its owner's, or its list's where that has members. Who may see a part is known by
/// whoever asks; within it everything is indexed, counted and searched as one person's things are.
pub(crate) fn scope(todo: &Todo) -> String {
    if todo.list.has_members() { of_list(todo.list) } else { of_person(&todo.owner) }
}

/// What is a person's alone.
pub(crate) fn of_person(person: &UserId) -> String {
    person.as_str().to_owned()
}

/// What is in a list with members. No person is called so.
pub(crate) fn of_list(list: ListId) -> String {
    format!("/{list}")
}
