use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{Invalid, Text};

/// What is to be done, in a line.
pub type Title = Text<500>;
/// More about it, in Markdown.
pub type Description = Text<20_000>;
/// A word to find it by.
pub type Tag = Text<50>;

/// How many tags one todo may have.
pub const MAX_TAGS: usize = 50;

/// A todo's tags: a set, in a fixed order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BTreeSet<Tag>", into = "BTreeSet<Tag>")]
pub struct Tags(BTreeSet<Tag>);

impl Tags {
    /// The tags themselves.
    pub fn as_set(&self) -> &BTreeSet<Tag> {
        &self.0
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl TryFrom<BTreeSet<Tag>> for Tags {
    type Error = Invalid;
    fn try_from(tags: BTreeSet<Tag>) -> Result<Self, Invalid> {
        if tags.len() > MAX_TAGS {
            return Err(Invalid::new("tags", format!("has {} entries", tags.len()), format!("use at most {MAX_TAGS}")));
        }
        Ok(Self(tags))
    }
}

impl From<Tags> for BTreeSet<Tag> {
    fn from(tags: Tags) -> Self {
        tags.0
    }
}

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// Can wait.
    Low,
    /// Like most.
    Medium,
    /// Before others.
    High,
    /// Before everything.
    Urgent,
}

/// The place in its list when that is sorted by hand: lower comes first. A finite number, so that there is always
/// room between two neighbours.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Order(f64);

impl Order {
    /// The number itself.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Order {
    type Error = Invalid;
    fn try_from(order: f64) -> Result<Self, Invalid> {
        // Beyond 2^53 neighbouring whole numbers fall together.
        if order.is_finite() && order.abs() <= 9_007_199_254_740_992.0 {
            // -0 and 0 are one place.
            return Ok(Self(order + 0.0));
        }
        Err(Invalid::new("order", "is out of range", "use a number between -2^53 and 2^53"))
    }
}

impl From<Order> for f64 {
    fn from(order: Order) -> Self {
        order.0
    }
}
