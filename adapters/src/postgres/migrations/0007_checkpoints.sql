-- Which heads each checkpoint covers: those that changed since the one before it. Its signed digest is over them, so whoever
-- changes one is found; and what is gone from the journal can be named.
CREATE TABLE journal_checkpoint_heads (
    aggregate_id text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    version bigint NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (aggregate_id, number)
);
CREATE TRIGGER checkpoint_heads_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_checkpoint_heads
    FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();
