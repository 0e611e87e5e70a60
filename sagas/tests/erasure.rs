//! A person's erasure, with its host dying before and after each step outwards: it ends with nothing of them left, or, where somebody
//! else is in a list of theirs, with nothing done; and nothing runs twice.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod support;

use domain::{
    Aggregate, BatchId, Grant, ListId, NotificationId, PersonId, Role, SagaId, TodoId, UserId, WebhookId,
    list::{self, TodoList},
    notification::{self, Notification, Subject},
    saga::{Batch, Command, Direction, ErasureStep, Item, Kind, Reason, Saga, Status, Work},
    todo::{self, Draft, RemindAt, Todo},
    user::{self, SettingChange, User},
    webhook::{self, Webhook},
};
use ports::ViewReader;
use support::{
    World,
    crash::{Case, every_crash},
};
use testkit::samples::{at, text, user as person};
use uuid::Uuid;

/// What only the erased person wrote.
const MARK: &str = "Geheimnis";

/// What there is, by what is to become of it.
struct Things {
    /// To be erased.
    lists: Vec<ListId>,
    /// Another's, which stay.
    others: Vec<ListId>,
    /// In another's list, made by the person; and one made by another, of which the person is reminded.
    left: [TodoId; 2],
    saga: SagaId,
    batch: BatchId,
    notification: NotificationId,
    webhook: WebhookId,
}

fn marked() -> Draft {
    let mut draft = Draft::titled(text(MARK));
    draft.description = Some(text(MARK));
    draft.reminders = vec![RemindAt::Instant { at: at(86_400) }];
    draft
}

/// Tells an actor something as `by`, under a name that a client may send again: so its answers are remembered with what they hold.
async fn tell<A: Aggregate>(world: &World, by: &str, id: impl ToString, command: A::Command, grant: Option<Grant>) {
    let mut envelope = world.envelope(id.to_string(), command);
    (envelope.principal, envelope.replayable) = (person(by), true);
    envelope.command_id = domain::CommandId::keyed(Uuid::now_v7());
    envelope.access.grants.extend(grant);
    world.host().tell::<A>(&envelope).await.unwrap();
}

fn held(list: ListId, role: Role) -> Option<Grant> {
    Some(Grant { list, role, archived: false, todos: 0 })
}

