//! Which rows a query gives.

use domain::todo::Priority;
use ports::{Completion, TodoQuery};

use super::{Views, everything};
use crate::{
    samples::{at, due, fresh_list_id, fresh_user, row, row_with, tags, text},
    views::meets,
};

pub(super) async fn each_filter_alone(views: Views) {
    let me = fresh_user();
    let list = fresh_list_id();
    let plain = row(&me, "plain");
    let done = row_with(&me, "done", |row| {
        row.todo.completed = true;
        row.completed_at = Some(at(5));
    });
    let gone = row_with(&me, "gone", |row| row.todo.deleted = true);
    let done_and_gone = row_with(&me, "done and gone", |row| (row.todo.completed, row.todo.deleted) = (true, true));
    let listed = row_with(&me, "listed", |row| row.todo.list = list);
    let tagged = row_with(&me, "tagged", |row| row.todo.tags = tags(&["home", "garden"]));
    let half_tagged = row_with(&me, "half tagged", |row| row.todo.tags = tags(&["home"]));
    let urgent = row_with(&me, "urgent", |row| row.todo.priority = Some(Priority::Urgent));
    let low = row_with(&me, "low", |row| row.todo.priority = Some(Priority::Low));
    let all = [&plain, &done, &gone, &done_and_gone, &listed, &tagged, &half_tagged, &urgent, &low];
    views.put(&all.map(Clone::clone)).await;

    let present: Vec<_> = all.into_iter().filter(|row| !row.todo.deleted).collect();
    let open: Vec<_> = present.iter().copied().filter(|row| !row.todo.completed).collect();
    let state = |completion| TodoQuery { completion, ..everything() };
    views.expect_set(&me, &everything(), &present, "all but the trash").await;
    views.expect_set(&me, &state(Completion::Any), &present, "all but the trash").await;
    views.expect_set(&me, &state(Completion::Open), &open, "open").await;
    views.expect_set(&me, &state(Completion::Completed), &[&done], "completed").await;
    views.expect_set(&me, &state(Completion::Deleted), &[&gone, &done_and_gone], "the trash").await;
    assert!(views.reader.todo(&me, gone.id).await.expect("todo").is_some(), "one todo is shown deleted or not");

    views.expect_set(&me, &TodoQuery { list: Some(list), ..everything() }, &[&listed], "one list").await;
    views.expect_set(&me, &TodoQuery { list: Some(fresh_list_id()), ..everything() }, &[], "an empty list").await;
    let tagged_with = |words: &[&str]| TodoQuery { tags: words.iter().map(|word| text(word)).collect(), ..everything() };
    views.expect_set(&me, &tagged_with(&["home"]), &[&tagged, &half_tagged], "one tag").await;
    views.expect_set(&me, &tagged_with(&["home", "garden"]), &[&tagged], "each of two tags").await;
    views.expect_set(&me, &tagged_with(&["home", "home"]), &[&tagged, &half_tagged], "one tag twice").await;
    views.expect_set(&me, &tagged_with(&["home", "office"]), &[], "one tag of two is not enough").await;
    let priority = |priority| TodoQuery { priority: Some(priority), ..everything() };
    views.expect_set(&me, &priority(Priority::Urgent), &[&urgent], "one priority").await;
    views.expect_set(&me, &priority(Priority::Medium), &[], "no such priority").await;
}

