-- What is counted about todos: facts, from which days are made when somebody asks. No private text. Made from the feed, and
-- can be made again. In a schema of its own, so that a new generation can be built beside it and take its place.
--
-- Instants are microseconds since 1970, as in todos.
CREATE SCHEMA analytics;

CREATE TABLE analytics.todos (
    id uuid PRIMARY KEY,
    version bigint NOT NULL,
    owner text COLLATE "C" NOT NULL,
    list uuid NOT NULL,
    created_at bigint NOT NULL,
    created_list uuid NOT NULL,
    completed_at bigint,
    completed_list uuid,
    lead_time bigint,
    deleted boolean NOT NULL,
    due_at bigint,
    overdue_since bigint
    -- Most changes touch no index: room for them on the same page.
) WITH (fillfactor = 80);
CREATE INDEX todos_by_creation ON analytics.todos (owner, created_at, created_list);
CREATE INDEX todos_by_completion ON analytics.todos (owner, completed_at, completed_list, lead_time) WHERE completed_at IS NOT NULL;
CREATE INDEX todos_overdue ON analytics.todos (owner, overdue_since, list) WHERE overdue_since IS NOT NULL;

-- Times of being overdue that an event ended: todo and version name the event.
CREATE TABLE analytics.past_overdue (
    id uuid NOT NULL,
    version bigint NOT NULL,
    owner text COLLATE "C" NOT NULL,
    list uuid NOT NULL,
    since bigint NOT NULL,
    until bigint NOT NULL,
    PRIMARY KEY (id, version)
);
CREATE INDEX past_overdue_by_end ON analytics.past_overdue (owner, until, since, list);
