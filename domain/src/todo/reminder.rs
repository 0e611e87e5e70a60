use std::{collections::BTreeMap, fmt, str::FromStr};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Due, LocalTime, Todo};
use crate::{Invalid, Timer, UserId};

/// How many reminders one person may have at one todo.
pub const MAX_REMINDERS: usize = 10;
/// The most minutes before a due time: a year.
pub const MAX_MINUTES_BEFORE: i32 = 366 * 24 * 60;
/// The most minutes after a due time: a week.
pub const MAX_MINUTES_AFTER: i32 = 7 * 24 * 60;
/// A reminder that rings longer after its time than this says so.
pub const LATE: SignedDuration = SignedDuration::from_secs(60);
/// The furthest that a reminder may be put off.
pub const MAX_SNOOZE: SignedDuration = SignedDuration::from_hours(366 * 24);

/// What the timers of reminders begin with.
const TIMER: &str = "reminder-";

/// When to remind somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum RemindAt {
    /// So many minutes before it is due; less than 0: after. A whole day counts from its start.
    Due {
        /// How many.
        minutes_before: i32,
    },
    /// When the clock on the wall shows this.
    Local {
        /// What it shows, and where. A time, not a day.
        at: Due,
    },
    /// At an instant.
    Instant {
        /// Which.
        at: Timestamp,
    },
}

impl RemindAt {
    /// So many minutes before it is due.
    ///
    /// # Errors
    /// If that is too far away.
    pub fn before(minutes: i64) -> Result<Self, Invalid> {
        let within = i32::try_from(minutes).ok().filter(|minutes| (-MAX_MINUTES_AFTER..=MAX_MINUTES_BEFORE).contains(minutes));
        let wrong = || {
            let remedy =
                format!("use a whole number from -{MAX_MINUTES_AFTER} (a week after it is due) to {MAX_MINUTES_BEFORE} (a year before)");
            Invalid::new("minutesBefore", "is out of range", remedy)
        };
        within.map(|minutes_before| Self::Due { minutes_before }).ok_or_else(wrong)
    }

    /// When a clock shows this.
    ///
    /// # Errors
    /// If it is a day and no time.
    pub fn local(at: Due) -> Result<Self, Invalid> {
        match at.local {
            LocalTime::At(_) => Ok(Self::Local { at }),
            LocalTime::Day(_) => Err(Invalid::new("at.local", "is a day", "say at what time, for example 2026-11-24T09:00:00")),
        }
    }

    /// When that is for a todo that is due at `due`, no finer than timers are kept; `None` if it depends on a due time and there is none.
    pub fn moment(&self, due: Option<&Due>) -> Option<Timestamp> {
        let moment = match self {
            Self::Instant { at } => *at,
            Self::Local { at } => at.instant()?,
            Self::Due { minutes_before } => {
                let due = due?;
                let start = due.local.start().to_zoned_datetime(due.zone.rules()).ok()?.timestamp();
                start.checked_sub(SignedDuration::from_mins(i64::from(*minutes_before))).ok()?
            }
        };
        Timestamp::from_microsecond(moment.as_microsecond()).ok()
    }
}

/// Names a reminder of one todo: what it says, so that the same reminder of the same person is the same one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReminderId(String);

impl ReminderId {
    const DIGITS: usize = 16;

    /// The one that reminds `person` at `when`.
    pub fn of(person: &UserId, when: &RemindAt) -> Self {
        let said = match when {
            RemindAt::Due { minutes_before } => format!("due {minutes_before}"),
            RemindAt::Local { at } => format!("local {} {}", at.local, at.zone.name()),
            RemindAt::Instant { at } => format!("instant {at}"),
        };
        let digest = Sha256::digest(format!("{person}\n{said}"));
        Self(digest.iter().take(Self::DIGITS / 2).map(|byte| format!("{byte:02x}")).collect())
    }

    fn timer(&self) -> String {
        format!("{TIMER}{}", self.0)
    }

    /// The reminder that a timer of that name is of.
    pub(super) fn of_timer(name: &str) -> Option<Self> {
        name.strip_prefix(TIMER)?.parse().ok()
    }
}

impl FromStr for ReminderId {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let right = text.len() == Self::DIGITS && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        let wrong = || Invalid::new("reminder", "is no reminder's id", "use one that the todo's reminders show");
        if right { Ok(Self(text.to_owned())) } else { Err(wrong()) }
    }
}

impl TryFrom<String> for ReminderId {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<ReminderId> for String {
    fn from(id: ReminderId) -> Self {
        id.0
    }
}

impl fmt::Display for ReminderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a reminder says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReminderSpec {
    /// Its name.
    pub id: ReminderId,
    /// Who is reminded: who set it.
    pub person: UserId,
    /// When.
    pub when: RemindAt,
}

impl ReminderSpec {
    /// The one that reminds `person` at `when`.
    pub fn new(person: &UserId, when: RemindAt) -> Self {
        Self { id: ReminderId::of(person, &when), person: person.clone(), when }
    }
}

/// A reminder as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminder {
    /// Who is reminded.
    pub person: UserId,
    /// When.
    pub when: RemindAt,
    /// The moment of its that is over: it rang, or had passed already when it was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<Timestamp>,
    /// Until when it is put off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snoozed: Option<Timestamp>,
}

impl Reminder {
    /// When it rings next, if the todo is due at `due`; `None` if it does not.
    pub fn next(&self, due: Option<&Due>) -> Option<Timestamp> {
        self.snoozed.or_else(|| self.when.moment(due).filter(|moment| self.over != Some(*moment)))
    }
}

/// A todo's reminders, by their names.
pub type Reminders = BTreeMap<ReminderId, Reminder>;

/// What these say.
pub(super) fn specs(reminders: &Reminders) -> Vec<ReminderSpec> {
    let spec = |(id, reminder): (&ReminderId, &Reminder)| ReminderSpec {
        id: id.clone(),
        person: reminder.person.clone(),
        when: reminder.when.clone(),
    };
    reminders.iter().map(spec).collect()
}

impl Todo {
    /// When a reminder rings next. Nobody is reminded of what is done or in the trash.
    pub fn rings(&self, id: &ReminderId) -> Option<Timestamp> {
        if self.completed || self.deleted {
            return None;
        }
        self.reminders.get(id)?.next(self.due.as_ref())
    }

    /// The timers of all reminders.
    pub(super) fn reminder_timers(&self) -> Vec<Timer> {
        self.reminders.keys().filter_map(|id| Some(Timer::new(id.timer(), self.rings(id)?))).collect()
    }
}
