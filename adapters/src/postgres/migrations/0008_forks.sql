-- Two events with one version: nothing is made of the aggregate's later events until a person lets it go on.
CREATE TABLE journal_forks (
    aggregate_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    kept uuid NOT NULL,
    other uuid NOT NULL,
    at timestamptz NOT NULL,
    released_at timestamptz,
    PRIMARY KEY (aggregate_id, version, other)
);
