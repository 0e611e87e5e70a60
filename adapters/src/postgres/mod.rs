//! PostgreSQL: the views.
