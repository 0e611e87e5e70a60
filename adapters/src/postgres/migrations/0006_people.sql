-- What people keep that is no todo: their saved filters.
CREATE TABLE people (
    id uuid PRIMARY KEY,
    version bigint NOT NULL,
    person jsonb NOT NULL
);
