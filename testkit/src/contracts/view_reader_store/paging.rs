//! Page by page: no row twice, none left out.

use domain::{UserId, todo::Priority};
use ports::{Sort, TodoQuery, TodoRow, ViewsError};

use super::Views;
use crate::{
    samples::{at, due, fresh_user, order, row, row_with},
    views::compare,
};

const SORTS: [Sort; 6] = [Sort::Order, Sort::Created, Sort::UpdatedDescending, Sort::Due, Sort::PriorityDescending, Sort::Title];

/// Rows with ties and gaps in whatever they are sorted by.
fn varied(me: &UserId) -> Vec<TodoRow> {
    (0..30_i32)
        .map(|number| {
            row_with(me, ["same", "SAME", "other"][number as usize % 3], |row| {
                row.todo.order = (number % 4 > 0).then(|| order(f64::from(number % 4) / 3.0));
                row.todo.priority = [None, Some(Priority::High), Some(Priority::Low)][number as usize % 3];
                let day = format!("2026-07-{:02}", 1 + number % 5);
                row.todo.due = (number % 5 > 0).then(|| due(&day, "Europe/Berlin"));
                row.created_at = at(i64::from(number / 7));
                row.updated_at = at(i64::from(number / 6));
            })
        })
        .collect()
}

pub(super) async fn every_sort_gives_each_row_once(views: Views) {
    let me = fresh_user();
    let mut rows = varied(&me);
    views.put(&rows).await;
    views.put(&[row(&fresh_user(), "a stranger's, between ours")]).await;
    for sort in SORTS {
        rows.sort_by(|left, right| compare(sort, left, right));
        // 30 rows: pages of one, pages that do not come out even, pages that do, one page exactly, one with room.
        for limit in [1, 7, 10, 30, 31] {
            let mut query = TodoQuery { sort, limit, ..TodoQuery::default() };
            let mut seen = Vec::new();
            for page_number in 1.. {
                let page = views.reader.todos(&me, &query).await.expect("a page");
                let left = rows.len() - seen.len();
                assert_eq!(page.rows.len(), limit.min(left), "rows on page {page_number} of {sort:?} by {limit}");
                assert_eq!(page.next.is_some(), left > limit, "a next page after page {page_number} of {sort:?} by {limit}");
                seen.extend(page.rows);
                query.after = page.next;
                if query.after.is_none() {
                    break;
                }
            }
            let ids = |rows: &[TodoRow]| rows.iter().map(|row| row.id).collect::<Vec<_>>();
            assert_eq!(ids(&seen), ids(&rows), "{sort:?} by {limit}");
        }
    }
}

/// A page begins where the one before ended, whatever happened since: rows before it came, rows went, the last row
/// itself went.
pub(super) async fn paging_survives_changes(views: Views) {
    for sort in SORTS {
        let me = fresh_user();
        let mut rows = varied(&me);
        rows.sort_by(|left, right| compare(sort, left, right));
        // What is held back sorts before the end of the first page and comes only once that was read.
        let late = rows.remove(2);
        views.put(&rows).await;
        let mut query = TodoQuery { sort, limit: 10, ..TodoQuery::default() };
        let first = views.reader.todos(&me, &query).await.expect("a page");
        let mut gone = first.rows.last().cloned().expect("ten rows");
        gone.version += 1;
        gone.todo.deleted = true;
        views.put(&[late, gone]).await;
        (query.after, query.limit) = (first.next, 100);
        let rest = views.reader.todos(&me, &query).await.expect("a page");
        let ids = |rows: &[TodoRow]| rows.iter().map(|row| row.id).collect::<Vec<_>>();
        assert_eq!(ids(&rest.rows), ids(&rows[10..]), "{sort:?} after changes");
    }
}

pub(super) async fn a_foreign_or_damaged_cursor_is_refused(views: Views) {
    let me = fresh_user();
    views.put(&varied(&me)).await;
    for sort in SORTS {
        let mut query = TodoQuery { sort, limit: 5, ..TodoQuery::default() };
        let cursor = views.reader.todos(&me, &query).await.expect("a page").next.expect("a next page");
        for other in SORTS.into_iter().filter(|other| *other != sort) {
            (query.sort, query.after) = (other, Some(cursor.clone()));
            let answer = views.reader.todos(&me, &query).await;
            assert!(matches!(answer, Err(ViewsError::BadCursor)), "{other:?} took a cursor of {sort:?}");
        }
        query.sort = sort;
        let cut = cursor.chars().take(cursor.chars().count() / 2).collect::<String>();
        for damaged in ["", "x", "-1", "99999999999999999999", "'; --", "%00", "{}", "AAAA", "äöü\u{0}", &cut, &format!("{cursor}!")] {
            query.after = Some(damaged.to_owned());
            let answer = views.reader.todos(&me, &query).await;
            assert!(matches!(answer, Err(ViewsError::BadCursor)), "{sort:?} took the damaged cursor {damaged:?}");
        }
    }
}
