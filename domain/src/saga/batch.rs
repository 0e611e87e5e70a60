use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Direction, ITEMS_PER_STEP, OPERATOR, Tally, Work};
use crate::{
    Aggregate, BatchId, Envelope, EventRecord, Invalid, ListId, Refusal, SagaId, TodoId, UpcastError, UserId,
    todo::{Draft, upcast::read},
};

/// One thing that a saga works on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub enum Item {
    /// A todo.
    Todo(TodoId),
    /// A list itself: alone in its batch, since all else depends on it.
    List {
        /// Which.
        list: ListId,
        /// The version that it must be at, where somebody decided on that one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<u64>,
    },
    /// A todo that is to be created. Forgotten once it is.
    Draft {
        /// What it will be called.
        todo: TodoId,
        /// What it will be.
        draft: Box<Draft>,
    },
    /// A change of a todo that is to be undone.
    Change {
        /// Whose.
        todo: TodoId,
        /// The todo's version after the change.
        version: u64,
        /// How many events the change was.
        events: u64,
    },
}

impl Item {
    /// The todo that it is about, if it is about one.
    pub fn todo(&self) -> Option<TodoId> {
        match self {
            Self::Todo(todo) | Self::Draft { todo, .. } | Self::Change { todo, .. } => Some(*todo),
            Self::List { .. } => None,
        }
    }

    /// The id of what it is about.
    pub fn id(&self) -> String {
        match self {
            Self::Todo(todo) | Self::Draft { todo, .. } | Self::Change { todo, .. } => todo.to_string(),
            Self::List { list, .. } => list.to_string(),
        }
    }
}

/// What became of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Outcome {
    /// It is as it should be.
    Done {
        /// The todo's version after it.
        version: u64,
        /// How many events that took; 0 if it was that way already.
        events: u64,
    },
    /// The domain's "no".
    Refused {
        /// Why, in one constant word, as a problem of the HTTP API is called.
        refused: String,
    },
}

/// What became of the item number `at`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// Which item of the batch, from 0.
    pub at: u32,
    /// What.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What one step of a saga works on, and what became of it: apart from the saga, so that neither record grows with the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Batch {
    /// Whose it is.
    pub owner: UserId,
    /// Which saga's.
    pub saga: SagaId,
    /// What is done to each item.
    pub work: Work,
    /// The list that it is about, if it is about one: where todos are moved to; else the one that they must still be in, within
    /// which its owner acts also while it is put away or in the trash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<ListId>,
    /// The items.
    pub items: Vec<Item>,
    /// What became of them going forward, by place.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", with = "listed")]
    pub outcomes: BTreeMap<u32, Outcome>,
    /// What became of them going back, by place.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", with = "listed")]
    pub undone: BTreeMap<u32, Outcome>,
}

impl Batch {
    fn filled(owner: &UserId, saga: SagaId, work: &Work, list: Option<ListId>, items: &[Item]) -> Self {
        let (owner, work, items) = (owner.clone(), work.clone(), items.to_vec());
        Self { owner, saga, work, list, items, outcomes: BTreeMap::new(), undone: BTreeMap::new() }
    }

    /// What became of the items in that direction.
    pub fn outcomes(&self, direction: Direction) -> &BTreeMap<u32, Outcome> {
        match direction {
            Direction::Forward => &self.outcomes,
            Direction::Back => &self.undone,
        }
    }

    /// The same, counted.
    pub fn tally(&self, direction: Direction) -> Tally {
        self.outcomes(direction).values().fold(Tally::default(), |tally, outcome| {
            let one = match outcome {
                Outcome::Done { events: 0, .. } => Tally { unchanged: 1, ..Tally::default() },
                Outcome::Done { .. } => Tally { done: 1, ..Tally::default() },
                Outcome::Refused { .. } => Tally { refused: 1, ..Tally::default() },
            };
            tally.plus(one)
        })
    }

    /// The change that going forward made of the item at that place, if it made one: what going back takes back.
    pub fn change(&self, at: u32) -> Option<Item> {
        let todo = self.items.get(at as usize)?.todo()?;
        match self.outcomes.get(&at)? {
            Outcome::Done { version, events } if *events > 0 => Some(Item::Change { todo, version: *version, events: *events }),
            _ => None,
        }
    }

    /// What takes back all that going forward changed, the last first: what to do, about which list, to which items. `None` if it
    /// changed nothing.
    pub fn taken_back(&self) -> Option<(Work, Option<ListId>, Vec<Item>)> {
        if let Some(Item::List { list, .. }) = self.items.first() {
            let changed = matches!(self.outcomes.get(&0), Some(Outcome::Done { events: 1.., .. }));
            let work = self.work.reversed().filter(|_| changed)?;
            return Some((work, self.list, vec![Item::List { list: *list, version: None }]));
        }
        let items: Vec<_> = (0..self.items.len() as u32).rev().filter_map(|at| self.change(at)).collect();
        // A todo that was moved goes back from wherever it is.
        let list = self.list.filter(|_| self.work != Work::Move);
        (!items.is_empty()).then_some((Work::Undo, list, items))
    }
}

/// What somebody asks of a batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "camelCase")]
pub enum BatchCommand {
    /// Hold these.
    Fill {
        /// Which saga's they are.
        saga: SagaId,
        /// What is to be done to each.
        work: Work,
        /// The list that it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        list: Option<ListId>,
        /// At most [`ITEMS_PER_STEP`].
        items: Vec<Item>,
    },
    /// Keep what became of some. What is known already stays as it is.
    Record {
        /// In which direction.
        direction: Direction,
        /// What became of which.
        outcomes: Vec<Recorded>,
    },
    /// Forget whose it was and what it held: a step of their erasure. Asked by the platform itself.
    Erase,
    /// Say how it stands. Changes nothing.
    Look,
}

