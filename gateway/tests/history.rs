//! Questions about the past while the journal is down, behind or damaged, and undoing what changes meanwhile.

mod support;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use domain::{EventRecord, ListId, UserId};
use gateway::Auth;
use ports::{Chain, Journal, JournalError, Positioned};
use serde_json::{Value, json};
use support::{Answer, Backend, ask, call, send};
use tokio::sync::mpsc;

const TODOS: &str = "/api/v1/todos";

/// A todo that was called one, then two; its path.
async fn renamed(router: &axum::Router) -> String {
    let todo = send(router, "POST", TODOS, &json!({ "title": "one" })).await.json();
    let path = format!("{TODOS}/{}", todo["id"].as_str().expect("an id"));
    assert_eq!(send(router, "PATCH", &path, &json!({ "title": "two" })).await.status, 200);
    path
}

/// What is asked of the past, in each way.
async fn ask_all(router: &axum::Router, path: &str) -> [Answer; 3] {
    let history = ask(router, "GET", &format!("{path}/history")).await;
    let then = ask(router, "GET", &format!("{path}?at=2999-01-01T00:00:00Z")).await;
    [history, then, ask(router, "POST", &format!("{path}/undo")).await]
}

#[tokio::test]
async fn what_the_journal_does_not_have_yet_is_not_denied() {
    let mut backend = Backend::new();
    backend.gateway.options.patience = Duration::from_millis(20);
    let router = backend.router();
    backend.journal_held.send_replace(true);
    let path = renamed(&router).await;
    for answer in ask_all(&router, &path).await {
        assert_eq!((answer.status, answer.header("retry-after"), &answer.json()["type"]), (503, "1", &json!("/problems/views-behind")));
    }
    backend.journal_held.send_replace(false);
    let told = testkit::poll_until(Duration::from_secs(5), async || {
        let answer = ask(&router, "GET", &format!("{path}/history")).await;
        (answer.status == 200 && answer.header("data-stale").is_empty()).then_some(answer)
    });
    assert_eq!(told.await.unwrap().json().as_array().map(Vec::len), Some(2));

    // What is there is told, and that something may be missing; but nobody undoes what came before it.
    backend.journal_held.send_replace(true);
    assert_eq!(send(&router, "PATCH", &path, &json!({ "title": "three" })).await.status, 200);
    let shown =
        testkit::poll_until(Duration::from_secs(5), async || (ask(&router, "GET", &path).await.json()["title"] == "three").then_some(()));
    shown.await.expect("the views are ahead, so that what the caller wrote counts as settled");
    let [history, then, undone] = ask_all(&router, &path).await;
    assert_eq!((history.status, history.header("data-stale"), history.json().as_array().map(Vec::len)), (200, "?1", Some(2)));
    assert_eq!((then.status, then.header("data-stale"), &then.json()["title"]), (200, "?1", &json!("two")));
    assert_eq!((undone.status, &undone.json()["type"]), (503, &json!("/problems/views-behind")));
    backend.journal_held.send_replace(false);
    backend.gateway.options.patience = Duration::from_secs(5);
    assert_eq!(ask(&backend.router(), "POST", &format!("{path}/undo")).await.json()["title"], "two");
}

#[tokio::test]
async fn a_stranger_is_told_that_nothing_exists() {
    let mut backend = Backend::new();
    let path = renamed(&backend.router()).await;
    let past = testkit::poll_until(Duration::from_secs(5), async || {
        (ask(&backend.router(), "GET", &format!("{path}/history")).await.status == 200).then_some(())
    });
    past.await.unwrap();
    backend.gateway.options.auth = Auth::LocalPerson("mallory".parse().unwrap());
    for answer in ask_all(&backend.router(), &path).await {
        assert_eq!((answer.status, &answer.json()["type"]), (404, &json!("/problems/not-found")));
    }
}

/// A journal that somebody has their hands in: `change` sees each answer.
struct Changed<F> {
    journal: Arc<dyn Journal>,
    change: F,
}

#[async_trait::async_trait]
impl<F: OnItsWay> Journal for Changed<F> {
    async fn chain(&self, aggregate_id: &str) -> Result<Option<Chain>, JournalError> {
        let chain = self.journal.chain(aggregate_id).await?;
        self.change.change(chain).await
    }
    async fn chains(&self, _: mpsc::Sender<Chain>) -> Result<(), JournalError> {
        panic!("the edge reads one chain at a time")
    }
    async fn since(&self, _: &UserId, _: &[ListId], _: u64, _: usize) -> Result<Vec<Positioned>, JournalError> {
        panic!("no question of this test")
    }
    async fn all_since(&self, _: u64, _: usize) -> Result<Vec<Positioned>, JournalError> {
        panic!("no question of this test")
    }
    async fn last_position(&self) -> Result<u64, JournalError> {
        panic!("no question of this test")
    }
}

/// What happens to an answer of the journal on its way.
#[async_trait::async_trait]
trait OnItsWay: Send + Sync {
    async fn change(&self, chain: Option<Chain>) -> Result<Option<Chain>, JournalError>;
}

