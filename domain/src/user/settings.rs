use std::{collections::BTreeSet, str::FromStr};

use serde::{Deserialize, Serialize};

use super::Event;
use crate::{Invalid, Refusal, Text, todo::Zone};

/// What a person wants to be called.
pub type DisplayName = Text<100>;

/// How many web hooks one person may have.
pub const MAX_WEBHOOKS: usize = 10;

/// How a person wants the platform to be. Everybody has it from the start, with nothing said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// What to call them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<DisplayName>,
    /// Where their clock is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<Zone>,
    /// When not to disturb them, by the clock of `zone`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quiet_hours: Option<QuietHours>,
    /// Where they read mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// By what they want to be told.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub channels: BTreeSet<Channel>,
    /// Where their own programs are told.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub webhooks: BTreeSet<WebhookUrl>,
}

impl Settings {
    /// Whether nothing was said.
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }
}

/// By what somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// The page, while it is open.
    Page,
    /// Mail.
    Email,
    /// Web hooks.
    Webhook,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Page, Self::Email, Self::Webhook];

    /// Its public name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Email => "email",
            Self::Webhook => "webhook",
        }
    }
}

/// From one time of the day until another, over midnight where the second comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Hours", into = "Hours")]
pub struct QuietHours {
    from: ClockTime,
    to: ClockTime,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Hours {
    from: ClockTime,
    to: ClockTime,
}

impl QuietHours {
    /// From `from` until right before `to`.
    ///
    /// # Errors
    /// If they are the same: that could mean always or never.
    pub fn new(from: ClockTime, to: ClockTime) -> Result<Self, Invalid> {
        if from == to {
            return Err(Invalid::new("quietHours", "begin when they end", "use two different times, or null for none"));
        }
        Ok(Self { from, to })
    }

    /// When they begin.
    pub fn begin(self) -> ClockTime {
        self.from
    }

    /// When they are over.
    pub fn end(self) -> ClockTime {
        self.to
    }

    /// Whether a clock that shows `at` is within them.
    pub fn contains(self, at: ClockTime) -> bool {
        if self.from < self.to { self.from <= at && at < self.to } else { self.from <= at || at < self.to }
    }
}

impl TryFrom<Hours> for QuietHours {
    type Error = Invalid;
    fn try_from(hours: Hours) -> Result<Self, Invalid> {
        Self::new(hours.from, hours.to)
    }
}

impl From<QuietHours> for Hours {
    fn from(hours: QuietHours) -> Self {
        Self { from: hours.from, to: hours.to }
    }
}

/// What a clock on the wall shows, to the minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClockTime(u16);

impl ClockTime {
    /// What a clock shows at `time`, without its seconds.
    pub fn of(time: jiff::civil::Time) -> Self {
        Self(u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs()))
    }
}

impl FromStr for ClockTime {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let wrong = || Invalid::new("time", "is no time of the day", "write hours and minutes as 22:30");
        let part =
            |text: &str| (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse::<u16>().ok()).flatten();
        let (hours, minutes) = text.split_once(':').ok_or_else(wrong)?;
        match (part(hours), part(minutes)) {
            (Some(hours @ 0..24), Some(minutes @ 0..60)) => Ok(Self(hours * 60 + minutes)),
            _ => Err(wrong()),
        }
    }
}

impl TryFrom<String> for ClockTime {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<ClockTime> for String {
    fn from(ClockTime(minutes): ClockTime) -> Self {
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

/// Where somebody reads mail: private, and never shown but to them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(Text<254>);

impl Email {
    /// Takes an address in, without asking whether it exists.
    ///
    /// # Errors
    /// If it cannot be one.
    pub fn parse(field: &str, text: &str) -> Result<Self, Invalid> {
        let address = Text::parse(field, text)?;
        let plain = |c: char| !c.is_whitespace() && !"<>(),;:\"[]\\".contains(c);
        let right = match address.expose().split_once('@') {
            Some((local, domain)) => !local.is_empty() && !domain.is_empty() && !domain.contains('@'),
            None => false,
        };
        if !right || !address.expose().chars().all(plain) {
            return Err(Invalid::new(field, "is no mail address", "write it as ana@example.org"));
        }
        Ok(Self(address))
    }

    /// The address itself. Not for logs, traces, metrics or error messages.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl TryFrom<String> for Email {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::parse("email", &text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0.into()
    }
}

/// Where a program of somebody's is told: it may hold a secret, so it is as private as what a person wrote.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebhookUrl(Text<2_000>);

impl WebhookUrl {
    /// Takes an address in, without asking whether anybody is there.
    ///
    /// # Errors
    /// If it is none, or would carry what is told in the clear.
    pub fn parse(field: &str, text: &str) -> Result<Self, Invalid> {
        let url = Text::parse(field, text)?;
        let rest = url.expose().strip_prefix("https://");
        let host = rest.and_then(|rest| rest.split(['/', '?']).next()).unwrap_or_default();
        let plain = url.expose().chars().all(|c| c.is_ascii_graphic() && !"<>\"\\^`{|}#".contains(c));
        if host.is_empty() || host.starts_with(':') || host.contains('@') || !plain {
            return Err(Invalid::new(field, "is no address of a web hook", "write it as https://example.org/hook"));
        }
        Ok(Self(url))
    }

