//! Somebody who has so many todos that a store must choose how it looks for some of them.

use domain::{Role, todo::Priority};
use ports::{Completion, Sort, TodoQuery, TodoRow, ViewStore};

use super::{
    Views,
    lists::{list, pages},
};
use crate::{
    samples::{at, due, fresh_user, row_with, tags, text},
    views::MemoryViews,
};

/// Words by how often they come, and where: each is a case of its own for who walks along an order or asks an index.
fn words(number: u32) -> String {
    let mut words = vec![if number.is_multiple_of(2) { "even" } else { "odd" }];
    let mut add = |word, there| words.extend(Some(word).filter(|_| there));
    add("third", number.is_multiple_of(3));
    add("fortieth", number.is_multiple_of(40));
    add("early", number < 20);
    // Enough at the beginning to guess that there were enough for a page.
    add("mostlyearly", !(45..=2_900).contains(&number));
    add("late", number > 2_950);
    add("once", number == 1_234);
    words.join(" ")
}

pub(super) async fn whatever_is_searched_for_is_found_among_many(views: Views) {
    let (me, other) = (fresh_user(), fresh_user());
    let shared = list(&other, 1, &[(&me, Role::Viewer)]);
    let mut nth = 0;
    let rows: Vec<TodoRow> = (0..3_000_u32)
        .map(|number| {
            let (deleted, shared_there) = (number % 50 == 49, number % 100 == 1);
            nth += u32::from(!deleted && !shared_there);
            // So that the 512th row has it, at which a walk may end.
            let words = words(number) + if nth % 12 == 512 % 12 { " twelfth" } else { "" };
            row_with(&me, &words, |row| {
                row.created_at = at(i64::from(number));
                // Another order altogether.
                row.updated_at = at(i64::from(number.wrapping_mul(2_654_435_761) >> 8));
                row.todo.completed = number % 4 == 0;
                row.todo.deleted = deleted;
                row.todo.priority = (number % 8 == 0).then_some(Priority::High);
                row.todo.due = (number % 3 == 0).then(|| due(&format!("2026-06-{:02}", number % 30 + 1), "UTC"));
                row.todo.tags = tags(if number % 600 == 7 { &["rare tag"] } else { &[] });
                if shared_there {
                    row.todo.list = shared.id;
                }
            })
        })
        .collect();
    let model = MemoryViews::default();
    for store in [&*views.store, &model as &dyn ViewStore] {
        store.store_all(&rows, &[], std::slice::from_ref(&shared), &[]).await.expect("stored");
    }
    let by = |sort| TodoQuery { sort, limit: 50, ..TodoQuery::default() };
    let mut queries = vec![];
    for sort in [Sort::Created, Sort::UpdatedDescending, Sort::Due] {
        for search in
            ["even", "twelfth", "fortieth", "mostlyearly", "late", "once", "odd fortieth", "even third late", "even once", "nothing"]
        {
            queries.push(TodoQuery { search: Some(search.to_owned()), ..by(sort) });
        }
        let open = TodoQuery { completion: Completion::Open, search: Some("third mostly".to_owned()), ..by(sort) };
        let june = TodoQuery {
            due_from: Some("2026-06-10T00:00:00Z".parse().expect("an instant")),
            due_before: Some("2026-06-12T00:00:00Z".parse().expect("an instant")),
            ..by(sort)
        };
        queries.extend([
            open,
            TodoQuery { tags: vec![text("rare tag")], ..by(sort) },
            TodoQuery { search: Some("early".to_owned()), priority: Some(Priority::High), ..by(sort) },
            TodoQuery { search: Some("third".to_owned()), ..june.clone() },
            // No words: what is left out is known to the order's index.
            TodoQuery { completion: Completion::Completed, priority: Some(Priority::High), ..by(sort) },
            TodoQuery { undated: true, completion: Completion::Open, ..by(sort) },
            june,
        ]);
    }
    for query in &queries {
        let (seen, expected) = (pages(&*views.reader, &me, query).await, pages(&model, &me, query).await);
        let numbers = |rows: &[TodoRow]| rows.iter().map(|row| row.created_at.as_second()).collect::<Vec<_>>();
        assert_eq!(numbers(&seen), numbers(&expected), "{query:?}");
        assert_eq!(seen, expected, "{query:?}");
    }
}
