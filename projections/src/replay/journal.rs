use std::{collections::VecDeque, sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use ports::{Delivery, FeedError, FeedReader, Journal, Positioned};
use tokio::{sync::mpsc, task::JoinHandle, time::sleep};

/// How often to look for more at the end of the journal.
const LOOK: Duration = Duration::from_millis(20);

/// Reads the journal as a feed of one partition, 0, whose offsets are the journal's positions. Reads ahead by a batch, on a
/// task of its own, so that reading and storing go on at once.
#[derive(Debug)]
pub struct JournalReader {
    batches: mpsc::Receiver<Result<Vec<Delivery>, FeedError>>,
    left: VecDeque<Delivery>,
    reading: JoinHandle<()>,
}

impl JournalReader {
    /// The only partition.
    pub const PARTITION: i32 = 0;

    /// Reads from what `offsets` say, else from the beginning, `batch` events at once. Must be called within a tokio runtime.
    pub fn start(journal: Arc<dyn Journal>, offsets: &[(i32, i64)], batch: usize) -> Self {
        let next = offsets.iter().find(|(partition, _)| *partition == Self::PARTITION).map_or(1, |(_, next)| *next);
        let (send, batches) = mpsc::channel(1);
        Self { batches, left: VecDeque::new(), reading: tokio::spawn(read(journal, next.cast_unsigned().saturating_sub(1), batch, send)) }
    }
}

async fn read(journal: Arc<dyn Journal>, mut after: u64, batch: usize, send: mpsc::Sender<Result<Vec<Delivery>, FeedError>>) {
    loop {
        let read = match journal.all_since(after, batch).await {
            Ok(rows) if rows.is_empty() => {
                sleep(LOOK).await;
                if send.is_closed() {
                    return;
                }
                continue;
            }
            Ok(rows) => {
                after = rows.last().map_or(after, |row| row.position);
                Ok(rows.into_iter().map(delivery).collect())
            }
            Err(error) => Err(FeedError(error.into())),
        };
        if send.send(read).await.is_err() {
            return;
        }
    }
}

fn delivery(Positioned { position, record, .. }: Positioned) -> Delivery {
    let mut delivery = Delivery::read(JournalReader::PARTITION, position.cast_signed(), Bytes::new(), record.into());
    // What a replay makes of an event, it makes of what was read: the text is not kept beside it.
    delivery.body = Bytes::new();
    if let Ok(event) = &delivery.event {
        delivery.key = Bytes::copy_from_slice(event.aggregate_id.as_bytes());
    }
    delivery
}

#[async_trait]
impl FeedReader for JournalReader {
    async fn next(&mut self, max: usize) -> Result<Vec<Delivery>, FeedError> {
        if self.left.is_empty() {
            let stopped = || Err(FeedError("the reading of the journal has stopped".into()));
            self.left = self.batches.recv().await.unwrap_or_else(stopped)?.into();
        }
        Ok(self.left.drain(..max.min(self.left.len())).collect())
    }
}

impl Drop for JournalReader {
    fn drop(&mut self) {
        self.reading.abort();
    }
}