    /// The address itself. Not for logs, traces, metrics or error messages.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl TryFrom<String> for WebhookUrl {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::parse("webhooks", &text)
    }
}

impl From<WebhookUrl> for String {
    fn from(url: WebhookUrl) -> Self {
        url.0.into()
    }
}

/// One change of one setting. `None` clears it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "set", content = "to", rename_all = "camelCase")]
pub enum SettingChange {
    /// What to call them.
    DisplayName(Option<DisplayName>),
    /// Where their clock is.
    Zone(Option<Zone>),
    /// When not to disturb them.
    QuietHours(Option<QuietHours>),
    /// Where they read mail.
    Email(Option<Email>),
    /// By what they want to be told: all of it.
    Channels(BTreeSet<Channel>),
    /// Where their own programs are told: all of them.
    Webhooks(BTreeSet<WebhookUrl>),
}

/// What `changes` need; none where something is that way already.
pub(super) fn decide(settings: &Settings, changes: &[SettingChange]) -> Result<Vec<Event>, Refusal> {
    let (mut now, mut events) = (settings.clone(), vec![]);
    for change in changes {
        let needed = match change {
            SettingChange::DisplayName(to) => changed(&now.display_name, to, |display_name| Event::DisplayNameChanged { display_name }),
            SettingChange::Zone(to) => changed(&now.zone, to, |zone| Event::ZoneChanged { zone }),
            SettingChange::QuietHours(to) => changed(&now.quiet_hours, to, |quiet_hours| Event::QuietHoursChanged { quiet_hours }),
            SettingChange::Email(to) => changed(&now.email, to, |email| Event::EmailChanged { email }),
            SettingChange::Channels(to) => changed(&now.channels, to, |channels| Event::ChannelsChanged { channels }),
            SettingChange::Webhooks(to) => {
                let away = now.webhooks.difference(to).map(|url| Event::WebhookRemoved { url: url.clone() });
                away.chain(to.difference(&now.webhooks).map(|url| Event::WebhookAdded { url: url.clone() })).collect()
            }
        };
        for event in needed {
            evolve(&mut now, &event);
            events.push(event);
        }
    }
    whole(&now)?;
    Ok(if now == *settings { vec![] } else { events })
}

fn changed<T: Clone + PartialEq>(from: &T, to: &T, event: impl FnOnce(T) -> Event) -> Vec<Event> {
    if from == to { vec![] } else { vec![event(to.clone())] }
}

/// Nobody waits for what cannot come.
fn whole(settings: &Settings) -> Result<(), Invalid> {
    if settings.webhooks.len() > MAX_WEBHOOKS {
        return Err(Invalid::new("webhooks", format!("has {} entries", settings.webhooks.len()), format!("use at most {MAX_WEBHOOKS}")));
    }
    if settings.channels.contains(&Channel::Email) && settings.email.is_none() {
        return Err(Invalid::new("channels", "has email, but there is no address", "set `email` as well, or leave email out"));
    }
    if settings.channels.contains(&Channel::Webhook) && settings.webhooks.is_empty() {
        return Err(Invalid::new("channels", "has webhook, but there is none", "set `webhooks` as well, or leave webhook out"));
    }
    Ok(())
}

/// Changes `settings` by `event`, if that is about them.
pub(super) fn evolve(settings: &mut Settings, event: &Event) {
    match event {
        Event::FilterSaved { .. }
        | Event::FilterRemoved { .. }
        | Event::UserErasureStarted { .. }
        | Event::UserErasureStopped { .. }
        | Event::UserErased { .. }
        | Event::UserBeganAnew { .. } => {}
        Event::DisplayNameChanged { display_name } => settings.display_name.clone_from(display_name),
        Event::ZoneChanged { zone } => settings.zone.clone_from(zone),
        Event::QuietHoursChanged { quiet_hours } => settings.quiet_hours = *quiet_hours,
        Event::EmailChanged { email } => settings.email.clone_from(email),
        Event::ChannelsChanged { channels } => settings.channels.clone_from(channels),
        Event::WebhookAdded { url } => drop(settings.webhooks.insert(url.clone())),
        Event::WebhookRemoved { url } => drop(settings.webhooks.remove(url)),
    }
}
