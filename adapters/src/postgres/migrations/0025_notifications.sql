-- What people were told, made from the feed by the projection `notices`. Instants are microseconds since 1970, as in todos.
CREATE TABLE notifications (
    id uuid PRIMARY KEY,
    version bigint NOT NULL,
    owner text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    notification jsonb NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX notifications_by_owner ON notifications (owner, at DESC, id DESC);
-- What is old is forgotten.
CREATE INDEX notifications_by_age ON notifications (at);
