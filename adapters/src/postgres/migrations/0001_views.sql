-- What people see. Made from the feed, and can be made again.
--
-- Sorting is by indexes, each with the id at its end. place, due_at and priority have a value beyond all others where
-- there is none: comparisons need no null. Instants are microseconds since 1970 (updated_desc: before it).
CREATE TABLE todos (
    id uuid PRIMARY KEY,
    version bigint NOT NULL,
    owner text COLLATE "C" NOT NULL,
    list uuid NOT NULL,
    completed boolean NOT NULL,
    deleted boolean NOT NULL,
    place double precision NOT NULL,
    created_at bigint NOT NULL,
    updated_desc bigint NOT NULL,
    due_at bigint NOT NULL,
    priority smallint NOT NULL,
    title text COLLATE "C" NOT NULL,
    completed_at bigint,
    terms tsvector NOT NULL,
    todo jsonb NOT NULL
);
CREATE INDEX todos_by_place ON todos (owner, deleted, place, created_at, id);
CREATE INDEX todos_by_created ON todos (owner, deleted, created_at, id);
CREATE INDEX todos_by_updated ON todos (owner, deleted, updated_desc, id);
CREATE INDEX todos_by_due ON todos (owner, deleted, due_at, id);
CREATE INDEX todos_by_priority ON todos (owner, deleted, priority, id);
CREATE INDEX todos_by_title ON todos (owner, deleted, title, id);
CREATE INDEX todos_by_list ON todos (owner, list, deleted, place, created_at, id);
CREATE INDEX todos_by_terms ON todos USING gin (terms);

-- Where each projection goes on in each partition of the feed.
CREATE TABLE feed_offsets (
    projection text NOT NULL,
    partition integer NOT NULL,
    next bigint NOT NULL,
    PRIMARY KEY (projection, partition)
);
