//! What the caller was told, and the programs of theirs that are told, too.

use std::collections::BTreeSet;

use domain::{
    NotificationId, Refusal, WebhookId,
    notification::{Command, Notification, Subject},
    user::{Channel, MAX_WEBHOOKS, SettingChange, Settings, WebhookUrl},
    webhook::{self, Webhook},
};
use futures::{StreamExt, TryStreamExt, stream};
use ports::{Accepted, NotificationCursor, NotificationRow, Private, webhook_secret};

use super::{
    Caller, Expected, Failure, RequestKey, change_settings,
    follow::{ask, once},
};
use crate::edge::Edge;

/// So often is a set of web hooks read and changed before somebody else's changes are too many.
const ATTEMPTS: u32 = 5;

/// The caller's, what happened last first.
pub(crate) async fn notifications(
    edge: &Edge,
    caller: &Caller,
    limit: usize,
    after: Option<NotificationCursor>,
) -> Result<Vec<NotificationRow>, Failure> {
    Ok(edge.gateway.notifications.notifications(&caller.principal, limit, after).await?)
}

/// How one stands.
pub(crate) async fn notification(edge: &Edge, caller: &Caller, id: NotificationId) -> Result<NotificationRow, Failure> {
    tell(edge, caller, id, Command::Look).await
}

/// The caller has seen it.
pub(crate) async fn read_notification(edge: &Edge, caller: &Caller, id: NotificationId) -> Result<NotificationRow, Failure> {
    tell(edge, caller, id, Command::Read).await
}

/// What was given up is tried again.
pub(crate) async fn retry_notification(edge: &Edge, caller: &Caller, id: NotificationId) -> Result<NotificationRow, Failure> {
    tell(edge, caller, id, Command::Retry).await
}

/// Tells the caller something, to see whether they are told.
pub(crate) async fn test_notification(edge: &Edge, caller: &Caller) -> Result<NotificationRow, Failure> {
    let id = match &caller.key {
        Some(RequestKey(key)) => NotificationId::derived(&caller.principal, &format!("test/{key}")),
        None => NotificationId::new(edge.gateway.ids.uuid()),
    };
    let start = Command::Start { subject: Subject::Test, at: edge.gateway.clock.now() };
    let row = |Accepted { version, state, .. }: Accepted<Option<Notification>>| Some(NotificationRow { id, version, notification: state? });
    match ask::<Notification>(edge, caller, id.to_string(), caller.command_id(edge), start).await {
        Ok(accepted) => row(accepted).ok_or(Failure::NoNotification),
        // By the same key before.
        Err(Failure::Refused(Refusal::AlreadyExists | Refusal::CommandIdReused)) => notification(edge, caller, id).await,
        Err(failure) => Err(failure),
    }
}

async fn tell(edge: &Edge, caller: &Caller, id: NotificationId, command: Command) -> Result<NotificationRow, Failure> {
    let command_id = if command == Command::Look { once(edge) } else { caller.command_id(edge) };
    match ask::<Notification>(edge, caller, id.to_string(), command_id, command).await {
        Ok(Accepted { version, state: Some(notification), .. }) => Ok(NotificationRow { id, version, notification }),
        Ok(_) | Err(Failure::Refused(Refusal::NotFound)) => Err(Failure::NoNotification),
        Err(failure) => Err(failure),
    }
}

/// A web hook of the caller's.
#[derive(Debug, Clone)]
pub(crate) struct ShownHook {
    pub id: WebhookId,
    pub url: WebhookUrl,
    pub hook: Webhook,
    /// What signs what is sent to it, where it was just made: it is not shown again.
    pub secret: Option<Private>,
}

/// Whether the caller can have a web hook at all.
fn key(edge: &Edge) -> Result<&dyn ports::MacKey, Failure> {
    edge.gateway.secrets.as_deref().ok_or(Failure::NoWebhooks)
}

async fn settings(edge: &Edge, caller: &Caller) -> Result<(Settings, u64), Failure> {
    // A change of nothing, which is no request of the caller's: it has a name of its own.
    let asks = Caller { key: None, ..caller.clone() };
    let (row, _) = change_settings(edge, &asks, vec![], &Expected::Any).await?;
    Ok((row.user.settings, row.version))
}

