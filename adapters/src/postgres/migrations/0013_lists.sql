-- Lists with members, and who may see what is in them. todos.owner, todo_counts.owner and todo_words.owner name whose part of
-- the views a row is in: a person's id, or `/` and a list's id where the list has members.
CREATE TABLE lists (
    id uuid PRIMARY KEY,
    version bigint NOT NULL,
    list jsonb NOT NULL
);
CREATE TABLE list_members (
    member text COLLATE "C" NOT NULL,
    list uuid NOT NULL,
    -- In the trash: its owner alone knows of it, and nobody sees what is in it.
    deleted boolean NOT NULL,
    PRIMARY KEY (member, list)
);
CREATE INDEX list_members_by_list ON list_members (list);
