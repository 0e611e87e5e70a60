//! SQLite: state, feed and views of the embedded shape.
