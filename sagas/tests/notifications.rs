//! People are told: by the ways that they chose, not in their quiet hours, again until it arrives, and once for each notice.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use actors::{Hosts, LateDispatch, LocalDispatch, Options, Services, TakeTypes};
use domain::{
    Access, Aggregate, CommandId, Envelope, Grant, ListId, NotificationId, PersonId, Role, TodoId, Trace, UserId, WebhookId,
    list::{self, TodoList},
    notification::{self, DeliveryStatus, DropReason, Notification, Status, Subject},
    todo::{self, Change, Draft, Todo},
    user::{self, Channel, Email, QuietHours, SettingChange, User, WebhookUrl},
    webhook::{self, Webhook},
};
use jiff::{SignedDuration, Timestamp};
use ports::{
    ChannelError, Clock, Dispatch, ListRow, METHOD_RING, MacKey, Notice, NoticeFeed, Reply, Ring, Timers, TodoRow, ViewStore,
    memory::{MemoryChannels, MemoryDeadLetters, MemoryStore, MemoryTimers, MemoryTopic},
    send, webhook_secret,
};
use sagas::{Driver, Messenger, NoticeReader, Starter};
use testkit::{
    MemoryViews, poll_until,
    samples::{at, text},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const PATIENCE: Duration = Duration::from_secs(20);

struct TestClock(Mutex<Timestamp>);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

struct TestKey;

impl MacKey for TestKey {
    fn mac(&self, text: &[u8]) -> [u8; 32] {
        let mut mac = [7_u8; 32];
        for (at, byte) in text.iter().enumerate() {
            mac[at % 32] = mac[at % 32].wrapping_mul(31).wrapping_add(*byte);
        }
        mac
    }
}

/// A host, and everything around it.
struct World {
    dispatch: Arc<dyn Dispatch>,
    timers: Arc<MemoryTimers>,
    clock: Arc<TestClock>,
    channels: Arc<MemoryChannels>,
    views: Arc<MemoryViews>,
    owner: UserId,
    _hosts: Arc<Hosts>,
}

impl World {
    fn new() -> Self {
        let clock = Arc::new(TestClock(Mutex::new(at(0))));
        let (timers, channels) = (Arc::new(MemoryTimers::default()), Arc::new(MemoryChannels::default()));
        let views = Arc::new(MemoryViews::default());
        let store = Arc::new(MemoryStore::default());
        let services = Services { store, relay: None, clock: clock.clone(), options: Options::default() };
        let late = LateDispatch::default();
        let messenger = Messenger {
            dispatch: Arc::new(late.clone()),
            views: views.clone(),
            clock: clock.clone(),
            mailer: Some(channels.clone()),
            webhooks: Some(channels.clone()),
            key: Some(Arc::new(TestKey)),
            public_url: "https://todo.example.org".into(),
        };
        let driver = Driver::new(Arc::new(messenger), Arc::new(late.clone()));
        let hosts = Hosts::new(services).with::<Todo>().with::<TodoList>().with::<User>().with::<Webhook>();
        let hosts = Arc::new(hosts.with_reactions::<Notification>(timers.clone(), Some(Arc::new(driver))));
        late.bind(&hosts);
        let dispatch = Arc::new(LocalDispatch::new(hosts.clone()));
        Self { dispatch, timers, clock, channels, views, owner: "ana".parse().unwrap(), _hosts: hosts }
    }

    async fn tell<A: Aggregate>(&self, id: String, command: A::Command) -> A::State
    where
        ports::Answer<A>: serde::de::DeserializeOwned,
        A::Command: serde::Serialize,
    {
        self.tell_with::<A>(Access::default(), id, command).await
    }

    async fn tell_with<A: Aggregate>(&self, access: Access, id: String, command: A::Command) -> A::State
    where
        ports::Answer<A>: serde::de::DeserializeOwned,
        A::Command: serde::Serialize,
    {
        let envelope = Envelope {
            command_id: CommandId::new(Uuid::now_v7()),
            aggregate_id: id,
            expected_version: None,
            principal: self.owner.clone(),
            at: self.clock.now(),
            replayable: false,
            trace: Trace::default(),
            access,
            command,
        };
        match send::<A>(&*self.dispatch, &envelope).await.unwrap() {
            Reply::Accepted(accepted) => accepted.state,
            Reply::Refused { refusal } => panic!("{refusal}"),
        }
    }

    async fn settings(&self, changes: Vec<SettingChange>) {
        self.tell::<User>(PersonId::of(&self.owner).to_string(), user::Command::ChangeSettings { changes }).await;
    }

    async fn by_mail(&self) {
        let email = Email::parse("email", "ana@example.org").unwrap();
        self.settings(vec![SettingChange::Email(Some(email)), SettingChange::Channels([Channel::Email].into())]).await;
    }

    async fn todo(&self, title: &str) -> TodoId {
        let id = TodoId::new(Uuid::now_v7());
        self.tell::<Todo>(id.to_string(), todo::Command::Create(Draft::titled(text(title)))).await;
        id
    }

    fn starter(&self) -> Starter {
        Starter { dispatch: self.dispatch.clone(), clock: self.clock.clone() }
    }

    fn notice(&self, subject: Subject) -> Notice {
        let notification_id = NotificationId::of_event(&self.owner, Uuid::now_v7());
        Notice { notification_id, person: self.owner.clone(), subject, at: self.clock.now() }
    }

    async fn look(&self, id: NotificationId) -> Notification {
        self.tell::<Notification>(id.to_string(), notification::Command::Look).await.unwrap()
    }

    /// The notification once it is as `seen` says.
    async fn when(&self, id: NotificationId, seen: impl Fn(&Notification) -> bool) -> Notification {
        let found = poll_until(PATIENCE, async || Some(self.look(id).await).filter(&seen)).await;
        match found {
            Some(found) => found,
            None => panic!("never: {:?}", self.look(id).await),
        }
    }

    /// It is that much later, and what is due rings.
    async fn later(&self, by: SignedDuration) {
        let now = self.clock.now() + by;
        *self.clock.0.lock().unwrap() = now;
        for timer in self.timers.due_before(now + SignedDuration::from_micros(1), 100).await.unwrap() {
            self.dispatch.call(&timer.actor, METHOD_RING, Ring::of(&timer).write(), None).await.unwrap();
        }
    }
}

fn over(it: &Notification) -> bool {
    matches!(it.status, Status::Ended | Status::Dropped)
}

#[tokio::test]
async fn a_reminder_is_told_by_mail_in_words_and_once_for_each_notice() {
    let world = World::new();
    world.by_mail().await;
    let todo = world.todo("call <mum> & dad").await;
    let notice = world.notice(Subject::Reminder { todo, at: at(-7_200), late: true });
    // It comes twice.
    world.starter().publish(&[notice.clone(), notice.clone()]).await.unwrap();
    world.starter().publish(std::slice::from_ref(&notice)).await.unwrap();
    let told = world.when(notice.notification_id, over).await;
    assert_eq!(told.deliveries[0].status, DeliveryStatus::Delivered);
    let letters = world.channels.letters();
    assert_eq!(letters.len(), 1);
    let letter = &letters[0];
    assert_eq!((letter.id, letter.to.expose()), (notice.notification_id, "ana@example.org"));
    assert_eq!(letter.subject.0, "Reminder: call <mum> & dad");
    assert!(letter.text.0.contains("comes late: it was set for Monday, 1 June 2026, 10:00 (UTC)"), "{}", letter.text.0);
    assert!(letter.html.0.contains("call &lt;mum&gt; &amp; dad") && !letter.html.0.contains("<mum>"), "{}", letter.html.0);
    assert!(letter.unsubscribe.0.starts_with("https://todo.example.org/unsubscribe?person=ana&token="));
    assert!(letter.text.0.contains(&letter.unsubscribe.0));
}

#[tokio::test]
async fn what_is_done_or_too_old_or_unwanted_is_not_told() {
    let world = World::new();
    world.by_mail().await;
    let done = world.todo("done").await;
    world.tell::<Todo>(done.to_string(), todo::Command::Change { changes: vec![Change::Completed(true)] }).await;
    let notice = world.notice(Subject::Reminder { todo: done, at: at(0), late: false });
    world.starter().start(&notice).await.unwrap();
    assert_eq!(world.when(notice.notification_id, over).await.dropped, Some(DropReason::Moot));
    let gone = world.notice(Subject::Reminder { todo: TodoId::new(Uuid::now_v7()), at: at(0), late: false });
    world.starter().start(&gone).await.unwrap();
    assert_eq!(world.when(gone.notification_id, over).await.dropped, Some(DropReason::Moot));
    let old = Notice { at: at(-90_000), ..world.notice(Subject::Test) };
    world.starter().start(&old).await.unwrap();
    assert!(world.timers.due_before(Timestamp::MAX, 9).await.unwrap().is_empty(), "nothing was started");
    assert_eq!(world.channels.letters().len(), 0);
}

#[tokio::test]
async fn nobody_is_told_of_what_is_in_a_list_that_is_put_away() {
    let world = World::new();
    world.by_mail().await;
    let (list, id) = (ListId::with_members(Uuid::now_v7()), TodoId::new(Uuid::now_v7()));
    let of_list = async |command| world.tell::<TodoList>(list.to_string(), command).await;
    let archived = |archived| list::Command::Change { changes: vec![list::Change::Archived(archived)] };
    of_list(list::Command::Create { name: text("list"), description: None }).await;
    let access = Access { grants: vec![Grant { list, role: Role::Owner, archived: false, todos: 0 }], ..Access::default() };
    let draft = Draft { list: Some(list), ..Draft::titled(text("in a list")) };
    let todo = world.tell_with::<Todo>(access, id.to_string(), todo::Command::Create(draft)).await.unwrap();
    let row = TodoRow { id, version: 1, todo, created_at: at(0), updated_at: at(0), completed_at: None };
    world.views.store(&[row], &[]).await.unwrap();
    world
        .views
        .store_all(&[], &[], &[ListRow { id: list, version: 1, list: of_list(list::Command::Look).await.unwrap() }], &[])
        .await
        .unwrap();
    let dropped = async || {
        let notice = world.notice(Subject::Reminder { todo: id, at: at(0), late: false });
        world.starter().start(&notice).await.unwrap();
        world.when(notice.notification_id, over).await.dropped
    };
    assert_eq!(dropped().await, None);
    of_list(archived(true)).await;
    assert_eq!(dropped().await, Some(DropReason::Moot));
    of_list(archived(false)).await;
    assert_eq!(dropped().await, None);
    of_list(list::Command::Delete).await;
    assert_eq!(dropped().await, Some(DropReason::Moot));
    of_list(list::Command::Restore).await;
    assert_eq!(dropped().await, None);
    assert_eq!(world.channels.letters().len(), 3, "and never of what was put away");
}

#[tokio::test]
async fn quiet_hours_hold_it_and_then_it_is_told_once() {
    let world = World::new();
    world.by_mail().await;
    // It is noon.
    let quiet = QuietHours::new("11:30".parse().unwrap(), "13:00".parse().unwrap()).unwrap();
    world.settings(vec![SettingChange::QuietHours(Some(quiet))]).await;
    let notices = [world.notice(Subject::Test), world.notice(Subject::Test)];
    world.starter().publish(&notices).await.unwrap();
    for notice in &notices {
        let held = world.when(notice.notification_id, |it| it.status == Status::Held).await;
        assert_eq!(held.next, at(3_600));
    }
    world.later(SignedDuration::from_mins(59)).await;
    assert_eq!(world.channels.letters().len(), 0);
    world.later(SignedDuration::from_mins(1)).await;
    for notice in &notices {
        world.when(notice.notification_id, over).await;
    }
    world.later(SignedDuration::from_hours(2)).await;
    assert_eq!(world.channels.letters().len(), 2, "each once");
}

#[tokio::test]
async fn what_fails_is_tried_again_and_what_cannot_arrive_is_given_up_until_somebody_says_so() {
    let world = World::new();
    world.by_mail().await;
    world.channels.fail([ChannelError::passing("mail-server-away", "away"), ChannelError::passing("timed-out", "slow")]);
    let notice = world.notice(Subject::Test);
    world.starter().start(&notice).await.unwrap();
    for attempt in 1..=2 {
        let waits =
            |it: &Notification| it.deliveries.first().is_some_and(|one| one.attempt == attempt && one.status == DeliveryStatus::Waiting);
        world.when(notice.notification_id, waits).await;
        world.later(SignedDuration::from_secs(4)).await;
    }
    let told = world.when(notice.notification_id, over).await;
    assert_eq!((told.deliveries[0].attempt, told.deliveries[0].status), (3, DeliveryStatus::Delivered));
    world.channels.fail([ChannelError::lasting("mail-refused")]);
    let notice = world.notice(Subject::Test);
    world.starter().start(&notice).await.unwrap();
    let lost = world.when(notice.notification_id, over).await;
    assert_eq!((lost.deliveries[0].status, lost.deliveries[0].problem.as_deref()), (DeliveryStatus::GivenUp, Some("mail-refused")));
    world.tell::<Notification>(notice.notification_id.to_string(), notification::Command::Retry).await;
    assert_eq!(world.when(notice.notification_id, over).await.deliveries[0].status, DeliveryStatus::Delivered);
}

#[tokio::test]
async fn a_program_that_keeps_failing_is_left_alone_and_finds_back_by_itself() {
    let world = World::new();
    let url = WebhookUrl::parse("url", "https://example.org/hook").unwrap();
    world.settings(vec![SettingChange::Webhooks([url.clone()].into()), SettingChange::Channels([Channel::Webhook].into())]).await;
    let hook = WebhookId::of(&world.owner, &url);
    let tell = async || {
        let notice = world.notice(Subject::Test);
        world.starter().start(&notice).await.unwrap();
        let settled = |it: &Notification| it.deliveries.first().is_some_and(|one| one.status != DeliveryStatus::Acting);
        world.when(notice.notification_id, settled).await.deliveries[0].clone()
    };
    for _ in 0..webhook::MAX_FAILURES {
        world.channels.fail([ChannelError::lasting("status-500")]);
        assert_eq!(tell().await.status, DeliveryStatus::GivenUp);
    }
    let skipped = tell().await;
    assert_eq!((skipped.status, skipped.problem.as_deref()), (DeliveryStatus::Skipped, Some("webhook-disabled")));
    assert_eq!(world.channels.calls().len(), 0);
    world.later(webhook::TRY_AFTER).await;
    assert_eq!(tell().await.status, DeliveryStatus::Delivered);
    let stands = world.tell::<Webhook>(hook.to_string(), webhook::Command::Look).await;
    assert_eq!((stands.disabled, stands.failures), (false, 0));
    let call = world.channels.calls().pop().unwrap();
    assert_eq!((call.hook, call.secret), (hook, webhook_secret(&TestKey, hook, 0)));
    let body: serde_json::Value = serde_json::from_str(&call.body.0).unwrap();
    assert_eq!((&body["type"], &body["person"], &body["id"]), (&"test".into(), &"ana".into(), &call.id.to_string().into()));
    // A web hook that is taken away meanwhile, and a channel that is taken back, are no failures.
    world.settings(vec![SettingChange::Channels([Channel::Page].into()), SettingChange::Webhooks([].into())]).await;
    assert_eq!(tell().await.status, DeliveryStatus::Delivered);
    assert_eq!(world.channels.calls().len(), 1);
}

#[tokio::test]
async fn a_topic_is_read_until_what_it_names_is_started_and_what_is_no_notice_is_put_aside() {
    let world = World::new();
    world.by_mail().await;
    let (topic, letters) = (Arc::new(MemoryTopic::default()), Arc::new(MemoryDeadLetters::default()));
    let notices: Vec<_> = (0..40).map(|_| world.notice(Subject::Test)).collect();
    for notice in &notices {
        topic.write(Some("ana"), &[], Some(&serde_json::to_vec(notice).unwrap()));
    }
    topic.write(Some("ana"), &[], Some(b"{}"));
    topic.write(Some("ana"), &[], None);
    let stop = CancellationToken::new();
    let reader = NoticeReader { starter: world.starter(), letters: letters.clone(), group: "todo-notifications".into() };
    let reading = tokio::spawn(reader.run(Box::new(topic.open()), stop.clone()));
    let all = poll_until(PATIENCE, async || (world.channels.letters().len() >= notices.len()).then_some(())).await;
    assert!(all.is_some(), "{}", world.channels.letters().len());
    let aside = poll_until(PATIENCE, async || (letters.all().len() == 2).then_some(())).await;
    assert!(aside.is_some(), "{:?}", letters.all());
    stop.cancel();
    reading.await.unwrap();
    let ids = |letters: Vec<ports::Letter>| letters.iter().map(|letter| letter.id).collect::<std::collections::BTreeSet<_>>();
    assert_eq!(ids(world.channels.letters()), notices.iter().map(|notice| notice.notification_id).collect());
}
