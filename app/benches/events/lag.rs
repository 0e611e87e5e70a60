//! From being handed to Kafka to being seen by a gateway, at a steady rate.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use adapters::{
    kafka::feed::{FeedConfig, KafkaFeed},
    postgres::PgViews,
};
use ports::{EventFeed, ViewReader};
use tokio::{task::JoinSet, time::sleep_until};
use tokio_util::sync::CancellationToken;

use crate::{
    feed::{Kind, life, start},
    real::{broker::Broker, postgres::Postgres},
};

/// Todos of which nobody has heard yet.
const FROM: usize = 100_000_000;
/// Nobody waits longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// With journal, views and analytics reading, as everywhere.
pub(crate) async fn measure(server: &Postgres, broker: &Broker, rate: usize, seconds: usize) {
    let stop = CancellationToken::new();
    let mut running = JoinSet::new();
    for kind in Kind::ALL {
        let (projection, position) = kind.on(server);
        running.spawn(start(broker, projection, position, &stop));
    }
    let kafka = Arc::new(KafkaFeed::new(FeedConfig::new(broker.brokers())).unwrap());
    let gateway = Arc::new(PgViews::new(&server.url()).unwrap());
    // Until everybody reads.
    visible(&kafka, &gateway, FROM - 1).await;
    let begun = tokio::time::Instant::now();
    let mut waits = JoinSet::new();
    for number in 0..rate * seconds {
        sleep_until(begun + Duration::from_secs_f64(number as f64 / rate as f64)).await;
        let (kafka, gateway) = (kafka.clone(), gateway.clone());
        waits.spawn(async move { visible(&kafka, &gateway, FROM + number).await });
    }
    let mut lags = waits.join_all().await;
    lags.sort();
    let percentile = |percent: usize| lags[(lags.len() - 1) * percent / 100].as_secs_f64() * 1e3;
    let (p50, p99, worst) = (percentile(50), percentile(99), percentile(100));
    println!("  publish to visible at {rate} events/s for {seconds} s: p50 {p50:.1} ms, p99 {p99:.1} ms, worst {worst:.1} ms");
    stop.cancel();
    while running.join_next().await.is_some() {}
}

async fn visible(kafka: &KafkaFeed, gateway: &PgViews, number: usize) -> Duration {
    let created = life(number).remove(0);
    let position = [(created.aggregate_id.clone(), 1)];
    let begun = Instant::now();
    kafka.publish(&[created]).await.expect("published");
    assert!(gateway.wait_for(&position, PATIENCE).await.expect("an answer"), "it is not seen");
    begun.elapsed()
}
