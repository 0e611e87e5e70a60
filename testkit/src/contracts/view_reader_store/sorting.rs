//! In which order rows come. Ties go by id, ascending whichever way the sort goes.

use domain::{TodoId, UserId, todo::Priority};
use ports::{Sort, TodoQuery, TodoRow};

use super::{Views, everything};
use crate::samples::{at, due, fresh_user, order, row_with};

fn by(sort: Sort) -> TodoQuery {
    TodoQuery { sort, ..everything() }
}

/// Rows that are created one after the other, each with its `change`; ids and storing have no part in the order.
fn rows<T: Copy, const N: usize>(me: &UserId, of: [T; N], change: impl Fn(&mut TodoRow, T)) -> [TodoRow; N] {
    of.map(|what| row_with(me, "same", |row| change(row, what)))
}

/// Stores `rows` the wrong way round and checks that they come back in the order given; `ties` are groups of positions, first and end,
/// that only the id tells apart.
async fn check<const N: usize>(views: &Views, me: &UserId, sort: Sort, mut rows: [TodoRow; N], ties: &[(usize, usize)]) {
    for &(first, end) in ties {
        let mut ids: Vec<TodoId> = rows[first..end].iter().map(|row| row.id).collect();
        ids.sort_unstable();
        for (row, id) in rows[first..end].iter_mut().zip(ids) {
            row.id = id;
        }
    }
    for row in rows.iter().rev() {
        views.put(std::slice::from_ref(row)).await;
    }
    let expected: Vec<_> = rows.iter().collect();
    views.expect_order(me, &by(sort), &expected, "sorted").await;
}

pub(super) async fn by_hand(views: Views) {
    let me = fresh_user();
    let places = [
        (Some(-9_007_199_254_740_992.0), 9),
        (Some(-1.5), 8),
        (Some(0.0), 7),
        (Some(0.1), 6),
        (Some(0.100_000_000_000_000_02), 5),
        (Some(2.0), 1),
        (Some(2.0), 2),
        (Some(10.0), 0),
        (None, 0),
        (None, 3),
        (None, 3),
        (None, 4),
    ];
    let rows = rows(&me, places, |row, (place, created)| {
        row.todo.order = place.map(order);
        row.created_at = at(created);
    });
    check(&views, &me, Sort::Order, rows, &[(9, 11)]).await;
    assert_eq!(TodoQuery::default().sort, Sort::Order, "by hand is what one gets without asking");
}

pub(super) async fn by_time(views: Views) {
    let me = fresh_user();
    let created = rows(&me, [-100_000_000_000, 1, 2, 2, 2, 10], |row, seconds| row.created_at = at(seconds));
    check(&views, &me, Sort::Created, created, &[(2, 5)]).await;
    let me = fresh_user();
    let updated = rows(&me, [10, 9, 2, 2, 2, -100_000_000_000], |row, seconds| row.updated_at = at(seconds));
    check(&views, &me, Sort::UpdatedDescending, updated, &[(2, 5)]).await;
}

pub(super) async fn by_due_instant(views: Views) {
    let me = fresh_user();
    let dues = [
        Some(("1969-12-31", "UTC")),
        Some(("2026-07-01T12:00", "Pacific/Auckland")),
        Some(("2026-07-01T09:00", "UTC")),
        Some(("2026-07-01T11:00", "Europe/Berlin")),
        Some(("2026-07-01T05:00", "America/New_York")),
        Some(("2026-07-01T09:00:00.5", "UTC")),
        // A whole day comes after all its times and before the next midnight.
        Some(("2026-07-01T23:59:59.999998", "UTC")),
        Some(("2026-07-01", "UTC")),
        Some(("2026-07-02T00:00", "UTC")),
        Some(("2026-07-02T00:00:01", "UTC")),
        None,
        None,
    ];
    let rows = rows(&me, dues, |row, at| row.todo.due = at.map(|(local, zone)| due(local, zone)));
    check(&views, &me, Sort::Due, rows, &[(2, 5), (10, 12)]).await;
}

pub(super) async fn by_priority(views: Views) {
    let me = fresh_user();
    use Priority::{High, Low, Medium, Urgent};
    let rows = rows(&me, [Some(Urgent), Some(Urgent), Some(High), Some(Medium), Some(Low), Some(Low), None, None], |row, priority| {
        row.todo.priority = priority;
    });
    check(&views, &me, Sort::PriorityDescending, rows, &[(0, 2), (4, 6), (6, 8)]).await;
}

/// Nothing here depends on a language's own alphabet, only on that case does not count, in any script.
pub(super) async fn by_title(views: Views) {
    let me = fresh_user();
    let titles = ["apple", "APPLE", "Apple", "apple pie", "Banana", "cherry", "ÄPFEL A", "äpfel b", "Äpfel C", "жук", "ЖУК", "жуки"];
    let rows = rows(&me, titles, |row, title| row.todo.title = crate::samples::text(title));
    check(&views, &me, Sort::Title, rows, &[(0, 3), (9, 11)]).await;
}
