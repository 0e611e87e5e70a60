//! Lists with members: who sees what is in them, always as the plainest views would say.

use std::{collections::BTreeMap, time::Duration};

use domain::{
    ListId, Role, UserId,
    list::{Invitation, TodoList},
};
use ports::{Completion, DueBounds, ListRow, Sort, TodoQuery, TodoRow, ViewReader, ViewStore};
use uuid::Uuid;

use super::{Views, everything};
use crate::{
    MemoryViews,
    samples::{at, due, fresh_user, order, row, row_with, tags, text},
};

pub(super) fn list(owner: &UserId, version: u64, members: &[(&UserId, Role)]) -> ListRow {
    let members = members.iter().map(|(user, role)| ((*user).clone(), *role)).collect();
    let list = TodoList {
        name: text("shared"),
        description: None,
        owner: owner.clone(),
        members,
        invitations: BTreeMap::new(),
        archived: false,
        deleted: false,
        deleted_with: None,
    };
    ListRow { id: ListId::with_members(Uuid::now_v7()), version, list }
}

fn todo(owner: &UserId, list: &ListRow, number: u8, change: impl FnOnce(&mut TodoRow)) -> TodoRow {
    row_with(owner, &format!("thing {number}"), |row| {
        row.todo.list = list.id;
        row.created_at = at(number.into());
        change(row);
    })
}

async fn put(views: &Views, lists: &[ListRow]) {
    views.store.store_all(&[], &[], lists, &[]).await.expect("stored");
}

pub(super) async fn lists_come_back_to_those_who_may_know(views: Views) {
    let (ana, ben, cyn) = (fresh_user(), fresh_user(), fresh_user());
    let of = async |who: &UserId| views.reader.lists(who).await.expect("lists");
    let (mut first, second) = (list(&ana, 1, &[]), list(&ana, 3, &[(&ben, Role::Viewer)]));
    put(&views, &[first.clone(), second.clone()]).await;
    let mut both = vec![first.clone(), second.clone()];
    both.sort_by_key(|row| row.id);
    assert_eq!((of(&ana).await, of(&ben).await, of(&cyn).await), (both, vec![second.clone()], vec![]));
    // Only a higher version replaces a row, in one batch as well, and its members with it.
    let (mut middle, mut last) = (list(&ana, 4, &[(&cyn, Role::Editor)]), list(&ana, 5, &[(&ben, Role::Editor)]));
    (middle.id, last.id) = (second.id, second.id);
    put(&views, &[last.clone(), middle]).await;
    put(&views, &[second]).await;
    assert_eq!((of(&ben).await, of(&cyn).await), (vec![last.clone()], vec![]));
    assert_eq!(views.store.list_rows(&[last.id, ListId::with_members(Uuid::now_v7())]).await.expect("rows"), [last.clone()]);
    // Of one in the trash its owner alone knows.
    (last.version, last.list.deleted) = (6, true);
    (first.version, first.list.archived) = (2, true);
    put(&views, &[last.clone(), first.clone()]).await;
    assert_eq!(of(&ben).await, []);
    assert!(of(&ana).await.contains(&last) && of(&ana).await.contains(&first));
}

pub(super) async fn invitations_are_shown_to_whom_they_are_for(views: Views) {
    let (ana, ben, cyn) = (fresh_user(), fresh_user(), fresh_user());
    let of = async |who: &UserId| views.reader.invitations(who).await.expect("invitations");
    let (mut first, second) = (list(&ana, 1, &[]), list(&ana, 1, &[]));
    let invitation = Invitation { role: Role::Editor, invited_by: ana.clone(), expires: at(60) };
    first.list.invitations.insert(ben.clone(), invitation.clone());
    put(&views, &[first.clone(), second]).await;
    assert_eq!((of(&ana).await, of(&ben).await, of(&cyn).await), (vec![], vec![first.clone()], vec![]));
    // Whoever is invited is not in it.
    assert_eq!(views.reader.lists(&ben).await.expect("lists"), []);
    let inside = todo(&ana, &first, 1, |_| ());
    views.store.store(std::slice::from_ref(&inside), &[]).await.expect("stored");
    assert_eq!(views.reader.todo(&ben, inside.id).await.expect("an answer"), None);
    // Somebody else is invited instead, the list goes into the trash, and comes out of it.
    first.version = 2;
    first.list.invitations = [(cyn.clone(), invitation)].into();
    put(&views, std::slice::from_ref(&first)).await;
    assert_eq!((of(&ben).await, of(&cyn).await), (vec![], vec![first.clone()]));
    (first.version, first.list.deleted) = (3, true);
    put(&views, std::slice::from_ref(&first)).await;
    assert_eq!(of(&cyn).await, []);
    (first.version, first.list.deleted) = (4, false);
    put(&views, std::slice::from_ref(&first)).await;
    assert_eq!(of(&cyn).await, [first]);
}

