-- How much each person has, kept up by every write, so that asking costs as much as there are lists and tags, not todos.
CREATE TABLE todo_counts (
    owner text COLLATE "C" NOT NULL,
    -- all, trash (in `open`), list, tag.
    kind text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    open bigint NOT NULL,
    completed bigint NOT NULL,
    PRIMARY KEY (owner, kind, name)
) WITH (fillfactor = 50);

-- What one todo adds to which counts.
CREATE FUNCTION todo_counted(list uuid, completed boolean, deleted boolean, todo jsonb)
RETURNS TABLE (kind text, name text, open bigint, completed bigint)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN $3 THEN 'trash' ELSE 'all' END, '', (CASE WHEN $3 OR NOT $2 THEN 1 ELSE 0 END)::bigint, (CASE WHEN $2 AND NOT $3 THEN 1 ELSE 0 END)::bigint
    UNION ALL
    SELECT 'list', $1::text, (CASE WHEN $2 THEN 0 ELSE 1 END)::bigint, (CASE WHEN $2 THEN 1 ELSE 0 END)::bigint WHERE NOT $3
    UNION ALL
    SELECT 'tag', tag, (CASE WHEN $2 THEN 0 ELSE 1 END)::bigint, (CASE WHEN $2 THEN 1 ELSE 0 END)::bigint
    FROM jsonb_array_elements_text($4 -> 'tags') AS tags (tag) WHERE NOT $3
$$;

-- By triggers on whole statements: whoever writes, and however writers meet, rows and counts agree.
CREATE FUNCTION count_todos() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO todo_counts AS counts (owner, kind, name, open, completed)
        SELECT todo.owner, added.kind, added.name, sum(added.open), sum(added.completed)
        FROM after AS todo, todo_counted(todo.list, todo.completed, todo.deleted, todo.todo) AS added
        GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        ON CONFLICT (owner, kind, name) DO UPDATE SET open = counts.open + excluded.open, completed = counts.completed + excluded.completed;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO todo_counts AS counts (owner, kind, name, open, completed)
        SELECT owner, kind, name, sum(open), sum(completed)
        FROM (
            SELECT todo.owner, added.kind, added.name, added.open, added.completed
            FROM after AS todo, todo_counted(todo.list, todo.completed, todo.deleted, todo.todo) AS added
            UNION ALL
            SELECT todo.owner, gone.kind, gone.name, -gone.open, -gone.completed
            FROM before AS todo, todo_counted(todo.list, todo.completed, todo.deleted, todo.todo) AS gone
        ) AS changes
        GROUP BY 1, 2, 3 HAVING sum(open) <> 0 OR sum(completed) <> 0 ORDER BY 1, 2, 3
        ON CONFLICT (owner, kind, name) DO UPDATE SET open = counts.open + excluded.open, completed = counts.completed + excluded.completed;
    ELSE
        INSERT INTO todo_counts AS counts (owner, kind, name, open, completed)
        SELECT todo.owner, gone.kind, gone.name, -sum(gone.open), -sum(gone.completed)
        FROM before AS todo, todo_counted(todo.list, todo.completed, todo.deleted, todo.todo) AS gone
        GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        ON CONFLICT (owner, kind, name) DO UPDATE SET open = counts.open + excluded.open, completed = counts.completed + excluded.completed;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER todos_counted_in AFTER INSERT ON todos REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION count_todos();
CREATE TRIGGER todos_counted_anew AFTER UPDATE ON todos REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION count_todos();
CREATE TRIGGER todos_counted_out AFTER DELETE ON todos REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION count_todos();

-- What is there already.
INSERT INTO todo_counts (owner, kind, name, open, completed)
SELECT todos.owner, added.kind, added.name, sum(added.open), sum(added.completed)
FROM todos, todo_counted(todos.list, todos.completed, todos.deleted, todos.todo) AS added
GROUP BY 1, 2, 3;

-- What is due is counted from the index alone.
DROP INDEX todos_by_due;
CREATE INDEX todos_by_due ON todos (owner, deleted, due_at, id) INCLUDE (completed);
