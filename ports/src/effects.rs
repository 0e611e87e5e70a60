use domain::Aggregate;

/// Has done what an aggregate's state asks for, once that state is recorded.
pub trait Effects<A: Aggregate>: Send + Sync {
    /// The actor `id` is at `state`, and that is committed. Called under the actor's mutex after every turn, also after one
    /// that changed nothing: must not block, and may be called again for the same state.
    fn recorded(&self, id: &str, state: &A::State);
}
