//! The traits between rooms, and their in-memory versions.
//!
//! A room that needs something from outside says so with a trait here; `adapters` implements it; `app` puts the two
//! together. Every trait has one contract suite in `testkit` that runs against every implementation.

mod analytics;
mod authenticator;
mod channels;
mod checkpoint;
mod clock;
mod commands;
mod counts;
mod dead_letters;
mod dispatch;
mod effects;
mod facts;
mod feed;
mod forks;
mod host;
mod journal;
mod live;
pub mod memory;
mod message;
mod notices;
mod notifications;
mod operations;
mod outbox;
mod outcomes;
mod overview;
mod positions;
mod reader;
mod records;
mod store;
mod timers;
pub mod trace;
mod views;

pub use analytics::{AnalyticsError, AnalyticsReader, AnalyticsStore, Completed, FactQuery, PastOverdue, TodoFacts};
pub use authenticator::{AuthenticationError, Authenticator, Principal};
pub use channels::{
    ChannelError, Letter, MacKey, Mailer, Private, WebhookCall, Webhooks, hex, signed_text, unsubscribe_token, webhook_secret,
};
pub use checkpoint::{ChangedHeads, Checkpoint, CheckpointKey, CheckpointVerifier, Checkpoints, CoveredHead};
pub use clock::{Clock, IdSource, RandomIds, SystemClock};
pub use commands::{Arrival, CommandSource, CommandSourceError};
pub use counts::{Count, Counts, DueBounds};
pub use dead_letters::{DeadLetter, DeadLetters, DeadLettersError};
pub use dispatch::{Accepted, Answer, Dispatch, DispatchError, METHOD_COMMAND, METHOD_RELAY, Reply, send};
pub use effects::Effects;
pub use facts::{Fact, FactFeed, FactKind};
pub use feed::{EventFeed, FeedError};
pub use forks::{Fork, Forks};
pub use host::{ActorHost, HostError};
pub use journal::{Audience, Chain, Journal, JournalEntry, JournalError, JournalHead, JournalRow, JournalStore, Moved, Positioned, Secret};
pub use live::{Live, LiveError, News};
pub use message::{PackedHeaders, Place, RawMessage};
pub use notices::{Notice, NoticeFeed};
pub use notifications::{NotificationCursor, NotificationReader, NotificationRow, NotificationStore, NotificationsError};
pub use operations::{OperationQuery, OperationReader, OperationRow, OperationStore, OperationsError};
pub use outbox::{Mark, OutboxIndex, OutboxIndexError};
pub use outcomes::{CommandOutcome, OutcomeProblem, Outcomes, OutcomesError, Verdict};
pub use overview::{
    FeedEnds, HostState, HostWatch, LettersState, LettersWatch, OutboxState, OutboxWatch, Overview, ReplayState, ReplayWatch,
};
pub use positions::{Positions, PositionsBounds, PositionsError};
pub use reader::{Delivery, FeedPosition, FeedPositionError, FeedReader};
pub use records::{RecordStore, RecordStoreError};
pub use store::{ActorKey, AggregateStore, CommitError, LoadError, NewRecord, Stored};
pub use timers::{ArmedTimer, METHOD_RING, Ring, Timers, TimersError};
pub use views::{
    Completion, ListRow, MAX_INVITATIONS, Named, Page, PersonRow, Sort, TodoQuery, TodoRow, ViewReader, ViewStore, ViewsError,
};

/// The error that a library below an adapter gave, kept for logs.
pub type Source = Box<dyn std::error::Error + Send + Sync>;