/// It is damaged.
struct Damage(fn(&mut Chain));

#[async_trait::async_trait]
impl OnItsWay for Damage {
    async fn change(&self, mut chain: Option<Chain>) -> Result<Option<Chain>, JournalError> {
        if let Some(chain) = &mut chain {
            self.0(chain);
        }
        Ok(chain)
    }
}

/// It does not come.
struct Down;

#[async_trait::async_trait]
impl OnItsWay for Down {
    async fn change(&self, _: Option<Chain>) -> Result<Option<Chain>, JournalError> {
        Err(JournalError("secret address".into()))
    }
}

/// While it is on its way, somebody changes the todo at `path`, the next so many times.
struct Overtaken {
    router: axum::Router,
    path: String,
    patch: fn(usize) -> Value,
    times: AtomicUsize,
}

#[async_trait::async_trait]
impl OnItsWay for Overtaken {
    async fn change(&self, chain: Option<Chain>) -> Result<Option<Chain>, JournalError> {
        if let Ok(left) = self.times.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)) {
            assert_eq!(send(&self.router, "PATCH", &self.path, &(self.patch)(left)).await.status, 200);
        }
        Ok(chain)
    }
}

fn with(backend: &Backend, change: impl OnItsWay + 'static) -> axum::Router {
    let mut gateway = backend.gateway.clone();
    gateway.journal = Arc::new(Changed { journal: backend.journal.clone(), change });
    gateway::router(gateway)
}

#[tokio::test]
async fn a_journal_that_is_down_is_a_503_without_details() {
    let backend = Backend::new();
    let path = renamed(&backend.router()).await;
    for answer in ask_all(&with(&backend, Down), &path).await {
        assert_eq!((answer.status, answer.header("retry-after"), &answer.json()["type"]), (503, "1", &json!("/problems/unavailable")));
        assert!(!answer.text.contains("secret"), "{}", answer.text);
    }
    assert_eq!(ask(&backend.router(), "GET", &path).await.json()["title"], "two");
}

#[tokio::test]
async fn what_is_no_history_is_not_told_as_one() {
    let backend = Backend::new();
    let path = renamed(&backend.router()).await;
    let damages: [fn(&mut Chain); 4] = [
        |chain| drop(chain.rows.remove(0)),
        |chain| chain.rows.swap(0, 1),
        |chain| chain.rows[0].record = "{\"title\": \"secret\"".to_owned(),
        |chain| {
            let mut record: EventRecord = serde_json::from_str(&chain.rows[0].record).unwrap();
            record.schema_version = 99;
            chain.rows[0].record = serde_json::to_string(&record).unwrap();
        },
    ];
    for damage in damages {
        for answer in ask_all(&with(&backend, Damage(damage)), &path).await {
            assert_eq!((answer.status, &answer.json()["type"]), (500, &json!("/problems/internal")), "{}", answer.text);
            assert!(!answer.text.contains("secret"), "{}", answer.text);
        }
    }
}

#[tokio::test]
async fn an_undo_that_is_overtaken_is_decided_anew() {
    let backend = Backend::new();
    let path = renamed(&backend.router()).await;
    let overtaken = |patch, times| {
        let (router, times) = (backend.router(), AtomicUsize::new(times));
        with(&backend, Overtaken { router, path: path.clone(), patch, times })
    };
    // Something else was changed: both hold.
    let undo = format!("{path}/undo");
    let done = send(&overtaken(|_| json!({ "completed": true }), 1), "POST", &undo, &json!({ "version": 2 })).await;
    assert_eq!((done.status, &done.json()["title"], &done.json()["completed"]), (200, &json!("one"), &json!(true)), "{}", done.text);
    // The same was changed: nothing newer is lost.
    let refused = send(&overtaken(|_| json!({ "completed": false }), 1), "POST", &undo, &json!({ "version": 3 })).await;
    assert_eq!((refused.status, &refused.json()["completed"]), (200, &json!(false)), "it is as it was before already");
    let refused = send(&overtaken(|_| json!({ "title": "three" }), 1), "POST", &undo, &json!({ "version": 2 })).await;
    assert_eq!((refused.status, &refused.json()["type"]), (409, &json!("/problems/changed-since")));
    // Whoever says on which version is not served on another.
    let now = ask(&backend.router(), "GET", &path).await;
    let request = axum::http::Request::post(&undo).header("if-match", now.header("etag"));
    let router = overtaken(|_| json!({ "title": "four" }), 1);
    let conflict = call(&router, request.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!((conflict.status, &conflict.json()["type"]), (412, &json!("/problems/precondition-failed")));
    // Again and again: somebody must be told at some time.
    let never = overtaken(|left| json!({ "order": left }), 1_000_000);
    let conflict = ask(&never, "POST", &undo).await;
    assert_eq!((conflict.status, &conflict.json()["type"]), (412, &json!("/problems/precondition-failed")));
}