/// What happened to a batch. The names are the storage format.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "eventType", content = "data", rename_all_fields = "camelCase")]
pub enum BatchEvent {
    /// It holds these.
    BatchFilled {
        /// Whose it is.
        owner: UserId,
        /// Which saga's.
        saga: SagaId,
        /// What is to be done to each.
        work: Work,
        /// What it holds.
        items: Vec<Item>,
    },
    /// It holds these, which are about a list.
    ListBatchFilled {
        /// Whose it is.
        owner: UserId,
        /// Which saga's.
        saga: SagaId,
        /// What is to be done to each.
        work: Work,
        /// Which list.
        list: ListId,
        /// What it holds.
        items: Vec<Item>,
    },
    /// This became of some.
    BatchRecorded {
        /// In which direction.
        direction: Direction,
        /// What became of which.
        outcomes: Vec<Recorded>,
    },
    /// Whoever had it is erased: nothing is left of what it held.
    BatchErased {},
}

impl BatchEvent {
    /// Every `eventType` that was ever written.
    pub const TYPES: &'static [&'static str] = &["BatchFilled", "BatchRecorded", "ListBatchFilled", "BatchErased"];
}

impl Aggregate for Batch {
    const TYPE: &'static str = "Batch";
    const ID_PREFIX: &'static str = BatchId::PREFIX;
    type State = Option<Self>;
    type Command = BatchCommand;
    type Event = BatchEvent;

    fn decide(state: &Option<Self>, envelope: &Envelope<BatchCommand>) -> Result<Vec<BatchEvent>, Refusal> {
        let by = &envelope.principal;
        match (&envelope.command, state) {
            (BatchCommand::Fill { saga, work, list, items }, None) => {
                if items.is_empty() || items.len() > ITEMS_PER_STEP {
                    let remedy = format!("send 1 to {ITEMS_PER_STEP}");
                    return Err(Invalid::new("items", format!("has {} entries", items.len()), remedy).into());
                }
                let (owner, saga, work, items) = (by.clone(), *saga, work.clone(), items.clone());
                Ok(vec![match *list {
                    None => BatchEvent::BatchFilled { owner, saga, work, items },
                    Some(list) => BatchEvent::ListBatchFilled { owner, saga, work, list, items },
                }])
            }
            // Once more.
            (BatchCommand::Erase, Some(batch)) if batch.owner.is_nobody() => Ok(vec![]),
            (_, Some(batch)) if batch.owner != *by && by.as_str() != OPERATOR => Err(Refusal::NotFound),
            (BatchCommand::Fill { .. }, Some(_)) => Err(Refusal::AlreadyExists),
            (_, None) => Err(Refusal::NotFound),
            (BatchCommand::Look, Some(_)) => Ok(vec![]),
            (BatchCommand::Erase, Some(_)) => Ok(vec![BatchEvent::BatchErased {}]),
            (BatchCommand::Record { direction, outcomes }, Some(batch)) => {
                let known = batch.outcomes(*direction);
                let mut new: Vec<_> = outcomes.clone();
                new.retain(|one| !known.contains_key(&one.at) && (one.at as usize) < batch.items.len());
                Ok(if new.is_empty() { vec![] } else { vec![BatchEvent::BatchRecorded { direction: *direction, outcomes: new }] })
            }
        }
    }

    fn begins(command: &BatchCommand) -> bool {
        matches!(command, BatchCommand::Fill { .. })
    }

    fn evolve(state: Option<Self>, event: &BatchEvent) -> Option<Self> {
        match event {
            BatchEvent::BatchFilled { owner, saga, work, items } => Some(Self::filled(owner, *saga, work, None, items)),
            BatchEvent::ListBatchFilled { owner, saga, work, list, items } => Some(Self::filled(owner, *saga, work, Some(*list), items)),
            BatchEvent::BatchRecorded { direction, outcomes } => {
                let mut batch = state?;
                for Recorded { at, outcome } in outcomes {
                    let known = match direction {
                        Direction::Forward => &mut batch.outcomes,
                        Direction::Back => &mut batch.undone,
                    };
                    known.insert(*at, outcome.clone());
                    // What a person wrote is in the todo now; once is enough.
                    if let Some(item) = batch.items.get_mut(*at as usize)
                        && let Item::Draft { todo, .. } = item
                    {
                        *item = Item::Todo(*todo);
                    }
                }
                Some(batch)
            }
            // Of the work, too: it may hold a list's name, or a tag.
            BatchEvent::BatchErased {} => state.map(|batch| Self::filled(&UserId::nobody(), batch.saga, &Work::Delete, None, &[])),
        }
    }

    fn upcast(record: &EventRecord) -> Result<BatchEvent, UpcastError> {
        read(record, BatchEvent::TYPES)
    }

    fn forgets(event: &BatchEvent) -> bool {
        matches!(event, BatchEvent::BatchErased {})
    }
}

/// Outcomes as a list: JSON has no numbers as keys, and readers of tagged replies make none of texts.
mod listed {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{Outcome, Recorded};

    pub(super) fn serialize<S: Serializer>(outcomes: &BTreeMap<u32, Outcome>, serializer: S) -> Result<S::Ok, S::Error> {
        let recorded: Vec<_> = outcomes.iter().map(|(at, outcome)| Recorded { at: *at, outcome: outcome.clone() }).collect();
        recorded.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<u32, Outcome>, D::Error> {
        let recorded = Vec::<Recorded>::deserialize(deserializer)?;
        Ok(recorded.into_iter().map(|Recorded { at, outcome }| (at, outcome)).collect())
    }
}
