use std::{io::IsTerminal, sync::Arc};

use anyhow::Context;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use tracing_subscriber::{EnvFilter, layer::SubscriberExt, util::SubscriberInitExt};

/// Gives the metrics recorded so far, in the Prometheus text format.
pub(crate) type Metrics = Arc<dyn Fn() -> String + Send + Sync>;

/// Bounds of the duration histograms, in seconds: fine around the 100 ms that the platform promises.
const SECONDS: [f64; 14] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// Starts logs (to standard error: text for people, JSON for machines) and metrics.
pub(crate) fn start() -> anyhow::Result<Metrics> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,h2=warn,librdkafka=warn"));
    let registry = tracing_subscriber::registry().with(filter);
    if std::io::stderr().is_terminal() {
        registry.with(tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false)).init();
    } else {
        registry.with(tracing_subscriber::fmt::layer().json().with_writer(std::io::stderr)).init();
    }
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS)
        .context("histogram bounds")?
        .install_recorder()
        .context("metrics")?;
    Ok(Arc::new(move || {
        recorder.run_upkeep();
        recorder.render()
    }))
}
