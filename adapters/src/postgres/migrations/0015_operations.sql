-- Sagas as people and operators see them, made from the feed. Instants are microseconds since 1970, as in todos.
CREATE TABLE operations (
    id uuid PRIMARY KEY,
    version bigint NOT NULL,
    owner text COLLATE "C" NOT NULL,
    status text NOT NULL,
    started_at bigint NOT NULL,
    saga jsonb NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX operations_by_owner ON operations (owner, started_at DESC, id DESC);
CREATE INDEX operations_by_begin ON operations (started_at DESC, id DESC);
CREATE INDEX operations_parked ON operations (started_at) WHERE status = 'parked';
