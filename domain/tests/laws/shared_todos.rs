//! A todo in a list with members: who may do what to it is what the list grants, and nothing else.

use domain::{
    Access, Grant, Invalid, ListId, Refusal, Role,
    list::MAX_TODOS,
    todo::{Change, Command, Draft, Event, Later, Priority, RemindAt, ReminderId, Todo},
};
use testkit::{
    Outcome, Scenario,
    samples::{due, order, tags, text, user},
};
use uuid::Uuid;

use crate::variants::every_variant;

fn shared() -> ListId {
    ListId::with_members(Uuid::from_u128(7))
}

fn other() -> ListId {
    ListId::with_members(Uuid::from_u128(8))
}

fn grant(list: ListId, role: Role) -> Grant {
    Grant { list, role, archived: false, todos: 0 }
}

fn access(grants: &[Grant]) -> Access {
    Access { most: Role::Owner, grants: grants.to_vec(), ..Access::default() }
}

/// Anna's todo in a list.
fn todo_in(list: ListId) -> Scenario<Todo> {
    Scenario::given([Event::TodoCreated {
        owner: user("anna"),
        list,
        title: text("weed"),
        description: None,
        tags: tags(&[]),
        priority: None,
        due: None,
        order: None,
    }])
}

fn draft(list: ListId) -> Command {
    Command::Create(Draft { list: Some(list), ..Draft::titled(text("weed")) })
}

fn to(list: ListId) -> Command {
    Command::Change { changes: vec![Change::List(list)] }
}

/// What may be asked of a todo that is there. Each needs an editor.
fn commands() -> Vec<(&'static str, Command)> {
    let change = |change| Command::Change { changes: vec![change] };
    vec![
        ("retitle", change(Change::Title(text("mow")))),
        ("describe", change(Change::Description(Some(text("all of it"))))),
        ("complete", change(Change::Completed(true))),
        ("order", change(Change::Order(Some(order(1.0))))),
        ("tags", change(Change::Tags(tags(&["garden"])))),
        ("tag", change(Change::Tag(text("garden")))),
        ("untag", change(Change::Untag(text("garden")))),
        ("priority", change(Change::Priority(Some(Priority::High)))),
        ("due", change(Change::Due(Some(due("2026-11-24", "UTC"))))),
        ("never again", change(Change::Recurrence(None))),
        ("no series", change(Change::Series(None))),
        ("no subtasks", change(Change::Subtasks(vec![]))),
        ("no subtasks at all", change(Change::AllSubtasks(vec![]))),
        ("no reminders", change(Change::Reminders(vec![]))),
        ("no reminders at all", change(Change::AllReminders(vec![]))),
        ("finish", change(Change::Finished)),
        ("nothing", Command::Change { changes: vec![] }),
        ("delete", Command::Delete),
        ("restore", Command::Restore),
        ("skip", Command::Skip),
        ("snooze", Command::Snooze { reminder: None, until: Later::Minutes(5) }),
    ]
}

/// Nobody is kept from it by who they are. What else may be wrong, that there is nothing to skip or to snooze, is told them.
fn let_in(outcome: Outcome<Todo>) {
    if outcome.is_refused() {
        let refusal = outcome.refusal();
        assert!(matches!(&refusal, Refusal::Invalid(wrong) if ["recurrence", "reminder"].contains(&&*wrong.field)), "{refusal}");
    }
}

/// The types themselves say which commands and changes there are: one that has no row fails here, whoever added it. Moving and
/// creating have tests of their own; that a reminder rings, and that all of somebody is erased
/// (`erasure.rs`), is asked by the platform alone.
#[test]
fn every_command_and_change_has_a_row() {
    let rows = commands();
    let changes = rows.iter().filter_map(|(_, command)| if let Command::Change { changes } = command { Some(changes) } else { None });
    let moved = Change::List(shared());
    every_variant(changes.flatten().chain([&moved]), "set");
    let created = draft(shared());
    let rings = Command::Remind { reminder: ReminderId::of(&user("anna"), &RemindAt::Due { minutes_before: 5 }) };
    every_variant(rows.iter().map(|(_, command)| command).chain([&created, &rings, &Command::Erase]), "do");
}

