use domain::{TodoId, UserId, todo::Priority};
use ports::TodoRow;
use testkit::samples::{at, due, order, row_with, tags};
use uuid::Uuid;

const WORDS: [&str; 16] = [
    "call", "write", "water", "plants", "bank", "garden", "invoice", "dentist", "report", "holiday", "milk", "window", "train", "letter",
    "budget", "phone",
];

/// Todo `number` of `owner`, always the same: in every second year of days something is due, tags and words are common or rare.
pub(crate) fn todo(owner: &UserId, number: usize) -> TodoRow {
    let word = |number: usize| WORDS[number.wrapping_mul(2_654_435_761) >> 7 & 15];
    let title = format!("{} the {} and {} number {number}", word(number), word(number * 3 + 1), word(number * 7 + 2));
    row_with(owner, &title, |row| {
        row.id = TodoId::new(Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{owner}/{number}").as_bytes()));
        row.created_at = at(number as i64);
        row.updated_at = at(number as i64);
        row.todo.order = number.is_multiple_of(2).then(|| order(number as f64));
        row.todo.completed = number.is_multiple_of(4);
        row.todo.deleted = number.is_multiple_of(50);
        row.todo.priority = [Some(Priority::Urgent), None, Some(Priority::Low), None][number / 4 % 4];
        if number.is_multiple_of(3) {
            let (month, day) = (number / 27 % 12 + 1, number / 3 % 28 + 1);
            row.todo.due = Some(due(&format!("2026-{month:02}-{day:02}"), "Europe/Berlin"));
        }
        row.todo.tags = tags(match number % 1000 {
            7 => &["rare"],
            rest if rest % 5 == 0 => &["home"],
            _ => &[],
        });
    })
}
