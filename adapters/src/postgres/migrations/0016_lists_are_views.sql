-- Lists are views like the todos in them: a new generation has its own.
ALTER TABLE lists SET SCHEMA views;
ALTER TABLE list_members SET SCHEMA views;
