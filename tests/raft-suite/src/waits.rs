//! Waiting for what a test needs, and not for times.

use std::{
    collections::BTreeMap,
    panic::Location,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use protocol::FailureKind;
use raft::Term;
use tokio::{task::JoinHandle, time::Instant};

use super::config::Config;

/// A new leader must be there this long after the loss of the old one, if a majority can communicate (lab page, 2A).
pub const ELECTED_WITHIN: Duration = Duration::from_secs(5);

impl Config {
    /// Waits until there is what `find` looks for, and returns it; fails after [`ELECTED_WITHIN`]. Looks every millisecond. `what` ends
    /// the sentence "waiting until …".
    #[track_caller]
    pub fn eventually<T>(&self, what: &str, mut find: impl FnMut() -> Option<T>) -> impl Future<Output = T> {
        let at = Location::caller();
        async move {
            let _step = self.sim().step_at(format!("waiting until {what}"), at);
            let start = Instant::now();
            while start.elapsed() < ELECTED_WITHIN {
                if let Some(found) = find() {
                    return found;
                }
                self.sleep_ms(1).await;
            }
            self.sim().fail_at(FailureKind::Check, format!("{what}: not within {ELECTED_WITHIN:?}"), at)
        }
    }

    /// Waits for the server among `candidates` that leads the latest term any of them knows, and returns it and the term.
    /// One that merely still believes in an earlier term does not count. They must elect one within [`ELECTED_WITHIN`].
    #[track_caller]
    pub fn require_leader(&self, candidates: &[usize]) -> impl Future<Output = (usize, Term)> {
        let at = Location::caller();
        async move {
            let _step = self.sim().step_at(format!("waiting for a leader among {candidates:?}"), at);
            let start = Instant::now();
            while start.elapsed() < ELECTED_WITHIN {
                if let Some(found) = self.latest_leader(candidates) {
                    return found;
                }
                self.sleep_ms(1).await;
            }
            let servers = self.servers();
            let message = format!("no leader among {candidates:?} (mod {servers}) within {ELECTED_WITHIN:?}");
            self.sim().fail_at(FailureKind::Check, message, at)
        }
    }

    fn latest_leader(&self, candidates: &[usize]) -> Option<(usize, Term)> {
        let state = |&i: &usize| Some((i % self.servers(), self.raft(i)?.get_state()));
        let states: Vec<_> = candidates.iter().filter_map(state).collect();
        let latest = states.iter().map(|(_, (term, _))| *term).max();
        let leads = |(_, (term, is_leader)): &&(usize, (Term, bool))| *is_leader && Some(*term) == latest;
        states.iter().find(leads).map(|(leader, (term, _))| (*leader, *term))
    }

    /// Looks every millisecond who leads which term, for as long as the test runs. Election Safety (§5.2): at most one
    /// server leads a term, however short, connected or not. Await the task after [`Config::end`].
    pub fn watch_election_safety(&self) -> JoinHandle<()> {
        let cfg = self.clone();
        let leaders: Arc<Mutex<BTreeMap<Term, usize>>> = Arc::default();
        tokio::spawn(async move {
            while !cfg.is_finished() {
                for i in 0..cfg.servers() {
                    let Some((term, true)) = cfg.raft(i).map(|raft| raft.get_state()) else { continue };
                    let first =
                        *leaders.lock().unwrap_or_else(PoisonError::into_inner).entry(term).or_insert(i);
                    let message =
                        format!("Election Safety (§5.2): servers {first} and {i} have both led term {term}");
                    cfg.sim().check(first == i, message);
                }
                cfg.sleep_ms(1).await;
            }
        })
    }
}
