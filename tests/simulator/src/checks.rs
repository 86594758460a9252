//! The checks of a run that is going on.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use invariants::{Event, Invariants, Saves, Violation};
use tokio::sync::Notify;

/// The checks of one run. Clones are the same checks.
///
/// An event may come while its server holds its lock, so nothing is reported from here: the first violation is kept, and the run is
/// woken up.
#[derive(Clone, Default)]
pub struct Checks {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    invariants: Mutex<Invariants>,
    violation: Mutex<Option<Violation>>,
    violated: Notify,
}

impl Checks {
    /// Takes in an event.
    pub fn observe(&self, event: &impl Event) {
        let found = lock(&self.shared.invariants).observe(event);
        self.note(found);
    }

    /// Takes in what a server says about itself: the labs' `GetState`.
    pub fn state(&self, server: &str, term: u64, is_leader: bool) {
        let found = lock(&self.shared.invariants).state(server, term, is_leader);
        self.note(found);
    }

    /// Where `server` keeps its state from now on: `saves` tells how many saves that storage has seen.
    pub fn storage(&self, server: &str, saves: impl Fn() -> u64 + Send + Sync + 'static) {
        let saves: Saves = Arc::new(saves);
        lock(&self.shared.invariants).storage(server, saves);
    }

    /// Waits for a violation.
    pub(crate) async fn violated(&self) {
        self.shared.violated.notified().await;
    }

    /// The first violation, once.
    pub(crate) fn take(&self) -> Option<Violation> {
        lock(&self.shared.violation).take()
    }

    fn note(&self, found: Option<Violation>) {
        if let Some(found) = found {
            lock(&self.shared.violation).get_or_insert(found);
            self.shared.violated.notify_one();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_violation_is_kept() {
        let checks = Checks::default();
        checks.state("0", 1, true);
        assert_eq!(checks.take(), None);
        checks.state("1", 1, true);
        checks.state("2", 1, true);
        assert!(checks.take().is_some_and(|violation| violation.why.contains("servers 0 and 1")));
    }
}
