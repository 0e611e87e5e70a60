//! Small writes that many callers make at the same time: whoever asks while a round trip is under way shares the next one.

use std::time::Duration;

use ::redis::{Pipeline, aio::ConnectionManager};
use tokio::sync::{mpsc, oneshot};

use super::Error;

/// As many callers may share a round trip.
const CALLERS: usize = 512;

/// Writes of one kind. Its task goes on until this is dropped.
#[derive(Debug)]
pub(super) struct Shared<C> {
    queue: mpsc::Sender<Asked<C>>,
}

#[derive(Debug)]
struct Asked<C> {
    changes: Vec<C>,
    done: oneshot::Sender<Result<(), Error>>,
}

impl<C: Send + 'static> Shared<C> {
    /// `commands` says changes in Redis' terms, and `answered` takes the numbers that those commands answered that are not
    /// ignored. Each caller is answered within about twice `deadline`. Must be called within a tokio runtime.
    pub(super) fn start(
        connection: ConnectionManager,
        deadline: Duration,
        commands: impl Fn(&[C], &mut Pipeline) + Send + 'static,
        answered: fn(&[u64]),
    ) -> Self {
        let (queue, asked) = mpsc::channel(CALLERS);
        tokio::spawn(run(connection, asked, deadline, commands, answered));
        Self { queue }
    }

    /// Writes all of `changes`.
    pub(super) async fn write(&self, changes: Vec<C>) -> Result<(), Error> {
        let (done, answer) = oneshot::channel();
        self.queue.send(Asked { changes, done }).await.map_err(|_| Error::Closed)?;
        answer.await.map_err(|_| Error::Closed)?
    }
}

async fn run<C>(
    mut connection: ConnectionManager,
    mut queue: mpsc::Receiver<Asked<C>>,
    deadline: Duration,
    commands: impl Fn(&[C], &mut Pipeline),
    answered: fn(&[u64]),
) {
    let mut waiting = Vec::with_capacity(CALLERS);
    while queue.recv_many(&mut waiting, CALLERS).await > 0 {
        let changes: Vec<C> = waiting.iter_mut().flat_map(|asked| std::mem::take(&mut asked.changes)).collect();
        let mut pipeline = Pipeline::new();
        commands(&changes, &mut pipeline);
        let outcome = match tokio::time::timeout(deadline, pipeline.query_async::<Vec<u64>>(&mut connection)).await {
            Ok(answer) => answer.map(|numbers| answered(&numbers)).map_err(Error::from),
            Err(_) => Err(Error::Deadline(deadline)),
        };
        metrics::histogram!("todo_redis_shared_writes").record(waiting.len() as f64);
        for asked in waiting.drain(..) {
            // Whoever asked may have gone.
            let _ = asked.done.send(outcome.clone());
        }
    }
}
