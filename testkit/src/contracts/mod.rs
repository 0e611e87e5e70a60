//! What every implementation of a port must do, one module for each port.
//!
//! Each `suite` takes a factory and calls it for every case. What it makes may be new or shared: the cases name their
//! actors, people and todos afresh, and say so where they need an empty store.

pub mod view_reader_store;