/// The caller's, and how they stand.
pub(crate) async fn webhooks(edge: &Edge, caller: &Caller) -> Result<Vec<ShownHook>, Failure> {
    let (settings, _) = settings(edge, caller).await?;
    let looks = settings.webhooks.into_iter().map(|url| async move {
        let id = WebhookId::of(&caller.principal, &url);
        let hook = ask::<Webhook>(edge, caller, id.to_string(), once(edge), webhook::Command::Look).await?.state;
        Ok::<_, Failure>(ShownHook { id, url, hook, secret: None })
    });
    stream::iter(looks).buffered(MAX_WEBHOOKS).try_collect().await
}

/// Has the program at `url` told from now on, signed by a new secret.
pub(crate) async fn add_webhook(edge: &Edge, caller: &Caller, url: WebhookUrl) -> Result<ShownHook, Failure> {
    key(edge)?;
    change_hooks(edge, caller, |hooks| {
        hooks.insert(url.clone());
    })
    .await?;
    let id = WebhookId::of(&caller.principal, &url);
    fresh_secret(edge, caller, id, url).await
}

/// Tells the program nothing more.
pub(crate) async fn remove_webhook(edge: &Edge, caller: &Caller, id: WebhookId) -> Result<(), Failure> {
    let url = find(edge, caller, id).await?;
    change_hooks(edge, caller, |hooks| {
        hooks.remove(&url);
    })
    .await
}

/// Has a program told again that was failing.
pub(crate) async fn enable_webhook(edge: &Edge, caller: &Caller, id: WebhookId) -> Result<ShownHook, Failure> {
    let url = find(edge, caller, id).await?;
    let hook = ask::<Webhook>(edge, caller, id.to_string(), caller.command_id(edge), webhook::Command::Enable).await?.state;
    Ok(ShownHook { id, url, hook, secret: None })
}

/// Signs by another secret from now on.
pub(crate) async fn renew_webhook(edge: &Edge, caller: &Caller, id: WebhookId) -> Result<ShownHook, Failure> {
    key(edge)?;
    let url = find(edge, caller, id).await?;
    fresh_secret(edge, caller, id, url).await
}

async fn fresh_secret(edge: &Edge, caller: &Caller, id: WebhookId, url: WebhookUrl) -> Result<ShownHook, Failure> {
    let hook = ask::<Webhook>(edge, caller, id.to_string(), caller.command_id(edge), webhook::Command::NewSecret).await?.state;
    let secret = Some(webhook_secret(key(edge)?, id, hook.generation));
    Ok(ShownHook { id, url, hook, secret })
}

async fn find(edge: &Edge, caller: &Caller, id: WebhookId) -> Result<WebhookUrl, Failure> {
    let (settings, _) = settings(edge, caller).await?;
    settings.webhooks.into_iter().find(|url| WebhookId::of(&caller.principal, url) == id).ok_or(Failure::NoNotification)
}

/// Changes the set of web hooks as it is now. Who has one wants to be told by it; who has none cannot.
async fn change_hooks(edge: &Edge, caller: &Caller, change: impl Fn(&mut BTreeSet<WebhookUrl>)) -> Result<(), Failure> {
    let mut attempt = 1;
    loop {
        let (Settings { webhooks: mut hooks, mut channels, .. }, version) = settings(edge, caller).await?;
        let before = hooks.clone();
        change(&mut hooks);
        if hooks == before {
            return Ok(());
        }
        if hooks.is_empty() {
            channels.remove(&Channel::Webhook);
        } else if hooks.len() > before.len() {
            if channels.is_empty() {
                // What was meant by saying nothing.
                channels.insert(Channel::Page);
            }
            channels.insert(Channel::Webhook);
        }
        let changes = vec![SettingChange::Webhooks(hooks), SettingChange::Channels(channels)];
        match change_settings(edge, caller, changes, &Expected::OneOf(vec![version])).await {
            Ok(_) => return Ok(()),
            Err(Failure::Refused(Refusal::VersionConflict { .. })) if attempt < ATTEMPTS => attempt += 1,
            Err(failure) => return Err(failure),
        }
    }
}