async fn prepared() -> (Case, Command) {
    let world = World::new();
    let (me, todo) = (world.owner.to_string(), || TodoId::new(Uuid::now_v7()));
    let mut todos = vec![];
    for _ in 0..2 {
        todos.push(todo());
        tell::<Todo>(&world, &me, todos.last().unwrap(), todo::Command::Create(marked()), None).await;
    }
    // Mine, with a todo of somebody's who was in it; in the trash, with somebody who knows nothing of it.
    let [mine, trashed, theirs, asked] = [(); 4].map(|()| ListId::with_members(Uuid::now_v7()));
    let create = || list::Command::Create { name: text(MARK), description: Some(text(MARK)) };
    let put = |user: &str, role| list::Command::PutMember { user: person(user), role };
    let invite = |user: &str| list::Command::Invite { user: person(user), role: Role::Viewer, expires: None };
    for list in [mine, trashed] {
        tell::<TodoList>(&world, &me, list, create(), None).await;
    }
    tell::<TodoList>(&world, &me, mine, put("bob", Role::Editor), None).await;
    for by in [&*me, "bob"] {
        todos.push(todo());
        let mut draft = marked();
        draft.list = Some(mine);
        tell::<Todo>(&world, by, todos.last().unwrap(), todo::Command::Create(draft), held(mine, Role::Editor)).await;
    }
    tell::<TodoList>(&world, &me, mine, list::Command::RemoveMember { user: person("bob") }, None).await;
    tell::<TodoList>(&world, &me, mine, invite("cy"), None).await;
    tell::<TodoList>(&world, &me, trashed, put("bob", Role::Viewer), None).await;
    tell::<TodoList>(&world, &me, trashed, list::Command::Delete, None).await;
    // Another's.
    let make = list::Command::Create { name: text("theirs"), description: None };
    tell::<TodoList>(&world, "bob", theirs, make.clone(), None).await;
    tell::<TodoList>(&world, "bob", theirs, put(&me, Role::Editor), None).await;
    tell::<TodoList>(&world, "bob", asked, make, None).await;
    tell::<TodoList>(&world, "bob", asked, invite(&me), None).await;
    let left = [todo(), todo()];
    for (by, id) in [&*me, "bob"].into_iter().zip(left) {
        let mut draft = Draft::titled(text("stays"));
        draft.list = Some(theirs);
        tell::<Todo>(&world, by, id, todo::Command::Create(draft), held(theirs, Role::Editor)).await;
        let remind = todo::Change::Reminders(vec![RemindAt::Instant { at: at(86_400) }]);
        tell::<Todo>(&world, &me, id, todo::Command::Change { changes: vec![remind] }, held(theirs, Role::Editor)).await;
    }
    // What is kept besides.
    let id = PersonId::of(&world.owner);
    let named = SettingChange::DisplayName(Some(text(MARK)));
    tell::<User>(&world, &me, id, user::Command::ChangeSettings { changes: vec![named] }, None).await;
    tell::<User>(&world, &me, id, user::Command::SaveFilter { name: text(MARK), query: text("q=x") }, None).await;
    let subject = Subject::Reminder { todo: todos[0], at: at(0), late: false };
    let notification = NotificationId::new(Uuid::now_v7());
    tell::<Notification>(&world, &me, notification, notification::Command::Start { subject, at: at(0) }, None).await;
    let webhook = WebhookId::new(Uuid::now_v7());
    tell::<Webhook>(&world, &me, webhook, webhook::Command::NewSecret, None).await;
    // An operation that is over, with what it held.
    let drafts = vec![Item::Draft { todo: todo(), draft: Box::new(marked()) }];
    todos.extend(drafts.iter().filter_map(Item::todo));
    let (saga, start) = world.fill(&Work::Create, drafts, 2).await;
    world.carry_out(saga, start).await;
    let batch = BatchId::of(&world.owner, saga, 0);

    let steps = ErasureStep::ALL.len() as u32;
    let start = Command::Start { kind: Kind::Erase, work: Work::Erase, undoes: None, list: None, items: 9, steps };
    let things = Things { lists: vec![mine, trashed], others: vec![theirs, asked], left, saga, batch, notification, webhook };
    THINGS.with(|kept| *kept.borrow_mut() = Some(things));
    (Case { world, saga: SagaId::new(Uuid::now_v7()), todos }, start)
}

thread_local! {
    /// What the present case has: a test runs on one thread.
    static THINGS: std::cell::RefCell<Option<Things>> = const { std::cell::RefCell::new(None) };
}

/// Nothing of an actor holds a word of the person's, or names them.
async fn blank<A: Aggregate>(world: &World, id: impl ToString, at: usize) {
    let (id, stored) = (id.to_string(), world.stored::<A>(&id.to_string()).await);
    assert!(!stored.is_empty(), "{at}: {id} was there");
    assert!(!stored.contains(MARK), "{at}: a word is left in {id}: {stored}");
    assert!(!stored.contains(&format!("\"{}\"", world.owner)), "{at}: {id} names them: {stored}");
}

