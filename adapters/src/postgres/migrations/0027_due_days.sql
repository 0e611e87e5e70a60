-- How many open todos are due on each day of UTC, kept up as the other counts are (kind `due`): what is overdue or upcoming is
-- summed by days, and only the days in which it begins or ends are counted row by row.
LOCK TABLE views.todos IN SHARE ROW EXCLUSIVE MODE;

-- The day of an instant in microseconds, with digits enough to sort as numbers do.
CREATE FUNCTION due_day(at bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT lpad(((at + 8640000000000000000) / 86400000000)::text, 9, '0')
$$;

CREATE FUNCTION todo_counted(list uuid, completed boolean, deleted boolean, todo jsonb, due_at bigint)
RETURNS TABLE (kind text, name text, open bigint, completed bigint)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN $3 THEN 'trash' ELSE 'all' END, '', (CASE WHEN $3 OR NOT $2 THEN 1 ELSE 0 END)::bigint, (CASE WHEN $2 AND NOT $3 THEN 1 ELSE 0 END)::bigint
    UNION ALL
    SELECT 'list', $1::text, (CASE WHEN $2 THEN 0 ELSE 1 END)::bigint, (CASE WHEN $2 THEN 1 ELSE 0 END)::bigint WHERE NOT $3
    UNION ALL
    SELECT 'tag', tag, (CASE WHEN $2 THEN 0 ELSE 1 END)::bigint, (CASE WHEN $2 THEN 1 ELSE 0 END)::bigint
    FROM jsonb_array_elements_text($4 -> 'tags') AS tags (tag) WHERE NOT $3
    UNION ALL
    SELECT 'due', due_day($5), 1::bigint, 0::bigint WHERE NOT $2 AND NOT $3 AND $5 < 9223372036854775807
$$;

CREATE OR REPLACE FUNCTION count_todos() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO todo_counts AS counts (owner, kind, name, open, completed)
        SELECT todo.owner, added.kind, added.name, sum(added.open), sum(added.completed)
        FROM after AS todo, todo_counted(todo.list, todo.completed, todo.deleted, todo.todo, todo.due_at) AS added
        GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        ON CONFLICT (owner, kind, name) DO UPDATE SET open = counts.open + excluded.open, completed = counts.completed + excluded.completed;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO todo_counts AS counts (owner, kind, name, open, completed)
        SELECT owner, kind, name, sum(open), sum(completed)
        FROM (
            SELECT todo.owner, added.kind, added.name, added.open, added.completed
            FROM after AS todo, todo_counted(todo.list, todo.completed, todo.deleted, todo.todo, todo.due_at) AS added
            UNION ALL
            SELECT todo.owner, gone.kind, gone.name, -gone.open, -gone.completed
            FROM before AS todo, todo_counted(todo.list, todo.completed, todo.deleted, todo.todo, todo.due_at) AS gone
        ) AS changes
        GROUP BY 1, 2, 3 HAVING sum(open) <> 0 OR sum(completed) <> 0 ORDER BY 1, 2, 3
        ON CONFLICT (owner, kind, name) DO UPDATE SET open = counts.open + excluded.open, completed = counts.completed + excluded.completed;
    ELSE
        INSERT INTO todo_counts AS counts (owner, kind, name, open, completed)
        SELECT todo.owner, gone.kind, gone.name, -sum(gone.open), -sum(gone.completed)
        FROM before AS todo, todo_counted(todo.list, todo.completed, todo.deleted, todo.todo, todo.due_at) AS gone
        GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        ON CONFLICT (owner, kind, name) DO UPDATE SET open = counts.open + excluded.open, completed = counts.completed + excluded.completed;
    END IF;
    RETURN NULL;
END
$$;
DROP FUNCTION todo_counted(uuid, boolean, boolean, jsonb);

-- What is there already.
INSERT INTO views.todo_counts (owner, kind, name, open, completed)
SELECT owner, 'due', due_day(due_at), count(*), 0 FROM views.todos
WHERE NOT deleted AND NOT completed AND due_at < 9223372036854775807
GROUP BY 1, 3;
