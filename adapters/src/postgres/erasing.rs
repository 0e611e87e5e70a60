//! What the views know of an erased person beside rows: words, and names in counts.

use ports::{PersonRow, TodoRow};
use sqlx::PgConnection;
use uuid::Uuid;

/// A batch that erases something.
#[derive(Debug)]
pub(super) struct Erasing {
    todos: Vec<Uuid>,
    person: bool,
}

impl Erasing {
    /// Whether there is something of it in a batch.
    pub(super) fn in_batch(rows: &[TodoRow], people: &[PersonRow]) -> Option<Self> {
        let todos: Vec<_> = rows.iter().filter(|row| row.todo.is_erased()).map(|row| row.id.uuid()).collect();
        let person = people.iter().any(|row| row.user.erasure.is_some_and(|erasure| erasure.over));
        (person || !todos.is_empty()).then_some(Self { todos, person })
    }

    /// The parts of the views that the todos are still in: they are told before the rows are written.
    pub(super) async fn parts(&self, connection: &mut PgConnection) -> sqlx::Result<Vec<String>> {
        sqlx::query_scalar("SELECT DISTINCT owner FROM todos WHERE id = ANY($1)").bind(&self.todos).fetch_all(connection).await
    }

    /// Forgets the words of those of `parts` in which there is nothing any more, and the lists and tags of which nothing is counted.
    ///
    /// By each todo, since the events of different aggregates come in any order: the last one leaves nothing behind. And by the
    /// person, for words of parts that were empty before.
    pub(super) async fn forget(&self, connection: &mut PgConnection, parts: &[String]) -> sqlx::Result<()> {
        const COUNTS: &str = "DELETE FROM todo_counts WHERE owner = ANY($1) AND open = 0 AND completed = 0";
        const WORDS: &str = "DELETE FROM todo_words AS words WHERE owner = ANY($1)
            AND NOT EXISTS (SELECT FROM todos WHERE todos.owner = words.owner)";
        const ALL_COUNTS: &str = "DELETE FROM todo_counts WHERE open = 0 AND completed = 0";
        const ALL_WORDS: &str = "DELETE FROM todo_words AS words WHERE NOT EXISTS (SELECT FROM todos WHERE todos.owner = words.owner)";
        for forget in [COUNTS, WORDS] {
            sqlx::query(forget).bind(parts).execute(&mut *connection).await?;
        }
        if self.person {
            for forget in [ALL_COUNTS, ALL_WORDS] {
                sqlx::query(forget).execute(&mut *connection).await?;
            }
        }
        Ok(())
    }
}
