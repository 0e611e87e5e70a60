use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Why a text is no id of the kind asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}")]
pub struct ParseIdError {
    /// The form that would have been right.
    pub expected: &'static str,
}

/// An id of the form `PREFIX-UUID`: the prefix tells people and logs what it names.
macro_rules! prefixed_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Uuid);

        impl $name {
            /// The id's fixed beginning.
            pub const PREFIX: &'static str = $prefix;

            /// Names the thing that `uuid` identifies.
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID in it: for stores that keep it in its shortest form.
            pub const fn uuid(self) -> Uuid {
                self.0
            }

            /// The same `(principal, key)` always names the same thing, so that a retried create meets the same actor.
            /// UUID version 5 (RFC 9562) of `principal`, a zero byte and `key`.
            pub fn derived(principal: &UserId, key: &str) -> Self {
                let name = [principal.as_str().as_bytes(), &[0], key.as_bytes()].concat();
                Self(Uuid::new_v5(&NAMESPACE, &name))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}-{}", $prefix, self.0)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;
            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                // Only the one canonical spelling: two spellings of one id would be two actors.
                let expected = ParseIdError { expected: concat!($prefix, "- followed by a UUID in lower case with hyphens") };
                let uuid = text.strip_prefix(concat!($prefix, "-")).ok_or(expected.clone())?;
                let id = Self(Uuid::try_parse(uuid).map_err(|_| expected.clone())?);
                if id.to_string() == text { Ok(id) } else { Err(expected) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = ParseIdError;
            fn try_from(text: String) -> Result<Self, ParseIdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    };
}

/// The namespace of every derived id. Stored ids depend on it: never change it.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f5b_3c1e_8d0a_5f47_9a2e_74f1_c0de_70d0);

prefixed_id!(
    /// One todo, for example `todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11`.
    TodoId, "todo"
);
prefixed_id!(
    /// One list of todos.
    ListId, "list"
);

prefixed_id!(
    /// The actor of one person.
    PersonId, "user"
);

prefixed_id!(
    /// One run of a saga: what the API calls an operation.
    SagaId, "saga"
);
prefixed_id!(
    /// Some of the things that a saga works on.
    BatchId, "batch"
);

prefixed_id!(
    /// That one person is told one thing.
    NotificationId, "notification"
);
prefixed_id!(
    /// A program of somebody's that is told things. Names the address without showing it.
    WebhookId, "webhook"
);

impl WebhookId {
    /// The one at `url` of `person`: the same, also when it was taken away in between.
    pub fn of(person: &UserId, url: &crate::user::WebhookUrl) -> Self {
        Self::derived(person, &format!("webhook/{}", url.expose()))
    }
}

impl BatchId {
    /// What step `step` of `saga` works on.
    pub fn of(owner: &UserId, saga: SagaId, step: u32) -> Self {
        Self::derived(owner, &format!("{saga}/{step}"))
    }
}

impl PersonId {
    /// Everybody has one from the start, and it needs no creating.
    pub fn of(person: &UserId) -> Self {
        Self::derived(person, "user")
    }
}

impl ListId {
    /// The version that UUIDs of lists with members have, and no other list's: the id alone tells whether it depends on the
    /// list who may see what is in it. Stored ids depend on it: never change it.
    const WITH_MEMBERS: usize = 8;

    /// A list with members, named after `uuid`: UUID version 8 (RFC 9562) of its other bits.
    pub fn with_members(uuid: Uuid) -> Self {
        Self(uuid::Builder::from_custom_bytes(*uuid.as_bytes()).into_uuid())
    }

    /// Whether it is an actor of its own, with members and roles. Any other list is a name that its person's todos share:
    /// what is in it is seen by their owner alone.
    pub fn has_members(self) -> bool {
        self.0.get_version_num() == Self::WITH_MEMBERS
    }

    /// The list that every person has from the start and that needs no creating.
    pub fn inbox(owner: &UserId) -> Self {
        Self::derived(owner, "inbox")
    }
}

/// An opaque name with a bound on its length and a plain alphabet, safe in keys, headers and URLs.
macro_rules! opaque_id {
    ($(#[$doc:meta])* $name:ident, $max:literal, $expected:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;
            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                Self::try_from(text.to_owned())
            }
        }

        impl TryFrom<String> for $name {
            type Error = ParseIdError;
            fn try_from(text: String) -> Result<Self, ParseIdError> {
                let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.:@~".contains(&b);
                if text.is_empty() || text.len() > $max || !text.bytes().all(plain) {
                    return Err(ParseIdError { expected: $expected });
                }
                Ok(Self(text))
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

opaque_id!(
    /// A person (or a service acting for one). Never an e-mail address: ids are logged, addresses are not.
    UserId, 64, "1 to 64 of A-Z a-z 0-9 - _ . : @ ~"
);
opaque_id!(
    /// One request to change something, however often it is sent.
    CommandId, 128, "1 to 128 of A-Z a-z 0-9 - _ . : @ ~"
);

/// Whose everything is that was an erased person's. No person has this id: people's do not begin with `~`.
const NOBODY: &str = "~erased";

impl UserId {
    /// Whose everything is that was an erased person's.
    pub fn nobody() -> Self {
        Self(NOBODY.to_owned())
    }

    /// Whether this is nobody.
    pub fn is_nobody(&self) -> bool {
        self.0 == NOBODY
    }
}

impl CommandId {
    /// The id of a command that nobody chose a key for.
    pub fn new(uuid: Uuid) -> Self {
        Self(uuid.to_string())
    }

    /// The id of a command that its client named by a key, of which `uuid` is made: no other id looks like it.
    pub fn keyed(uuid: Uuid) -> Self {
        Self(format!("{KEYED}{uuid}"))
    }

    /// Whether its client named it, and so may send it again much later.
    pub fn is_keyed(&self) -> bool {
        self.0.starts_with(KEYED)
    }
}

/// What ids that come from keys begin with. Stored ids have it: never change it.
const KEYED: &str = "key:";

/// The id of event number `version` of an aggregate: a UUID version 7 (RFC 9562) whose time is `at` and whose other
/// bits are a hash of what happened. So it needs no random source, and a turn that is decided again names it the same.
pub fn event_id(aggregate_id: &str, version: u64, command_id: &CommandId, at: Timestamp) -> Uuid {
    let mut hash = Sha256::new();
    for part in [aggregate_id.as_bytes(), &version.to_be_bytes(), command_id.as_str().as_bytes()] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let digest = hash.finalize();
    let mut random = [0; 10];
    random.copy_from_slice(&digest[..10]);
    uuid::Builder::from_unix_timestamp_millis(at.as_millisecond().max(0) as u64, &random).into_uuid()
}
