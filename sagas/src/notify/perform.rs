use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    Access, Aggregate, CommandId, Envelope, ListId, NotificationId, PersonId, Refusal, TodoId, Trace, UserId, WebhookId,
    list::{self, TodoList},
    notification::{Action, Command, Notification, Target, Wishes},
    todo::{self, Todo, Zone},
    user::{self, Settings, User},
    webhook::{self, Webhook},
};
use jiff::{Timestamp, tz::TimeZone};
use ports::{
    ChannelError, Clock, Dispatch, DispatchError, Letter, MacKey, Mailer, Private, Reply, ViewReader, ViewsError, WebhookCall, Webhooks,
    send, unsubscribe_token, webhook_secret,
};
use tracing::info;
use uuid::Uuid;

use super::words::Told;
use crate::{Perform, steps::name};

/// Does what notifications ask for: finds out how their people want to be told, and tells them.
pub struct Messenger {
    /// Where commands go.
    pub dispatch: Arc<dyn Dispatch>,
    /// What people see.
    pub views: Arc<dyn ViewReader>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// What sends mail; nobody is told by mail without it.
    pub mailer: Option<Arc<dyn Mailer>>,
    /// What calls programs of people's; none is called without it.
    pub webhooks: Option<Arc<dyn Webhooks>>,
    /// What secrets and ways to unsubscribe are made of; nobody is told by mail or programs without it.
    pub key: Option<Arc<dyn MacKey>>,
    /// Where clients reach the platform, without a slash at the end.
    pub public_url: String,
}

