-- Everything that happened, append-only: the truth that views are made from.
--
-- One aggregate's events are chained by hash, version by version. A primary key of a partitioned table must hold the
-- partition's key, so it is journal_heads, written in the same transaction, that lets each version in only once.
CREATE TABLE journal (
    position bigint NOT NULL,
    aggregate_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    at timestamptz NOT NULL,
    event_id uuid NOT NULL,
    -- Whoever caused the aggregate's first event.
    owner text COLLATE "C" NOT NULL,
    record text NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (aggregate_id, version, at)
) PARTITION BY RANGE (at);
CREATE INDEX journal_by_position ON journal (position);
CREATE INDEX journal_by_owner ON journal (owner, position);

-- Where each chain ends.
CREATE TABLE journal_heads (
    aggregate_id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    hash bytea NOT NULL,
    owner text COLLATE "C" NOT NULL
);

-- The last position. Whoever appends holds this row until its transaction ends, so positions have no gaps and become
-- visible in order.
CREATE TABLE journal_position (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    position bigint NOT NULL
);
INSERT INTO journal_position (position) VALUES (0);

-- Signed statements of how all chains stood.
CREATE TABLE journal_checkpoints (
    number bigint PRIMARY KEY,
    at timestamptz NOT NULL,
    position bigint NOT NULL,
    aggregates bigint NOT NULL,
    digest bytea NOT NULL,
    previous bytea NOT NULL,
    signature bytea NOT NULL
);

-- Whoever owns the tables can undo this; that is what the hashes and the checkpoints are for.
CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER journal_rows_stay BEFORE UPDATE OR DELETE ON journal FOR EACH ROW EXECUTE FUNCTION journal_is_append_only();
CREATE TRIGGER journal_stays BEFORE TRUNCATE ON journal FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();
CREATE TRIGGER checkpoints_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();

-- Makes the partition of a month. The service may call it, but may make no tables of its own.
CREATE FUNCTION journal_partition(month timestamptz) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first timestamp := date_trunc('month', month AT TIME ZONE 'UTC');
BEGIN
    EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF journal FOR VALUES FROM (%L) TO (%L)',
        'journal_' || to_char(first, 'YYYY_MM'), first AT TIME ZONE 'UTC', (first + interval '1 month') AT TIME ZONE 'UTC');
END
$$;
