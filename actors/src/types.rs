use domain::Aggregate;

/// Something that is told of every type of actor, one after the other: so that which types there are stands in one place.
pub trait TakeTypes: Sized {
    /// Takes one more type.
    #[must_use]
    fn with<A: Aggregate>(self) -> Self;
}

/// The types' names.
impl TakeTypes for Vec<&'static str> {
    fn with<A: Aggregate>(mut self) -> Self {
        self.push(A::TYPE);
        self
    }
}