/// Why an attempt came to nothing.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("an actor did not answer")]
    Actor(#[from] DispatchError),
    #[error("the views did not answer")]
    Views(#[from] ViewsError),
    #[error("an actor refused")]
    Refused,
    #[error(transparent)]
    Channel(#[from] ChannelError),
}

impl Trouble {
    /// A constant word, for the notification's own record and for metrics.
    fn word(&self) -> String {
        match self {
            Self::Actor(_) => "actor-unavailable".to_owned(),
            Self::Views(_) => "views-unavailable".to_owned(),
            Self::Refused => "actor-refused".to_owned(),
            Self::Channel(error) => error.problem.clone(),
        }
    }

    fn lasting(&self) -> bool {
        matches!(self, Self::Channel(error) if error.lasting)
    }
}

/// What became of an attempt that did not fail.
enum Outcome {
    Delivered,
    Skipped(&'static str),
}

#[async_trait]
impl Perform<Notification> for Messenger {
    async fn perform(&self, id: &str, action: &Action) -> Envelope<Command> {
        let id: NotificationId = id.parse().unwrap_or_else(|_| NotificationId::new(Uuid::nil()));
        let (owner, what, command) = match action {
            Action::Plan { owner, notification, attempt } => {
                let command = match self.plan(owner, notification).await {
                    Ok((wishes, moot)) => Command::Plan { wishes, moot },
                    Err(trouble) => {
                        metrics::counter!("todo_notification_plan_failures_total").increment(1);
                        info!(notification = %id, attempt, error = ?trouble, "it is not known how to tell something");
                        Command::PlanFailed { attempt: *attempt, problem: trouble.word() }
                    }
                };
                // What was held is planned anew, from the first attempt on: that is another report.
                (owner, format!("plan:{attempt}:{}", notification.next.as_microsecond()), command)
            }
            Action::Deliver { owner, notification, delivery, target, attempt } => {
                let command = self.delivered(id, notification, *delivery, *target, *attempt).await;
                (owner, format!("{delivery}:{attempt}"), command)
            }
        };
        // Every attempt has a report of its own: what it says is not known before.
        self.envelope(owner, id.to_string(), name(&format!("{id}:{what}:{}", word(&command)), id.uuid()), command)
    }
}

fn word(command: &Command) -> &'static str {
    match command {
        Command::Plan { .. } => "planned",
        Command::Delivered { .. } => "delivered",
        Command::Skip { .. } => "skipped",
        _ => "failed",
    }
}

impl Messenger {
    /// How its person wants to be told, and whether there is nothing to tell any more.
    async fn plan(&self, owner: &UserId, notification: &Notification) -> Result<(Wishes, bool), Trouble> {
        let settings = self.settings(owner).await?;
        let moot = match notification.subject.todo() {
            Some(todo) => match self.todo(owner, todo).await? {
                Some(todo) => todo.completed || todo.deleted || self.put_away(owner, todo.list).await?,
                None => true,
            },
            None => false,
        };
        Ok((Wishes::of(owner, &settings), moot))
    }

    /// Whether nobody is to hear of what is in `list`: it is archived, in the trash, or not this person's any more. No todo knows, so
    /// the list is asked.
    async fn put_away(&self, person: &UserId, list: ListId) -> Result<bool, Trouble> {
        if !list.has_members() {
            return Ok(false);
        }
        match self.ask::<TodoList>(person, list.to_string(), list::Command::Look).await? {
            Reply::Accepted(accepted) => Ok(accepted.state.is_none_or(|list| list.archived || list.deleted)),
            Reply::Refused { .. } => Ok(true),
        }
    }

    /// One attempt, and what the notification is to be told of it.
    async fn delivered(&self, id: NotificationId, notification: &Notification, delivery: u32, target: Target, attempt: u32) -> Command {
        let by = target.channel().name();
        let count = |outcome: &'static str| metrics::counter!("todo_deliveries_total", "by" => by, "outcome" => outcome).increment(1);
        match self.deliver(id, notification, target).await {
            Ok(Outcome::Delivered) => {
                count("delivered");
                let late = self.clock.now().duration_since(notification.at).max(jiff::SignedDuration::ZERO);
                metrics::histogram!("todo_delivery_lateness_seconds", "by" => by).record(late.as_secs_f64());
                Command::Delivered { delivery }
            }
            Ok(Outcome::Skipped(problem)) => {
                count("skipped");
                Command::Skip { delivery, problem: problem.to_owned() }
            }
            Err(trouble) => {
                count("failed");
                let problem = trouble.word();
                info!(notification = %id, by, attempt, problem, "a delivery failed");
                Command::Failed { delivery, attempt, problem, lasting: trouble.lasting() }
            }
        }
    }

    async fn deliver(&self, id: NotificationId, notification: &Notification, target: Target) -> Result<Outcome, Trouble> {
        let settings = self.settings(&notification.owner).await?;
        if !settings.channels.contains(&target.channel()) && target != Target::Page {
            return Ok(Outcome::Skipped("unwanted"));
        }
        let todo = match notification.subject.todo() {
            Some(todo) => self.todo(&notification.owner, todo).await?,
            None => None,
        };
        let zone = settings.zone.as_ref().map_or(TimeZone::UTC, Zone::rules);
        let told = Told { id, notification, todo: todo.as_ref(), zone, public_url: &self.public_url };
        match target {
            // Told by the event that said so.
            Target::Page => Ok(Outcome::Delivered),
            Target::Email => self.mail(&told, &settings).await,
            Target::Webhook { hook } => self.call(&told, &settings, hook).await,
        }
    }

    async fn mail(&self, told: &Told<'_>, settings: &Settings) -> Result<Outcome, Trouble> {
        let (Some(mailer), Some(key)) = (&self.mailer, &self.key) else { return Ok(Outcome::Skipped("channel-off")) };
        let Some(to) = settings.email.clone() else { return Ok(Outcome::Skipped("no-address")) };
        let person = &told.notification.owner;
        let token = unsubscribe_token(&**key, person, &to);
        let unsubscribe = format!("{}/unsubscribe?person={person}&token={token}", self.public_url);
        let letter = Letter {
            id: told.id,
            at: told.notification.at,
            subject: told.headline(),
            text: told.text(&unsubscribe),
            html: told.html(&unsubscribe),
            unsubscribe: Private(unsubscribe),
            to,
        };
        mailer.send(&letter).await?;
        Ok(Outcome::Delivered)
    }

    async fn call(&self, told: &Told<'_>, settings: &Settings, hook: WebhookId) -> Result<Outcome, Trouble> {
        let (Some(webhooks), Some(key)) = (&self.webhooks, &self.key) else { return Ok(Outcome::Skipped("channel-off")) };
        let person = &told.notification.owner;
        let Some(url) = settings.webhooks.iter().find(|url| WebhookId::of(person, url) == hook) else {
            return Ok(Outcome::Skipped("webhook-gone"));
        };
        let now = self.clock.now();
        let stands = self.hook(person, hook, webhook::Command::Look).await?;
        if !stands.takes(now) {
            return Ok(Outcome::Skipped("webhook-disabled"));
        }
        let secret = webhook_secret(&**key, hook, stands.generation);
        let call = WebhookCall { id: told.id, hook, url: url.clone(), secret, body: told.json(), now };
        match webhooks.call(&call).await {
            Ok(()) => {
                // Most have nothing to recover from.
                if stands.failures > 0 || stands.disabled {
                    self.hook(person, hook, webhook::Command::Worked).await?;
                }
                Ok(Outcome::Delivered)
            }
            Err(error) => {
                // That too many are asked for at a time says nothing about the program.
                if error.problem != "busy" {
                    self.hook(person, hook, webhook::Command::Failed { problem: error.problem.clone() }).await?;
                }
                Err(error.into())
            }
        }
    }

    async fn settings(&self, person: &UserId) -> Result<Settings, Trouble> {
        // A change of nothing: the answer says how it stands.
        let look = user::Command::ChangeSettings { changes: vec![] };
        match self.ask::<User>(person, PersonId::of(person).to_string(), look).await? {
            Reply::Accepted(accepted) => Ok(accepted.state.settings),
            Reply::Refused { .. } => Err(Trouble::Refused),
        }
    }

    async fn hook(&self, person: &UserId, hook: WebhookId, command: webhook::Command) -> Result<Webhook, Trouble> {
        match self.ask::<Webhook>(person, hook.to_string(), command).await? {
            Reply::Accepted(accepted) => Ok(accepted.state),
            Reply::Refused { .. } => Err(Trouble::Refused),
        }
    }

    /// The todo as its person may see it; nothing if it is not there for them any more.
    async fn todo(&self, person: &UserId, id: TodoId) -> Result<Option<Todo>, Trouble> {
        let look = todo::Command::Change { changes: vec![] };
        match self.ask::<Todo>(person, id.to_string(), look).await? {
            Reply::Accepted(accepted) => Ok(accepted.state),
            Reply::Refused { refusal: Refusal::NotFound | Refusal::Deleted } => Ok(None),
            // What somebody may do in a list with members, the views know.
            Reply::Refused { .. } => Ok(self.views.todo(person, id).await?.map(|row| row.todo)),
        }
    }

    async fn ask<A: Aggregate>(&self, person: &UserId, id: String, command: A::Command) -> Result<Reply<A::State>, DispatchError>
    where
        ports::Answer<A>: serde::de::DeserializeOwned,
        A::Command: serde::Serialize,
    {
        send::<A>(&*self.dispatch, &self.envelope(person, id, CommandId::new(Uuid::now_v7()), command)).await
    }

    fn envelope<C>(&self, person: &UserId, aggregate_id: String, command_id: CommandId, command: C) -> Envelope<C> {
        let now = self.clock.now();
        Envelope {
            command_id,
            aggregate_id,
            expected_version: None,
            principal: person.clone(),
            at: Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now),
            replayable: false,
            trace: Trace::default(),
            access: Access::default(),
            command,
        }
    }
}
