use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::UserId;

use crate::{LiveOptions, usecase::Failure};

/// The streams that are open, counted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Streams(Arc<Mutex<Open>>);

#[derive(Debug, Default)]
struct Open {
    all: usize,
    of: HashMap<UserId, usize>,
}

impl Streams {
    /// Takes a place for one more stream of `user`, given back when the answer is dropped.
    pub(crate) fn enter(&self, user: &UserId, limits: &LiveOptions) -> Result<Slot, Failure> {
        let refused = |why| metrics::counter!("todo_live_refused_total", "why" => why).increment(1);
        let mut open = self.lock();
        if open.of.get(user).copied().unwrap_or_default() >= limits.streams_per_person {
            refused("person");
            return Err(Failure::TooManyStreams { most: limits.streams_per_person });
        }
        if open.all >= limits.streams {
            refused("gateway");
            return Err(Failure::NoMoreStreams);
        }
        open.all += 1;
        *open.of.entry(user.clone()).or_default() += 1;
        metrics::gauge!("todo_live_streams").increment(1.0);
        Ok(Slot { among: self.clone(), user: user.clone() })
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of one open stream.
#[derive(Debug)]
pub(crate) struct Slot {
    among: Streams,
    user: UserId,
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut open = self.among.lock();
        open.all -= 1;
        if let Some(count) = open.of.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                open.of.remove(&self.user);
            }
        }
        metrics::gauge!("todo_live_streams").decrement(1.0);
    }
}
