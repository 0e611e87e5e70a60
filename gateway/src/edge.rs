use std::{ops::Deref, sync::Arc};

use dashmap::DashSet;
use domain::CommandId;
use tower_http::cors::CorsLayer;

use crate::{
    Gateway,
    http::cors,
    live::Streams,
    usecase::{Admitted, RecentTimes},
};

/// What all handlers share. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Edge(Arc<Inner>);

pub(crate) struct Inner {
    pub gateway: Gateway,
    pub in_flight: Arc<InFlight>,
    pub recent_times: RecentTimes,
    pub admitted: Admitted,
    pub streams: Streams,
    pub cors: Option<CorsLayer>,
}

impl Edge {
    pub(crate) fn new(gateway: Gateway) -> Self {
        let cors = cors::layer(&gateway.options.cors);
        Self(Arc::new(Inner {
            gateway,
            in_flight: Arc::default(),
            recent_times: RecentTimes::default(),
            admitted: Admitted::default(),
            streams: Streams::default(),
            cors,
        }))
    }
}

impl Deref for Edge {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// The keyed requests that are being answered now.
#[derive(Debug, Default)]
pub(crate) struct InFlight(DashSet<CommandId>);

impl InFlight {
    /// Enters `id` until the answer is dropped, or gives `None` if it is there already.
    pub(crate) fn enter(self: &Arc<Self>, id: &CommandId) -> Option<Entered> {
        self.0.insert(id.clone()).then(|| Entered { among: self.clone(), id: id.clone() })
    }
}

/// One keyed request that is being answered.
#[derive(Debug)]
pub(crate) struct Entered {
    among: Arc<InFlight>,
    id: CommandId,
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.among.0.remove(&self.id);
    }
}