#[tokio::test(start_paused = true)]
async fn somebody_is_erased_wherever_the_host_dies() {
    every_crash(prepared, false, async |case, ended, at| {
        let world = &case.world;
        assert_eq!((ended.status, ended.taken, ended.direction), (Status::Completed, 6, Direction::Forward), "{at}: {ended:?}");
        let things = THINGS.with(|kept| kept.borrow_mut().take()).unwrap();
        for todo in &case.todos {
            assert!(world.todo(*todo).await.unwrap().is_erased(), "{at}");
            assert_eq!(world.events(&todo.to_string()).await, ["TodoCreated", "RemindersChanged", "TodoErased"], "{at}");
            blank::<Todo>(world, todo, at).await;
        }
        for list in &things.lists {
            blank::<TodoList>(world, list, at).await;
        }
        for list in &things.others {
            assert!(!world.list_state(*list).await.unwrap().names(&world.owner), "{at}");
        }
        for todo in things.left {
            let left = world.todo(todo).await.unwrap();
            assert!(!left.names(&world.owner) && left.title.expose() == "stays" && left.list == things.others[0], "{at}");
            blank::<Todo>(world, todo, at).await;
        }
        blank::<Saga>(world, things.saga, at).await;
        blank::<Batch>(world, things.batch, at).await;
        blank::<Notification>(world, things.notification, at).await;
        blank::<Webhook>(world, things.webhook, at).await;
        let me = PersonId::of(&world.owner);
        blank::<User>(world, me, at).await;
        assert!(world.state::<User>(&me.to_string()).await.erasure.is_some_and(|erasure| erasure.over), "{at}");
        // What the views show is what the actors are, and nothing in it is theirs.
        assert_eq!(world.views.naming(&world.owner).await.unwrap(), ports::Named::default(), "{at}");
        world.nothing_happened_twice::<Todo>(case.todos.iter().chain(&things.left)).await;
        world.nothing_happened_twice::<TodoList>(things.lists.iter().chain(&things.others)).await;
        world.nothing_happened_twice::<User>([me]).await;
        world.nothing_happened_twice::<Notification>([things.notification]).await;
        world.nothing_happened_twice::<Webhook>([things.webhook]).await;
        world.nothing_happened_twice::<Saga>([things.saga]).await;
        let mut ends: Vec<_> = world.events(&me.to_string()).await;
        assert_eq!(ends.split_off(2), ["UserErasureStarted", "UserErased"], "{at}");
    })
    .await;
}

/// Somebody came into a list after the edge had looked: the first step finds out, and what it closed is open again.
#[tokio::test(start_paused = true)]
async fn an_erasure_that_is_refused_changes_nothing_wherever_the_host_dies() {
    let prepare = async || {
        let (case, start) = prepared().await;
        let world = &case.world;
        let shared = ListId::with_members(Uuid::now_v7());
        tell::<TodoList>(world, "ana", shared, list::Command::Create { name: text(MARK), description: None }, None).await;
        tell::<TodoList>(world, "ana", shared, list::Command::PutMember { user: person("bob"), role: Role::Viewer }, None).await;
        (case, start)
    };
    every_crash(prepare, false, async |case, ended, at| {
        let world = &case.world;
        let turned = (ended.status, ended.stopping, ended.taken, ended.taken_back);
        assert_eq!(turned, (Status::Compensated, Some(Reason::Refused), 1, 1), "{at}: {ended:?}");
        let things = THINGS.with(|kept| kept.borrow_mut().take()).unwrap();
        for todo in &case.todos {
            assert_eq!(world.todo(*todo).await.unwrap().title.expose(), MARK, "{at}");
        }
        let [mine, trashed] = things.lists[..] else { panic!("two lists") };
        assert!(!world.list_state(mine).await.unwrap().deleted, "{at}: it is open again");
        assert!(world.list_state(trashed).await.unwrap().deleted, "{at}: it lay in the trash before");
        let me = PersonId::of(&world.owner).to_string();
        let user = world.state::<User>(&me).await;
        assert!(user.erasure.is_none() && user.settings.display_name.is_some(), "{at}");
        world.nothing_happened_twice::<TodoList>(&things.lists).await;
        world.nothing_happened_twice::<User>([me]).await;
    })
    .await;
}

/// Whoever knows the id gets nothing out of an actor by asking it to erase.
#[tokio::test(start_paused = true)]
async fn nobody_erases_anothers() {
    let (case, _) = prepared().await;
    let host = case.world.host();
    let mut erase = case.world.envelope(case.todos[0].to_string(), todo::Command::Erase);
    erase.principal = "mallory".parse::<UserId>().unwrap();
    assert!(host.tell::<Todo>(&erase).await.is_err());
}
