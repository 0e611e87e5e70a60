//! The process's place in traces. Like `tracing` itself one for the process, and absent unless `app` installs one: then
//! everything here does nothing.

use std::sync::OnceLock;

use tracing::Span;

/// Ties spans to traces that other processes began, by W3C Trace Context's `traceparent`.
pub trait Tracer: Send + Sync {
    /// Makes `span` a child of the place that `traceparent` names; what is malformed is ignored.
    fn adopt(&self, span: &Span, traceparent: &str);
    /// Names the place of `span`, if it has one.
    fn place(&self, span: &Span) -> Option<String>;
}

static TRACER: OnceLock<Box<dyn Tracer>> = OnceLock::new();

/// Installs the process's tracer. A second one is ignored.
pub fn install(tracer: impl Tracer + 'static) {
    let _ = TRACER.set(Box::new(tracer));
}

/// A span that `make` makes, below `traceparent` if there is one; none where nobody traces.
pub fn span(traceparent: Option<&str>, make: impl FnOnce() -> Span) -> Span {
    let Some(tracer) = TRACER.get() else { return Span::none() };
    let span = make();
    if let Some(traceparent) = traceparent {
        tracer.adopt(&span, traceparent);
    }
    span
}

/// A span that `make` makes below `traceparent`; none where nobody traces or there is no trace to follow.
pub fn follow(traceparent: Option<&str>, make: impl FnOnce() -> Span) -> Span {
    traceparent.map_or_else(Span::none, |place| span(Some(place), make))
}

/// A span that `make` makes, where the current one is in a trace; else none.
pub fn child(make: impl FnOnce() -> Span) -> Span {
    if here().is_some() { make() } else { Span::none() }
}

/// Makes `span` a child of `traceparent`, where somebody traces.
pub fn adopt(span: &Span, traceparent: &str) {
    if let Some(tracer) = TRACER.get() {
        tracer.adopt(span, traceparent);
    }
}

/// The `traceparent` of `span`; `None` where nobody traces.
pub fn place(span: &Span) -> Option<String> {
    TRACER.get()?.place(span)
}

/// The `traceparent` of the current span; `None` where nobody traces.
pub fn here() -> Option<String> {
    place(&Span::current())
}
