//! Spans to an OpenTelemetry collector, by OTLP over gRPC.
//!
//! Where and how much is told by OpenTelemetry's own environment: `OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_SERVICE_NAME`,
//! `OTEL_TRACES_SAMPLER`, `OTEL_TRACES_SAMPLER_ARG`.

use std::collections::HashMap;

use opentelemetry::{propagation::TextMapPropagator, trace::TracerProvider};
use opentelemetry_sdk::{
    propagation::TraceContextPropagator,
    trace::{SdkTracer, SdkTracerProvider},
};
use tracing::{Span, Subscriber};
use tracing_opentelemetry::{OpenTelemetryLayer, OpenTelemetrySpanExt};
use tracing_subscriber::registry::LookupSpan;

const TRACEPARENT: &str = "traceparent";

/// Why there are no traces.
#[derive(Debug, thiserror::Error)]
#[error("spans cannot be exported")]
pub struct Error(#[source] opentelemetry_otlp::ExporterBuildError);

/// What exports spans, for as long as it is kept.
#[derive(Debug)]
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Starts to export where an endpoint is named. The collector need not be there.
    ///
    /// # Errors
    /// If the endpoint is no URL.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start() -> Result<Option<Self>, Error> {
        if std::env::var_os("OTEL_EXPORTER_OTLP_ENDPOINT").is_none_or(|endpoint| endpoint.is_empty()) {
            return Ok(None);
        }
        let exporter = opentelemetry_otlp::SpanExporter::builder().with_tonic().build().map_err(Error)?;
        Ok(Some(Self(SdkTracerProvider::builder().with_batch_exporter(exporter).build())))
    }

    /// What turns spans of `tracing` into exported ones.
    pub fn layer<S: Subscriber + for<'a> LookupSpan<'a>>(&self) -> OpenTelemetryLayer<S, SdkTracer> {
        tracing_opentelemetry::layer().with_tracer(self.0.tracer("todo")).with_location(false).with_threads(false)
    }

    /// Ties our spans to other processes'.
    pub fn tracer(&self) -> impl ports::trace::Tracer + use<> {
        W3c(TraceContextPropagator::new())
    }
}

/// Exports what is left.
impl Drop for Traces {
    fn drop(&mut self) {
        if let Err(error) = self.0.shutdown() {
            tracing::warn!(%error, "the last spans were not exported");
        }
    }
}

struct W3c(TraceContextPropagator);

impl ports::trace::Tracer for W3c {
    fn adopt(&self, span: &Span, traceparent: &str) {
        let carrier = HashMap::from([(TRACEPARENT.to_owned(), traceparent.to_owned())]);
        // A span that is filtered out has no parent to set.
        let _ = span.set_parent(self.0.extract(&carrier));
    }

    fn place(&self, span: &Span) -> Option<String> {
        let mut carrier = HashMap::new();
        self.0.inject_context(&span.context(), &mut carrier);
        carrier.remove(TRACEPARENT)
    }
}
