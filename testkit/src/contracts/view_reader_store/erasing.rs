//! What an erasure has to find, and what is left after it.

use domain::{
    Aggregate, ListId, PersonId, Role, SagaId, UserId, fold,
    list::{self, Invitation, TodoList},
    todo::{self, RemindAt, Reminder, ReminderId, Todo},
    user::{self, User},
};
use ports::{Completion, Counts, DueBounds, ListRow, Named, PersonRow, TodoQuery, TodoRow};
use uuid::Uuid;

use super::{Views, everything};
use crate::samples::{at, fresh_user, row, row_with, tags, text};

fn list(owner: &UserId, change: impl FnOnce(&mut TodoList)) -> ListRow {
    let created = list::Event::ListCreated { owner: owner.clone(), name: text("list"), description: None };
    let mut list = fold::<TodoList>(None, &[created]).expect("a list");
    change(&mut list);
    ListRow { id: ListId::with_members(Uuid::now_v7()), version: 1, list }
}

/// The row after an event, at the next version.
fn after(row: &TodoRow, event: &todo::Event) -> TodoRow {
    let todo = Todo::evolve(Some(row.todo.clone()), event).expect("it is there");
    TodoRow { version: row.version + 1, todo, ..row.clone() }
}

pub(super) async fn whatever_names_somebody_is_found(views: Views) {
    let (me, other, third) = (fresh_user(), fresh_user(), fresh_user());
    let invitation = |by: &UserId| Invitation { role: Role::Viewer, invited_by: by.clone(), expires: at(60) };
    let owned = list(&me, |list| list.deleted = true);
    let member = list(&other, |list| list.members.extend([(me.clone(), Role::Viewer)]));
    let trashed = list(&other, |list| {
        list.members.insert(me.clone(), Role::Viewer);
        list.deleted = true;
    });
    let invited = list(&other, |list| drop(list.invitations.insert(me.clone(), invitation(&other))));
    let asked = list(&other, |list| drop(list.invitations.insert(third.clone(), invitation(&me))));
    // Called so, but not they.
    let namesake = list(&other, |list| list.name = text(&format!("\"{me}\"")));
    let own = row_with(&me, "own", |row| row.todo.deleted = true);
    let in_owned = row_with(&other, "in mine", |row| row.todo.list = owned.id);
    let made = row_with(&me, "made", |row| row.todo.list = namesake.id);
    let reminded = row_with(&other, "reminded", |row| {
        let when = RemindAt::Instant { at: at(60) };
        let reminder = Reminder { person: me.clone(), when: when.clone(), over: None, snoozed: None };
        row.todo.list = namesake.id;
        row.todo.reminders.insert(ReminderId::of(&me, &when), reminder);
    });
    let tagged = row_with(&other, "tagged", |row| row.todo.tags = tags(&[me.as_str()]));
    let in_member = row_with(&other, "beside", |row| row.todo.list = member.id);
    let lists = [&owned, &member, &trashed, &invited, &asked, &namesake].map(Clone::clone);
    let todos = [&own, &in_owned, &made, &reminded, &tagged, &in_member].map(Clone::clone);
    views.store.store_all(&todos, &[], &lists, &[]).await.expect("stored");
    let named = Named {
        todos: [&own, &in_owned, &made, &reminded].map(|row| row.id).into(),
        lists: [&owned, &member, &trashed, &invited, &asked].map(|row| row.id).into(),
    };
    assert_eq!(views.reader.naming(&me).await.expect("an answer"), named);
    assert_eq!(views.reader.naming(&fresh_user()).await.expect("an answer"), Named::default());
}

pub(super) async fn of_an_erased_person_nothing_is_seen_or_counted(views: Views) {
    let (me, other) = (fresh_user(), fresh_user());
    let mine = row_with(&me, "spaghetti carbonara", |row| row.todo.tags = tags(&["kitchen"]));
    let theirs = row(&other, "spaghetti carbonara");
    let shared = list(&other, |_| ());
    let left = row_with(&me, "left behind", |row| row.todo.list = shared.id);
    let todos = [mine.clone(), theirs.clone(), left.clone()];
    views.store.store_all(&todos, &[], std::slice::from_ref(&shared), &[]).await.expect("stored");
    let operation = SagaId::new(Uuid::from_u128(1));
    let begun = [user::Event::UserErasureStarted { operation, at: at(0) }, user::Event::UserErased { operation, at: at(1) }];
    let person = PersonRow { id: PersonId::of(&me), version: 2, user: fold::<User>(User::default(), &begun) };
    // The person first: the events of different aggregates come in any order.
    views.store.store_all(&[], std::slice::from_ref(&person), &[], &[]).await.expect("stored");
    let (mine, left) = (after(&mine, &todo::Event::TodoErased {}), after(&left, &todo::Event::TodoLeft { person: me.clone() }));
    views.put(&[mine.clone(), left.clone()]).await;
    let due = DueBounds { now: at(0), today: at(0), tomorrow: at(86_400) };
    assert_eq!(views.reader.counts(&me, &due).await.expect("counts"), Counts::default());
    assert_eq!(views.reader.naming(&me).await.expect("an answer"), Named::default());
    for completion in [Completion::Any, Completion::Deleted] {
        for search in [None, Some("spaghetti"), Some("spagetti")] {
            let query = TodoQuery { completion, search: search.map(str::to_owned), ..everything() };
            views.expect_set(&me, &query, &[], "the erased").await;
        }
    }
    assert_eq!(views.reader.todo(&me, mine.id).await.expect("an answer"), None);
    assert_eq!(views.reader.person(&me).await.expect("an answer"), person, "that is told");
    // Nobody else has lost anything.
    let query = TodoQuery { search: Some("spaghetti".into()), ..everything() };
    views.expect_set(&other, &query, &[&theirs], "another's").await;
    assert_eq!(views.reader.todo(&other, left.id).await.expect("an answer"), Some(left));
    // What comes again from before changes nothing.
    views.put(&todos).await;
    views.expect_set(&me, &everything(), &[], "what comes again").await;
    assert_eq!(views.store.rows(&[mine.id]).await.expect("rows"), [mine]);
}