pub(super) async fn due_filters_meet_instants_not_wall_clocks(views: Views) {
    let me = fresh_user();
    let due_at = |local: &str, zone: &str| row_with(&me, local, |row| row.todo.due = Some(due(local, zone)));
    // One wall clock, three instants: 12:00 in Auckland is midnight in London (UTC), 12:00 in New York 16:00.
    let east = due_at("2026-07-01T12:00", "Pacific/Auckland");
    let middle = due_at("2026-07-01T12:00", "UTC");
    let west = due_at("2026-07-01T12:00", "America/New_York");
    // A whole day is due in its last microsecond: the next one starts at 2026-07-01T22:00Z.
    let day = due_at("2026-07-01", "Europe/Berlin");
    let never = row(&me, "never due");
    views.put(&[&east, &middle, &west, &day, &never].map(Clone::clone)).await;
    let between = |from: Option<&str>, before: Option<&str>| TodoQuery {
        due_from: from.map(|at| at.parse().expect("an instant")),
        due_before: before.map(|at| at.parse().expect("an instant")),
        ..everything()
    };
    for (from, before, expected) in [
        (Some("2026-07-01T00:00:00Z"), None, vec![&east, &middle, &west, &day]),
        (Some("2026-07-01T00:00:00.001Z"), None, vec![&middle, &west, &day]),
        (Some("2026-07-01T21:59:59.999999Z"), None, vec![&day]),
        (Some("2026-07-01T22:00:00Z"), None, vec![]),
        // Berlin's first of July, and the day after.
        (Some("2026-06-30T22:00:00Z"), Some("2026-07-01T22:00:00Z"), vec![&east, &middle, &west, &day]),
        (Some("2026-07-01T22:00:00Z"), Some("2026-07-02T22:00:00Z"), vec![]),
        (None, Some("2026-07-01T12:00:00Z"), vec![&east]),
        (None, Some("2026-07-01T12:00:00.001Z"), vec![&east, &middle]),
        (Some("2026-07-01T12:00:00Z"), Some("2026-07-01T16:00:00Z"), vec![&middle]),
        (Some("2026-07-01T16:00:00Z"), Some("2026-07-01T12:00:00Z"), vec![]),
        (None, None, vec![&east, &middle, &west, &day, &never]),
    ] {
        views.expect_set(&me, &between(from, before), &expected, "due within").await;
    }
    let undated = TodoQuery { undated: true, ..everything() };
    views.expect_set(&me, &undated, &[&never], "never due").await;
    let impossible = TodoQuery { undated: true, ..between(None, Some("2026-07-01T12:00:00Z")) };
    views.expect_set(&me, &impossible, &[], "due and never due").await;
}

/// Every choice of each filter with every choice of all others, against the plain statement of what they mean.
pub(super) async fn filters_combine(views: Views) {
    let me = fresh_user();
    let list = fresh_list_id();
    let rows: Vec<_> = (0..96_u32)
        .map(|number| {
            let bit = |of: u32| number / of % 2 == 1;
            row_with(&me, if bit(1) { "water the plants" } else { "call the bank" }, |row| {
                row.todo.completed = bit(2);
                row.todo.deleted = number % 7 == 0;
                row.todo.tags = tags(if bit(4) { &["home", "green"] } else { &["home"] });
                row.todo.priority = bit(8).then_some(Priority::High);
                row.todo.due = bit(16).then(|| due(if bit(2) { "2026-07-01" } else { "2026-08-01T08:00" }, "Europe/Berlin"));
                if number % 3 == 0 {
                    row.todo.list = list;
                }
            })
        })
        .collect();
    views.put(&rows).await;
    let instant = |text: &str| Some(text.parse().expect("an instant"));
    for number in 0..4 * 64_u32 {
        let bit = |of: u32| number / of % 2 == 1;
        let query = TodoQuery {
            completion: [Completion::Any, Completion::Open, Completion::Completed, Completion::Deleted][number as usize % 4],
            list: bit(4).then_some(list),
            tags: if bit(8) { vec![text("green"), text("home")] } else { vec![] },
            priority: bit(16).then_some(Priority::High),
            due_from: if bit(32) { instant("2026-07-01T00:00:00Z") } else { None },
            due_before: if bit(64) { instant("2026-07-15T00:00:00Z") } else { None },
            undated: number % 5 == 4,
            search: bit(128).then(|| "wat pla".to_owned()),
            ..everything()
        };
        let expected: Vec<_> = rows.iter().filter(|row| meets(row, &query)).collect();
        views.expect_set(&me, &query, &expected, "filters together").await;
    }
}

pub(super) async fn a_tag_is_matched_whole(views: Views) {
    let me = fresh_user();
    let words = ["home", "Home", "homework", "at home", "home,garden", "home\"", "h%", "h_me", "{home}", "hömе"];
    let rows = words.map(|word| row_with(&me, "same", |row| row.todo.tags = tags(&[word])));
    views.put(&rows).await;
    for (word, row) in words.into_iter().zip(&rows) {
        let query = TodoQuery { tags: vec![text(word)], ..everything() };
        views.expect_set(&me, &query, &[row], &format!("the tag {word}")).await;
    }
}