/// Every command, by every role, with every token: also whoever created the todo may do no more than their role says.
#[test]
fn roles_and_commands() {
    for (_, command) in commands() {
        for name in ["anna", "bob"] {
            for role in Role::ALL {
                for most in Role::ALL {
                    let access = Access { most, grants: vec![grant(shared(), role)], ..Access::default() };
                    let outcome = todo_in(shared()).by(name).with_access(access).when(command.clone());
                    if role.min(most) >= Role::Editor {
                        let_in(outcome);
                    } else {
                        outcome.then_refused(Refusal::Forbidden { needs: Role::Editor });
                    }
                }
            }
            let unknown = todo_in(shared()).by(name).when(command.clone());
            unknown.then_refused(Refusal::RoleNeeded { list: shared(), into: false });
            // What is held elsewhere counts nothing here.
            let elsewhere = todo_in(shared()).by(name).with_access(access(&[grant(other(), Role::Owner)])).when(command.clone());
            elsewhere.then_refused(Refusal::RoleNeeded { list: shared(), into: false });
        }
        let put_away = Grant { archived: true, ..grant(shared(), Role::Owner) };
        todo_in(shared()).with_access(access(&[put_away])).when(command).then_refused(Refusal::Archived);
    }
}

#[test]
fn what_is_in_no_such_list_is_its_owners_alone() {
    for list in [ListId::inbox(&user("anna")), ListId::new(Uuid::from_u128(0x4000_8000_0000_0000_0000))] {
        for (_, command) in commands() {
            let_in(todo_in(list).when(command.clone()));
            let all = access(&[grant(list, Role::Owner), grant(shared(), Role::Owner)]);
            todo_in(list).by("bob").with_access(all).when(command).then_refused(Refusal::NotFound);
        }
        let looks = Access { most: Role::Viewer, grants: vec![], ..Access::default() };
        todo_in(list).with_access(looks).when(Command::Delete).then_refused(Refusal::Forbidden { needs: Role::Editor });
    }
}

#[test]
fn a_todo_is_put_into_a_list_by_whoever_may_edit_that() {
    let empty = || Scenario::<Todo>::given([]);
    empty().when(draft(shared())).then_refused(Refusal::RoleNeeded { list: shared(), into: true });
    for role in Role::ALL {
        let outcome = empty().by("bob").with_access(access(&[grant(shared(), role)])).when(draft(shared()));
        if role >= Role::Editor {
            outcome.events();
        } else {
            outcome.then_refused(Refusal::Forbidden { needs: Role::Editor });
        }
    }
    let nearly = Grant { todos: MAX_TODOS - 1, ..grant(shared(), Role::Editor) };
    empty().with_access(access(&[nearly])).when(draft(shared())).events();
    let full = Grant { todos: MAX_TODOS, ..nearly };
    let reached = || Refusal::LimitReached { what: "todos in a list".into(), most: MAX_TODOS };
    empty().with_access(access(&[full])).when(draft(shared())).then_refused(reached());
    todo_in(ListId::inbox(&user("anna"))).with_access(access(&[full])).when(to(shared())).then_refused(reached());
    // What is in it already can be changed.
    todo_in(shared()).with_access(access(&[full])).when(Command::Delete).events();
}

#[test]
fn a_move_needs_the_role_on_both_sides() {
    let both = access(&[grant(shared(), Role::Editor), grant(other(), Role::Editor)]);
    todo_in(shared()).by("bob").with_access(both.clone()).when(to(other())).then([Event::TodoMoved { from: shared(), to: other() }]);
    let from_only = access(&[grant(shared(), Role::Editor)]);
    todo_in(shared()).with_access(from_only.clone()).when(to(other())).then_refused(Refusal::RoleNeeded { list: other(), into: true });
    todo_in(shared()).with_access(from_only).when(to(shared())).then_nothing();
    let looks_there = access(&[grant(shared(), Role::Editor), grant(other(), Role::Viewer)]);
    todo_in(shared()).with_access(looks_there).when(to(other())).then_refused(Refusal::Forbidden { needs: Role::Editor });
    // Back to one's own: by its creator alone.
    let inbox = ListId::inbox(&user("anna"));
    todo_in(shared()).with_access(both.clone()).when(to(inbox)).then([Event::TodoMoved { from: shared(), to: inbox }]);
    let problem = Invalid::new("list", "has no members, and somebody else created the todo", "use a list that you share");
    for list in [inbox, ListId::inbox(&user("bob"))] {
        todo_in(shared()).by("bob").with_access(both.clone()).when(to(list)).then_refused(problem.clone().into());
    }
}
