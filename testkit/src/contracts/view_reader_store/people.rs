//! What people keep that is no todo.

use std::time::Duration;

use domain::{PersonId, UserId, user::User};
use ports::PersonRow;

use super::Views;
use crate::samples::{fresh_user, row, text};

fn person(of: &UserId, version: u64, filters: &[(&str, &str)]) -> PersonRow {
    let filters = filters.iter().map(|(name, query)| (text(name), text(query))).collect();
    PersonRow { id: PersonId::of(of), version, user: User { filters, ..User::default() } }
}

pub(super) async fn what_people_keep_comes_back(views: Views) {
    let (me, other) = (fresh_user(), fresh_user());
    assert_eq!(views.reader.user(&me).await.expect("user"), User::default(), "nothing was kept yet");
    let put = async |people: &[PersonRow]| views.store.store_all(&[], people, &[], &[]).await.expect("stored");
    let first = person(&me, 1, &[("home", "tag=home"), ("'; DROP TABLE people; -- ü \"", "q=%22a%22&due=today")]);
    let theirs = person(&other, 7, &[]);
    put(&[first.clone(), theirs.clone()]).await;
    assert_eq!(views.reader.user(&me).await.expect("user"), first.user);
    assert_eq!(views.reader.user(&other).await.expect("user"), theirs.user);
    let mut rows = views.store.people(&[first.id, theirs.id, PersonId::of(&fresh_user())]).await.expect("people");
    rows.sort_by_key(|row| row.version);
    assert_eq!(rows, [first.clone(), theirs], "those that exist");
    // Only a higher version replaces it, in one batch as well.
    let (second, third) = (person(&me, 2, &[("second", "x")]), person(&me, 3, &[("third", "x")]));
    put(&[third.clone(), second]).await;
    put(std::slice::from_ref(&first)).await;
    put(&[person(&me, 3, &[])]).await;
    assert_eq!(views.store.people(&[first.id]).await.expect("people"), [third]);
}

pub(super) async fn people_are_waited_for_as_todos_are(views: Views) {
    let me = fresh_user();
    let (person, todo) = (person(&me, 2, &[("a", "b")]), row(&me, "beside"));
    let positions = [(person.id.to_string(), 2), (todo.id.to_string(), 1)];
    let (short, long) = (Duration::from_millis(150), Duration::from_secs(30));
    let write = async {
        assert!(!views.reader.wait_for(&positions, short).await.expect("an answer"));
        views.put(std::slice::from_ref(&todo)).await;
        assert!(!views.reader.wait_for(&positions, short).await.expect("an answer"), "the person is not shown yet");
        views.store.store_all(&[], std::slice::from_ref(&person), &[], &[]).await.expect("stored");
    };
    let wait = async { assert!(views.reader.wait_for(&positions, long).await.expect("an answer"), "it gave up on what came") };
    tokio::join!(wait, write);
    assert!(views.reader.wait_for(&positions, Duration::ZERO).await.expect("an answer"), "shown, without patience");
}
