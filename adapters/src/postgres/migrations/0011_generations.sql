-- Views live in a schema of their own, as the facts for analytics do: a new generation is built beside the live one, in
-- another schema, and takes its place by renaming both. What writes a generation has its schema first on its search path, and
-- so do the functions of its triggers. Tables of views belong in here and are written with the schema's name in migrations.
CREATE SCHEMA views;
ALTER TABLE todos SET SCHEMA views;
ALTER TABLE todo_counts SET SCHEMA views;
ALTER TABLE todo_words SET SCHEMA views;
ALTER TABLE people SET SCHEMA views;
