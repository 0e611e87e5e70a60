-- Whom the journal's events are told to, besides whoever has the aggregate: `/` and the id of the list with members that they
-- happened in, or the person whom they are about. A reader of live updates reads by it; what happened before is not in it.
CREATE TABLE journal_told (
    who text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (who, position)
);
CREATE INDEX journal_told_by_position ON journal_told (position);
-- The list with members that an aggregate is in, as its last event that says so told.
ALTER TABLE journal_heads ADD COLUMN list uuid;
UPDATE journal_heads SET list = substr(aggregate_id, 6)::uuid WHERE aggregate_id LIKE 'list-%';
UPDATE journal_heads AS head SET list = substr(place.list, 6)::uuid FROM (
    SELECT DISTINCT ON (aggregate_id) aggregate_id, coalesce(record::jsonb #>> '{data,to}', record::jsonb #>> '{data,list}') AS list
    FROM journal
    WHERE record ~ '"list-[0-9a-f]{8}-[0-9a-f]{4}-8' AND record::jsonb ->> 'eventType' IN ('TodoCreated', 'TodoMoved')
    ORDER BY aggregate_id, version DESC
) AS place
WHERE head.aggregate_id = place.aggregate_id AND substr(place.list, 20, 1) = '8';
