//! The samples of schema version 1, by the names of their files in `tests/fixtures/v1`. A file is never changed: where a law of
//! `stored_form.rs` fails, today's program can no longer read, or no longer writes, what lies in people's stores. A new form is a
//! new schema version.

use std::collections::BTreeSet;

use domain::{
    Aggregate, BatchId, ListId, PersonId, Role, SagaId, TodoId, WebhookId,
    list::{self, TodoList},
    notification::{self, DropReason, Notification, Subject, Target},
    recurrence::{Basis, Recurrence},
    saga::{self, Batch, BatchCommand, BatchEvent, Direction, Item, Kind, Outcome, Reason, Recorded, Saga, Tally, Work},
    todo::{self, Draft, Due, Priority, RemindAt, ReminderSpec, Todo},
    user::{self, Channel, QuietHours, User, WebhookUrl},
    webhook::{self, Webhook},
};
use testkit::samples::{at, due, order, tags, text, user};

/// Something that is done with the samples of every type of aggregate.
pub(crate) trait ForEach {
    /// With those of `A`: an id of one, a command that any may be given, and the samples.
    fn of<A>(&mut self, id: String, command: A::Command, samples: Vec<(&'static str, A::Event)>)
    where
        A: Aggregate,
        A::Event: PartialEq;
}

/// Every event type that was ever written, by type of aggregate.
pub(crate) const TYPES: [&[&str]; 7] = [
    &todo::Event::TYPES,
    user::Event::TYPES,
    list::Event::TYPES,
    saga::Event::TYPES,
    BatchEvent::TYPES,
    notification::Event::TYPES,
    webhook::Event::TYPES,
];

pub(crate) fn for_each(it: &mut impl ForEach) {
    it.of::<Todo>("todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11".into(), todo::Command::Delete, todos());
    it.of::<User>(PersonId::of(&user("anna")).to_string(), user::Command::RemoveFilter { name: text("x") }, people());
    it.of::<TodoList>(shared().to_string(), list::Command::Delete, lists());
    it.of::<Saga>(operation().to_string(), saga::Command::Look, sagas());
    it.of::<Batch>(BatchId::of(&user("anna"), operation(), 0).to_string(), BatchCommand::Look, batches());
    it.of::<Notification>("notification-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11".into(), notification::Command::Look, notifications());
    it.of::<Webhook>(hook().to_string(), webhook::Command::Look, webhooks());
}

/// The names of all files.
pub(crate) fn names() -> BTreeSet<&'static str> {
    struct Names(BTreeSet<&'static str>);
    impl ForEach for Names {
        fn of<A: Aggregate>(&mut self, _: String, _: A::Command, samples: Vec<(&'static str, A::Event)>)
        where
            A::Event: PartialEq,
        {
            self.0.extend(samples.into_iter().map(|(name, _)| name));
        }
    }
    let mut all = Names(BTreeSet::new());
    for_each(&mut all);
    all.0
}

fn shared() -> ListId {
    "list-01932c07-5a3e-8cc0-9a55-0f2b8d0c7f11".parse().expect("a list's id")
}

fn hook_url() -> WebhookUrl {
    "https://example.org/hook".to_owned().try_into().expect("a web hook's address")
}

fn hook() -> WebhookId {
    WebhookId::of(&user("anna"), &hook_url())
}

fn operation() -> SagaId {
    "saga-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11".parse().expect("a saga's id")
}

pub(crate) fn todos() -> Vec<(&'static str, todo::Event)> {
    use todo::Event;
    let (inbox, shopping) = (ListId::inbox(&user("anna")), ListId::derived(&user("anna"), "shopping"));
    vec![
        (
            "TodoCreated",
            Event::TodoCreated {
                owner: user("anna"),
                list: shopping,
                title: text("buy milk"),
                description: Some(text("oat, \"two\" litres\nfor Zoë 🥛")),
                tags: tags(&["shop", "home"]),
                priority: Some(Priority::High),
                due: Some(due("2026-11-24T09:00", "Europe/Berlin")),
                order: Some(order(0.1 + 0.2)),
            },
        ),
        (
            "TodoCreated.least",
            Event::TodoCreated {
                owner: user("anna"),
                list: inbox,
                title: text("buy milk"),
                description: None,
                tags: tags(&[]),
                priority: None,
                due: None,
                order: None,
            },
        ),
        ("TitleChanged", Event::TitleChanged { title: text("buy oat milk") }),
        ("DescriptionChanged", Event::DescriptionChanged { description: Some(text("two litres")) }),
        ("DescriptionChanged.cleared", Event::DescriptionChanged { description: None }),
        ("TodoCompleted", Event::TodoCompleted { completed_by: user("anna") }),
        ("TodoReopened", Event::TodoReopened { reopened_by: user("anna") }),
        ("OrderChanged", Event::OrderChanged { order: Some(order(-2.5)) }),
        ("OrderChanged.cleared", Event::OrderChanged { order: None }),
        ("TodoTagged", Event::TodoTagged { tag: text("home") }),
        ("TodoUntagged", Event::TodoUntagged { tag: text("home") }),
        ("PriorityChanged", Event::PriorityChanged { priority: Some(Priority::Urgent) }),
        ("PriorityChanged.cleared", Event::PriorityChanged { priority: None }),
        ("DueChanged", Event::DueChanged { due: Some(due("2026-11-24T09:00:00.5", "Europe/Berlin")) }),
        ("DueChanged.day", Event::DueChanged { due: Some(due("2026-11-24", "UTC")) }),
        ("DueChanged.cleared", Event::DueChanged { due: None }),
        ("TodoMoved", Event::TodoMoved { from: inbox, to: shopping }),
        ("TodoDeleted", Event::TodoDeleted { deleted_by: user("anna") }),
        ("TodoRestored", Event::TodoRestored { restored_by: user("anna") }),
        ("RecurrenceChanged", Event::RecurrenceChanged { recurrence: Some(weekly()) }),
        ("RecurrenceChanged.completion", Event::RecurrenceChanged { recurrence: Some(after_completion()) }),
        ("RecurrenceChanged.cleared", Event::RecurrenceChanged { recurrence: None }),
        ("OccurrenceCompleted", Event::OccurrenceCompleted { completed_by: user("anna"), due: friday(), next: monday(), number: 2 }),
        ("OccurrenceSkipped", Event::OccurrenceSkipped { skipped_by: user("anna"), due: friday(), next: monday(), number: 2 }),
        ("RemindersChanged", Event::RemindersChanged { reminders: vec![before()] }),
        ("RemindersChanged.moments", Event::RemindersChanged { reminders: moments() }),
        ("TodoReminded", Event::TodoReminded { reminder: before().id, person: user("anna"), due: at(0), late: false }),
        ("TodoReminded.late", Event::TodoReminded { reminder: before().id, person: user("anna"), due: at(0), late: true }),
        ("ReminderPassed", Event::ReminderPassed { reminder: before().id, due: at(0) }),
        ("ReminderSnoozed", Event::ReminderSnoozed { reminder: before().id, until: at(600) }),
        ("SubtaskAdded", Event::SubtaskAdded { subtask: 1, title: text("fetch \"the\" basket") }),
        ("SubtaskRetitled", Event::SubtaskRetitled { subtask: 1, title: text("fetch the bag") }),
        ("SubtaskCompleted", Event::SubtaskCompleted { subtask: 1 }),
        ("SubtaskReopened", Event::SubtaskReopened { subtask: 1 }),
        ("SubtaskRemoved", Event::SubtaskRemoved { subtask: 1 }),
        ("SubtasksOrdered", Event::SubtasksOrdered { order: vec![2, 1] }),
        ("TodoErased", Event::TodoErased {}),
        ("TodoLeft", Event::TodoLeft { person: user("anna") }),
    ]
}

fn before() -> ReminderSpec {
    ReminderSpec::new(&user("anna"), RemindAt::before(30).expect("minutes"))
}

fn moments() -> Vec<ReminderSpec> {
    vec![
        ReminderSpec::new(&user("ben"), RemindAt::local(friday()).expect("a time")),
        ReminderSpec::new(&user("anna"), RemindAt::Instant { at: at(0) }),
    ]
}

fn friday() -> Due {
    due("2026-11-27T09:00", "Europe/Berlin")
}

fn monday() -> Due {
    due("2026-11-30T09:00", "Europe/Berlin")
}

fn weekly() -> Recurrence {
    Recurrence {
        rule: "FREQ=WEEKLY;BYDAY=MO,FR;UNTIL=20301224T080000Z".parse().expect("a rule"),
        from: Basis::Due,
        at: friday(),
        number: 1,
    }
}

fn after_completion() -> Recurrence {
    let rule = "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=-1FR;BYMONTHDAY=-1,15;BYSETPOS=1;BYMONTH=1,12;WKST=SU".parse().expect("a rule");
    Recurrence { rule, from: Basis::Completion, at: due("2026-11-30", "UTC"), number: 3 }
}

pub(crate) fn people() -> Vec<(&'static str, user::Event)> {
    use user::Event;
    let quiet = QuietHours::new("22:30".parse().expect("a time"), "07:00".parse().expect("a time")).expect("quiet hours");
    vec![
        ("FilterSaved", Event::FilterSaved { name: text("späte"), query: text("completed=false&due_before=2026-06-01T00:00:00Z") }),
        ("FilterRemoved", Event::FilterRemoved { name: text("späte") }),
        ("DisplayNameChanged", Event::DisplayNameChanged { display_name: Some(text("Anna Ø.")) }),
        ("DisplayNameChanged.cleared", Event::DisplayNameChanged { display_name: None }),
        ("ZoneChanged", Event::ZoneChanged { zone: Some("Europe/Berlin".to_owned().try_into().expect("a zone")) }),
        ("ZoneChanged.cleared", Event::ZoneChanged { zone: None }),
        ("QuietHoursChanged", Event::QuietHoursChanged { quiet_hours: Some(quiet) }),
        ("QuietHoursChanged.cleared", Event::QuietHoursChanged { quiet_hours: None }),
        ("EmailChanged", Event::EmailChanged { email: Some("anna@example.org".to_owned().try_into().expect("an address")) }),
        ("EmailChanged.cleared", Event::EmailChanged { email: None }),
        ("ChannelsChanged", Event::ChannelsChanged { channels: Channel::ALL.into() }),
        ("ChannelsChanged.none", Event::ChannelsChanged { channels: BTreeSet::new() }),
        ("WebhookAdded", Event::WebhookAdded { url: hook_url() }),
        ("WebhookRemoved", Event::WebhookRemoved { url: hook_url() }),
        ("UserErasureStarted", Event::UserErasureStarted { operation: operation(), at: at(10) }),
        ("UserErasureStopped", Event::UserErasureStopped { operation: operation() }),
        ("UserErased", Event::UserErased { operation: operation(), at: at(11) }),
        ("UserBeganAnew", Event::UserBeganAnew { at: at(12) }),
    ]
}

pub(crate) fn lists() -> Vec<(&'static str, list::Event)> {
    use list::Event;
    vec![
        ("ListCreated", Event::ListCreated { owner: user("anna"), name: text("Umzug"), description: Some(text("bis \"Juni\" 📦")) }),
        ("ListCreated.least", Event::ListCreated { owner: user("anna"), name: text("Umzug"), description: None }),
        ("ListRenamed", Event::ListRenamed { name: text("Haus") }),
        ("ListDescriptionChanged", Event::ListDescriptionChanged { description: Some(text("alles\ndarin")) }),
        ("ListDescriptionChanged.cleared", Event::ListDescriptionChanged { description: None }),
        ("ListArchived", Event::ListArchived { archived_by: user("anna") }),
        ("ListUnarchived", Event::ListUnarchived { unarchived_by: user("anna") }),
        ("MemberAdded", Event::MemberAdded { user: user("ben"), role: Role::Viewer }),
        ("MemberRoleChanged", Event::MemberRoleChanged { user: user("ben"), role: Role::Editor }),
        ("MemberRemoved", Event::MemberRemoved { user: user("ben") }),
        ("OwnershipTransferred", Event::OwnershipTransferred { from: user("anna"), to: user("ben") }),
        ("ListDeleted", Event::ListDeleted { deleted_by: user("anna"), operation: None }),
        ("ListRestored", Event::ListRestored { restored_by: user("anna") }),
        ("ListDeleted.operation", Event::ListDeleted { deleted_by: user("anna"), operation: Some(operation()) }),
        ("MemberInvited", Event::MemberInvited { user: user("ben"), role: Role::Editor, invited_by: user("anna"), expires: at(604_800) }),
        ("InvitationAccepted", Event::InvitationAccepted { user: user("ben") }),
        ("InvitationDeclined", Event::InvitationDeclined { user: user("ben") }),
        ("InvitationWithdrawn", Event::InvitationWithdrawn { user: user("ben") }),
        ("InvitationExpired", Event::InvitationExpired { user: user("ben") }),
        ("ListErased", Event::ListErased {}),
    ]
}

pub(crate) fn sagas() -> Vec<(&'static str, saga::Event)> {
    use saga::Event;
    let started = |work, undoes: Option<domain::SagaId>| Event::SagaStarted {
        owner: user("anna"),
        kind: if undoes.is_none() { Kind::Bulk } else { Kind::Undo },
        work,
        undoes,
        items: 101,
        steps: 2,
        at: at(0),
        deadline: at(21_600),
    };
    let of_list = |kind, work, undoes| Event::ListSagaStarted {
        owner: user("anna"),
        kind,
        work,
        list: shared(),
        undoes,
        items: 101,
        steps: 3,
        at: at(0),
        deadline: at(21_600),
    };
    let (forward, back) = (Direction::Forward, Direction::Back);
    let tally = Tally { done: 98, unchanged: 1, refused: 1 };
    vec![
        ("SagaStarted", started(Work::Tag { tag: text("home") }, None)),
        ("SagaStarted.undo", started(Work::Undo, Some(operation()))),
        ("SagaStepStarted", Event::SagaStepStarted { step: 0, direction: forward, attempt: 1, until: at(30) }),
        ("SagaStepTaken", Event::SagaStepTaken { step: 0, direction: forward, tally }),
        (
            "SagaStepFailed",
            Event::SagaStepFailed { step: 1, direction: back, attempt: 2, problem: "actor-unavailable".into(), retry_at: at(1) },
        ),
        ("SagaStopping", Event::SagaStopping { reason: Reason::Aborted }),
        ("SagaStopping.overdue", Event::SagaStopping { reason: Reason::Overdue }),
        ("SagaParked", Event::SagaParked { problem: "batch-lost".into() }),
        ("SagaResumed", Event::SagaResumed { by: user("anna") }),
        ("SagaCompleted", Event::SagaCompleted { at: at(2) }),
        ("SagaCompensated", Event::SagaCompensated { at: at(3) }),
        ("ListSagaStarted", of_list(Kind::ListDelete, Work::Delete, None)),
        ("ListSagaStarted.archive", of_list(Kind::ListArchive, Work::ArchiveList, None)),
        ("ListSagaStarted.undo", of_list(Kind::Undo, Work::Undo, Some(operation()))),
        ("SagaRefused", Event::SagaRefused { problem: "precondition-failed".into() }),
        ("ErasureStarted", Event::ErasureStarted { owner: user("anna"), items: 12, steps: 6, at: at(0), deadline: at(21_600) }),
        ("SagaErased", Event::SagaErased { at: at(9) }),
    ]
}

pub(crate) fn batches() -> Vec<(&'static str, BatchEvent)> {
    let todo: TodoId = "todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11".parse().expect("a todo's id");
    let filled = |work, items| BatchEvent::BatchFilled { owner: user("anna"), saga: operation(), work, items };
    let of_list =
        |work, item| BatchEvent::ListBatchFilled { owner: user("anna"), saga: operation(), work, list: shared(), items: vec![item] };
    let make = Work::CreateList { name: text("Umzug"), description: Some(text("bis Juni")) };
    let draft: Draft = serde_json::from_value(serde_json::json!({
        "title": "buy milk", "tags": ["home"], "priority": "high", "completed": true,
        "due": { "local": "2026-11-24T09:00:00", "zone": "Europe/Berlin" },
    }))
    .expect("a draft");
    let outcomes = vec![
        Recorded { at: 0, outcome: Outcome::Done { version: 7, events: 2 } },
        Recorded { at: 1, outcome: Outcome::Refused { refused: "not-found".into() } },
    ];
    vec![
        ("BatchFilled", filled(Work::Complete, vec![Item::Todo(todo)])),
        ("BatchFilled.priority", filled(Work::Priority { priority: Some(Priority::High) }, vec![Item::Todo(todo)])),
        ("BatchFilled.drafts", filled(Work::Create, vec![Item::Draft { todo, draft: Box::new(draft) }])),
        ("BatchFilled.changes", filled(Work::Undo, vec![Item::Change { todo, version: 7, events: 2 }])),
        ("BatchRecorded", BatchEvent::BatchRecorded { direction: Direction::Forward, outcomes: outcomes.clone() }),
        ("BatchRecorded.back", BatchEvent::BatchRecorded { direction: Direction::Back, outcomes }),
        ("ListBatchFilled", of_list(Work::Move, Item::Todo(todo))),
        ("ListBatchFilled.list", of_list(Work::DeleteList, Item::List { list: shared(), version: Some(3) })),
        ("ListBatchFilled.create", of_list(make, Item::List { list: shared(), version: None })),
        ("BatchErased", BatchEvent::BatchErased {}),
    ]
}

pub(crate) fn notifications() -> Vec<(&'static str, notification::Event)> {
    use notification::Event;
    let todo: TodoId = "todo-01932c07-5a3e-7cc0-9a55-0f2b8d0c7f11".parse().expect("a todo's id");
    let subject = Subject::Reminder { todo, at: at(0), late: false };
    let targets = vec![Target::Page, Target::Email, Target::Webhook { hook: hook() }];
    let problem = || "unreachable".to_owned();
    vec![
        ("NotificationStarted", Event::NotificationStarted { owner: user("anna"), subject: subject.clone(), at: at(0), until: at(30) }),
        ("NotificationStarted.test", Event::NotificationStarted { owner: user("anna"), subject: Subject::Test, at: at(0), until: at(30) }),
        ("NotificationPlanning", Event::NotificationPlanning { attempt: 2, until: at(60) }),
        ("NotificationPlanFailed", Event::NotificationPlanFailed { attempt: 1, problem: problem(), retry_at: at(31) }),
        ("NotificationHeld", Event::NotificationHeld { until: at(3_600) }),
        ("NotificationPlanned", Event::NotificationPlanned { subject, targets, at: at(1) }),
        ("NotificationDropped", Event::NotificationDropped { reason: DropReason::Moot }),
        ("NotificationDropped.unwanted", Event::NotificationDropped { reason: DropReason::Unwanted }),
        ("NotificationDropped.unplanned", Event::NotificationDropped { reason: DropReason::Unplanned }),
        ("DeliveryStarted", Event::DeliveryStarted { delivery: 1, attempt: 2, until: at(90) }),
        ("NotificationDelivered", Event::NotificationDelivered { delivery: 1, at: at(2) }),
        ("DeliveryFailed", Event::DeliveryFailed { delivery: 2, attempt: 1, problem: problem(), retry_at: at(5) }),
        ("DeliverySkipped", Event::DeliverySkipped { delivery: 2, problem: problem(), at: at(6) }),
        ("DeliveryGivenUp", Event::DeliveryGivenUp { delivery: 2, problem: problem(), at: at(7) }),
        ("NotificationResumed", Event::NotificationResumed { by: user("anna") }),
        ("NotificationRead", Event::NotificationRead { at: at(8) }),
        ("NotificationErased", Event::NotificationErased {}),
    ]
}

pub(crate) fn webhooks() -> Vec<(&'static str, webhook::Event)> {
    use webhook::Event;
    vec![
        ("WebhookFailed", Event::WebhookFailed { owner: user("anna"), problem: "unreachable".into() }),
        ("WebhookRecovered", Event::WebhookRecovered {}),
        ("WebhookDisabled", Event::WebhookDisabled { failures: 20, at: None }),
        ("WebhookEnabled", Event::WebhookEnabled { by: user("anna") }),
        ("WebhookSecretChanged", Event::WebhookSecretChanged { owner: user("anna"), generation: 1 }),
        ("WebhookDisabled.at", Event::WebhookDisabled { failures: 30, at: Some(at(9)) }),
        ("WebhookErased", Event::WebhookErased {}),
    ]
}
