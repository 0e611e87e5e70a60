//! Coordination of what spans aggregates. The first sagas come with the issue that asks for them; the room, the process
//! `todo sagas` and its app-id stand already, because app-ids are part of stored keys.