pub(super) async fn what_is_in_a_list_is_seen_by_its_members_alone(views: Views) {
    let people = [fresh_user(), fresh_user(), fresh_user()];
    let [ana, ben, cyn] = &people;
    let model = MemoryViews::default();
    let mut lists = [list(ana, 1, &[(ben, Role::Viewer)]), list(ben, 1, &[(ana, Role::Editor), (cyn, Role::Viewer)]), list(ana, 1, &[])];
    let mut rows = vec![row(ana, "ana's own"), row(ben, "ben's own")];
    for number in 0..24_u8 {
        let maker = &people[usize::from(number) % 3];
        rows.push(todo(maker, &lists[usize::from(number) / 2 % 3], number, |row| {
            row.todo.order = (number % 4 > 0).then(|| order(f64::from(number % 5)));
            row.todo.completed = number % 5 == 0;
            row.todo.deleted = number % 7 == 0;
            row.todo.due = (number % 2 == 0).then(|| due(&format!("2026-06-{:02}", 1 + number), "UTC"));
            row.todo.tags = tags(if number % 3 == 0 { &["garden"] } else { &[] });
        }));
    }
    let both = async |lists: &[ListRow], rows: &[TodoRow]| {
        views.store.store_all(rows, &[], lists, &[]).await.expect("stored");
        model.store_all(rows, &[], lists, &[]).await.expect("stored");
    };
    both(&lists, &rows).await;
    agree(&views, &model, &people, &lists, &rows).await;
    // Somebody goes, somebody comes, one list goes into the trash, and a todo to another list.
    (lists[0].version, lists[0].list.members) = (2, [(cyn.clone(), Role::Editor)].into());
    (lists[1].version, lists[1].list.deleted) = (2, true);
    rows[2].version += 1;
    rows[2].todo.list = lists[2].id;
    rows[0].version += 1;
    rows[0].todo.list = lists[0].id;
    both(&lists, &rows).await;
    agree(&views, &model, &people, &lists, &rows).await;
    // And out of it again.
    (lists[1].version, lists[1].list.deleted) = (3, false);
    both(&lists, &[]).await;
    agree(&views, &model, &people, &lists, &rows).await;
}

/// Whatever anybody asks, `views` answers as `model` does.
async fn agree(views: &Views, model: &MemoryViews, people: &[UserId], lists: &[ListRow], rows: &[TodoRow]) {
    let instant = |text: &str| text.parse().expect("an instant");
    let bounds = DueBounds { now: at(0), today: instant("2026-06-05T00:00:00Z"), tomorrow: instant("2026-06-06T00:00:00Z") };
    let mut queries = vec![everything()];
    let sorts = [Sort::Order, Sort::Created, Sort::UpdatedDescending, Sort::Due, Sort::PriorityDescending, Sort::Title];
    queries.extend(sorts.map(|sort| TodoQuery { sort, ..everything() }));
    let states = [Completion::Open, Completion::Completed, Completion::Deleted];
    queries.extend(states.map(|completion| TodoQuery { completion, ..everything() }));
    queries.extend(lists.iter().map(|row| TodoQuery { list: Some(row.id), ..everything() }));
    queries.push(TodoQuery { search: Some("thing 1".into()), ..everything() });
    queries.push(TodoQuery { tags: vec![text("garden")], sort: Sort::Due, ..everything() });
    for viewer in people {
        for query in &queries {
            let query = &TodoQuery { limit: 3, ..query.clone() };
            assert_eq!(pages(&*views.reader, viewer, query).await, pages(model, viewer, query).await, "{viewer} asks {query:?}");
        }
        let (seen, expected) = (views.reader.counts(viewer, &bounds).await, model.counts(viewer, &bounds).await);
        assert_eq!(seen.expect("counts"), expected.expect("counts"), "{viewer}");
        for row in rows {
            let (seen, expected) = (views.reader.todo(viewer, row.id).await, model.todo(viewer, row.id).await);
            assert_eq!(seen.expect("a row"), expected.expect("a row"), "{viewer}");
            let (seen, expected) = (views.reader.sees(viewer, row.id).await, model.sees(viewer, row.id).await);
            assert_eq!(seen.expect("an answer"), expected.expect("an answer"), "{viewer}");
        }
    }
    for list in lists {
        let (size, expected) = (views.reader.list_size(list.id).await, model.list_size(list.id).await);
        assert_eq!(size.expect("a size"), expected.expect("a size"));
    }
    assert_eq!(views.reader.sees(&people[0], crate::samples::fresh_todo_id()).await.expect("an answer"), None);
}

/// All that a query gives, in pages of its limit.
pub(super) async fn pages(reader: &dyn ViewReader, viewer: &UserId, query: &TodoQuery) -> Vec<TodoRow> {
    let (mut query, mut rows) = (query.clone(), vec![]);
    loop {
        let page = reader.todos(viewer, &query).await.expect("views answer");
        rows.extend(page.rows);
        match page.next {
            Some(next) => query.after = Some(next),
            None => return rows,
        }
    }
}

pub(super) async fn lists_are_waited_for_as_todos_are(views: Views) {
    let list = list(&fresh_user(), 2, &[]);
    let positions = [(list.id.to_string(), 2)];
    let (short, long) = (Duration::from_millis(150), Duration::from_secs(30));
    let write = async {
        assert!(!views.reader.wait_for(&positions, short).await.expect("an answer"));
        put(&views, std::slice::from_ref(&list)).await;
    };
    let wait = async { assert!(views.reader.wait_for(&positions, long).await.expect("an answer"), "it gave up on what came") };
    tokio::join!(wait, write);
    assert!(views.reader.wait_for(&positions, Duration::ZERO).await.expect("an answer"), "shown, without patience");
}
