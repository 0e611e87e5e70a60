use std::{io::IsTerminal, sync::Arc};

use anyhow::Context;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use tracing_subscriber::{EnvFilter, layer::SubscriberExt, util::SubscriberInitExt};

/// Gives the metrics recorded so far, in the Prometheus text format.
pub(crate) type Metrics = Arc<dyn Fn() -> String + Send + Sync>;

/// Bounds of the duration histograms, in seconds: fine around the 100 ms that the platform promises.
const SECONDS: [f64; 14] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// What runs beside the program for as long as it is kept.
pub(crate) struct Telemetry {
    pub metrics: Metrics,
    #[cfg(feature = "cluster")]
    _traces: Option<adapters::telemetry::Traces>,
}

/// Starts logs (to standard error: text for people, JSON for machines), metrics, and where a collector is named, traces.
pub(crate) fn start() -> anyhow::Result<Telemetry> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,h2=warn,librdkafka=warn"));
    #[cfg(feature = "cluster")]
    let traces = adapters::telemetry::Traces::start().context("OTEL_EXPORTER_OTLP_ENDPOINT")?;
    #[cfg(feature = "cluster")]
    let exported = traces.as_ref().map(|traces| {
        ports::trace::install(traces.tracer());
        traces.layer()
    });
    #[cfg(not(feature = "cluster"))]
    let exported = None::<tracing_subscriber::layer::Identity>;
    // One filter for all: with one for each layer, a library that only asks whether it would be heard leaves an answer behind
    // that the next span is then judged by.
    let registry = tracing_subscriber::registry().with(filter).with(exported);
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
    Ok(Telemetry {
        metrics: Arc::new(move || {
            recorder.run_upkeep();
            recorder.render()
        }),
        #[cfg(feature = "cluster")]
        _traces: traces,
    })
}
