//! How many there are, always as counting the rows one by one would say.

use std::collections::BTreeMap;

use domain::{TodoId, UserId};
use ports::{Counts, DueBounds, TodoRow};

use super::Views;
use crate::{
    samples::{at, due, fresh_list_id, fresh_user, row_with, tags},
    views::counts,
};

/// Around noon (UTC) of the first of June 2026, as UTC has it.
fn bounds() -> DueBounds {
    let instant = |text: &str| text.parse().expect("an instant");
    DueBounds { now: at(0), today: instant("2026-06-01T00:00:00Z"), tomorrow: instant("2026-06-02T00:00:00Z") }
}

/// And as other zones have it, at other times of their day: whoever counts by days of its own must meet each of these.
fn bounds_elsewhere() -> Vec<DueBounds> {
    let instant = |text: &str| text.parse().expect("an instant");
    [
        ("2026-06-01T00:00:00Z", "2026-05-31T10:00:00Z", "2026-06-01T10:00:00Z"),
        ("2026-06-01T12:00:00Z", "2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z"),
        ("2026-06-02T00:00:00.000001Z", "2026-06-01T22:00:00Z", "2026-06-02T22:00:00Z"),
        ("2026-06-30T23:59:59Z", "2026-06-30T14:00:00Z", "2026-07-01T14:00:00Z"),
        ("1969-12-31T23:30:00Z", "1969-12-31T12:00:00Z", "1970-01-01T12:00:00Z"),
    ]
    .map(|(now, today, tomorrow)| DueBounds { now: instant(now), today: instant(today), tomorrow: instant(tomorrow) })
    .into()
}

async fn seen(views: &Views, viewer: &UserId) -> Counts {
    views.reader.counts(viewer, &bounds()).await.expect("counts")
}

pub(super) async fn of_nothing_there_is_nothing(views: Views) {
    assert_eq!(seen(&views, &fresh_user()).await, Counts::default());
}

pub(super) async fn counts_are_those_of_the_rows(views: Views) {
    let (me, other) = (fresh_user(), fresh_user());
    let lists = [fresh_list_id(), fresh_list_id()];
    let dues = [
        None,
        Some("1969-12-31T23:00"),
        Some("2026-05-31"),
        Some("2026-06-01T11:59:59"),
        Some("2026-06-01"),
        Some("2026-06-02T00:00"),
        Some("2026-07-01"),
        Some("9999-12-31"),
    ];
    let mut rows: Vec<_> = (0..84_usize)
        .map(|number| {
            row_with(if number % 12 == 11 { &other } else { &me }, "counted", |row| {
                row.todo.due = dues[number % dues.len()].map(|local| due(local, "UTC"));
                row.todo.completed = number % 3 == 0;
                row.todo.deleted = number % 5 == 0;
                row.todo.list = if number % 4 == 0 { lists[0] } else { row.todo.list };
                row.todo.tags = tags([&["home", "öst \"1\""][..], &["home"], &[]][number % 3]);
            })
        })
        .collect();
    views.put(&rows[..40]).await;
    // Some again, some new.
    views.put(&rows[20..]).await;
    expect(&views, &rows, [&me, &other], "as they came").await;
    // Whatever changes is counted anew; what is older changes nothing.
    let old = rows.clone();
    for (number, row) in rows.iter_mut().enumerate() {
        row.version += 1;
        match number % 6 {
            0 => row.todo.completed = !row.todo.completed,
            1 => row.todo.deleted = !row.todo.deleted,
            2 => row.todo.list = lists[1],
            3 => row.todo.tags = tags(&["home", "garden"]),
            4 => row.todo.due = Some(due("2026-06-01T18:00", "UTC")),
            _ => {}
        }
    }
    // A todo that comes twice in a batch counts once.
    let twice: Vec<_> = old.iter().chain(&rows).cloned().collect();
    views.put(&twice).await;
    expect(&views, &rows, [&me, &other], "after changes").await;
    views.put(&old).await;
    expect(&views, &rows, [&me, &other], "after older rows").await;
    for row in &mut rows {
        row.version += 1;
        row.todo.deleted = true;
    }
    views.put(&rows).await;
    expect(&views, &rows, [&me, &other], "when all are in the trash").await;
    let counts = seen(&views, &me).await;
    assert_eq!((counts.lists, counts.tags, counts.deleted), (vec![], vec![], 77));
}

async fn expect(views: &Views, rows: &[TodoRow], viewers: [&UserId; 2], case: &str) {
    for viewer in viewers {
        let by_id: BTreeMap<TodoId, &TodoRow> = rows.iter().filter(|row| row.todo.owner == *viewer).map(|row| (row.id, row)).collect();
        for bounds in bounds_elsewhere().into_iter().chain([bounds()]) {
            let seen = views.reader.counts(viewer, &bounds).await.expect("counts");
            assert_eq!(seen, counts(by_id.values().copied(), &bounds), "{case}: {bounds:?}");
        }
    }
}

/// An answer has a bound, whatever somebody tags.
pub(super) async fn only_the_most_used_are_told(views: Views) {
    let me = fresh_user();
    let words: Vec<String> = (0..1050).map(|number| format!("tag {number:04}")).collect();
    let mut rows: Vec<_> = words
        .chunks(50)
        .map(|words| row_with(&me, "tagged", |row| row.todo.tags = tags(&words.iter().map(String::as_str).collect::<Vec<_>>())))
        .collect();
    rows.push(row_with(&me, "tagged", |row| row.todo.tags = tags(&["tag 1049"])));
    rows.push(row_with(&me, "done", |row| (row.todo.tags, row.todo.completed) = (tags(&["tag 1048"]), true)));
    views.put(&rows).await;
    let tags = seen(&views, &me).await.tags;
    assert_eq!(tags.len(), Counts::MOST);
    let first: Vec<_> = tags.iter().take(3).map(|(tag, count)| (tag.expose(), count.open, count.completed)).collect();
    assert_eq!(first, [("tag 1049", 2, 0), ("tag 1048", 1, 1), ("tag 0000", 1, 0)]);
}
