-- What a page leaves out is in the index of its order, too, so that only the rows of the page are fetched.
DROP INDEX views.todos_by_place, views.todos_by_created, views.todos_by_updated, views.todos_by_due, views.todos_by_priority, views.todos_by_title;
CREATE INDEX todos_by_place ON views.todos (owner, deleted, place, created_at, id) INCLUDE (completed, priority, due_at);
CREATE INDEX todos_by_created ON views.todos (owner, deleted, created_at, id) INCLUDE (completed, priority, due_at);
CREATE INDEX todos_by_updated ON views.todos (owner, deleted, updated_desc, id) INCLUDE (completed, priority, due_at);
CREATE INDEX todos_by_due ON views.todos (owner, deleted, due_at, id) INCLUDE (completed, priority);
CREATE INDEX todos_by_priority ON views.todos (owner, deleted, priority, id) INCLUDE (completed, due_at);
CREATE INDEX todos_by_title ON views.todos (owner, deleted, title, id) INCLUDE (completed, priority, due_at);
