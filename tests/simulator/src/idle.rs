//! Notices that a run on the virtual clock has come to a standstill: no event is left but the time limit.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// Live servers have timers that fire several times a second: if time passes faster than this, nothing is alive.
const STANDSTILL: Duration = Duration::from_secs(5);

/// On its way to a far timer, tokio's clock stops this often at most, once per level of its timer wheel.
const STOPS_MAX: usize = 3;

/// The moments at which time last jumped, because no task could go on. Clones share them.
#[derive(Clone, Default)]
pub(super) struct Jumps(Arc<Mutex<VecDeque<Instant>>>);

impl Jumps {
    /// To be called whenever no task can go on, before time jumps to the next timer.
    pub(super) fn note(&self) {
        let mut jumps = self.lock();
        if jumps.len() > STOPS_MAX {
            jumps.pop_front();
        }
        jumps.push_back(Instant::now());
    }

    /// When the last event was, if that was long ago.
    pub(super) fn standstill_since(&self) -> Option<Instant> {
        let jumps = self.lock();
        let is_recent = |jump: &&Instant| jump.elapsed() < STANDSTILL;
        if jumps.iter().filter(is_recent).count() > STOPS_MAX {
            return None;
        }
        jumps.iter().rfind(|jump| !is_recent(jump)).copied()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
