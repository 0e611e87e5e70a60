-- A whole day is due in its last microsecond, so that it lies within its own day and not at the start of the next.
UPDATE todos SET due_at = due_at - 1 WHERE due_at < 9223372036854775807 AND length(todo #>> '{due,local}') = 10;
