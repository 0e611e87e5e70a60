use std::{
    collections::HashMap,
    future::Future,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::sync::oneshot;

use super::RowId;

/// Those who wait for a version to be shown. Whoever learns of committed rows wakes exactly those who wait for them.
#[derive(Debug, Default)]
pub(crate) struct Waiters {
    waiting: Mutex<HashMap<RowId, Vec<Waiting>>>,
    tickets: AtomicU64,
}

#[derive(Debug)]
struct Waiting {
    version: u64,
    ticket: u64,
    wake: oneshot::Sender<()>,
}

/// A place in the queue, given up when it is dropped.
struct Ticket<'a> {
    waiters: &'a Waiters,
    id: RowId,
    version: u64,
    number: u64,
    woken: oneshot::Receiver<()>,
}

impl Waiters {
    /// Waits until every one of `positions` is shown, at most for `patience`. `versions` says what is shown already.
    ///
    /// # Errors
    /// That of `versions`.
    pub(crate) async fn wait<E>(
        &self,
        positions: &[(RowId, u64)],
        patience: Duration,
        versions: impl Future<Output = Result<HashMap<RowId, u64>, E>>,
    ) -> Result<bool, E> {
        // First into the queue, then a look at what is there: so nothing is missed in between.
        let tickets: Vec<_> = positions.iter().map(|(id, version)| self.queue(*id, *version)).collect();
        let shown = versions.await?;
        let missing = tickets.into_iter().filter(|ticket| shown.get(&ticket.id).is_none_or(|version| *version < ticket.version));
        let missing: Vec<_> = missing.collect();
        let all = async {
            for mut ticket in missing {
                // The other end is dropped only by sending.
                let _ = (&mut ticket.woken).await;
            }
        };
        Ok(tokio::time::timeout(patience, all).await.is_ok())
    }

    fn queue(&self, id: RowId, version: u64) -> Ticket<'_> {
        let number = self.tickets.fetch_add(1, Ordering::Relaxed);
        let (wake, woken) = oneshot::channel();
        self.locked().entry(id).or_default().push(Waiting { version, ticket: number, wake });
        Ticket { waiters: self, id, version, number, woken }
    }

    /// These versions are shown now.
    pub(crate) fn shown(&self, rows: impl IntoIterator<Item = (RowId, u64)>) {
        let mut waiting = self.locked();
        for (id, version) in rows {
            if waiting.is_empty() {
                return;
            }
            let Some(queue) = waiting.get_mut(&id) else { continue };
            for reached in queue.extract_if(.., |waiting| waiting.version <= version) {
                // Whoever waited may have left.
                let _ = reached.wake.send(());
            }
            if queue.is_empty() {
                waiting.remove(&id);
            }
        }
    }

    /// What somebody waits for.
    #[cfg(feature = "cluster")]
    pub(crate) fn wanted(&self) -> Vec<RowId> {
        self.locked().keys().copied().collect()
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, HashMap<RowId, Vec<Waiting>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        let mut waiting = self.waiters.locked();
        if let Some(queue) = waiting.get_mut(&self.id) {
            queue.retain(|waiting| waiting.ticket != self.number);
            if queue.is_empty() {
                waiting.remove(&self.id);
            }
        }
    }
}
