//! Raft's promises and those of the services, as named checks: one file each, always on.
//!
//! Each check is a plain value that is fed with events and says which one breaks its promise. A violated promise is the headline of the
//! failure, whatever else it leads to later. Two sources feed them:
//!
//! * **What any solution shows**, by the labs' interface and in the harness: terms and roles ([`Invariants::state`]), what appliers
//!   deliver, what clients get. These hold for code that emits no event.
//! * **What the reference tells**, in the events of `raft`, `shardkv` and `tests` that also make up a trace: votes, logs, commits, saves. A
//!   solution that emits none of them is not checked by them.
//!
//! | promise | file | any solution | events |
//! | --- | --- | --- | --- |
//! | Election Safety (Figure 3, §5.2) | `election_safety` | yes | yes, and votes |
//! | Leader Append-Only (Figure 3, §5.3) | `leader_append_only` | | yes |
//! | Log Matching (Figure 3, §5.3) | `log_matching` | | yes |
//! | Leader Completeness (Figure 3, §5.4) | `leader_completeness` | | yes, and votes |
//! | State Machine Safety (Figure 3, §5.4.3) | `state_machine_safety` | Lab 2: what is applied | yes |
//! | Persisted before answered (Figure 2, §5.1) | `persisted` | | yes, with the storage itself |
//! | terms and commit index never go back (Figure 2) | `monotonic` | terms | yes |
//! | Exactly once (Lab 3, §8) | `exactly_once` | yes: what clients read | |
//! | one owner per shard and configuration (Lab 4B) | `one_owner` | | yes |
//!
//! A recorded trace is checked by the same files, see [`suspect`].
//!
//! This crate must not know where events come from: of a run that goes on, `simulator` shows them as it hears them; of a recorded one,
//! `protocol` reads them. Nor does it know any lab. Start reading at [`Invariants::observe`], then one check: `election_safety`.

mod election_safety;
mod event;
mod exactly_once;
mod leader_append_only;
mod leader_completeness;
mod log_matching;
mod monotonic;
mod one_owner;
mod persisted;
mod state_machine_safety;
pub mod suspect;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use event::{Event, Field};
use event::{Names, State};
pub use state_machine_safety::RULE as STATE_MACHINE_SAFETY;

/// A broken promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The promise, with the section that makes it.
    pub rule: &'static str,
    /// Who has broken it, and how.
    pub why: String,
    /// The file of the check.
    pub file: &'static str,
}

impl Violation {
    /// The first line of the failure.
    pub fn headline(&self) -> String {
        format!("{}: {}", self.rule, self.why)
    }
}

/// Makes a [`Violation`] of the promise `RULE` of the file it stands in.
macro_rules! violation {
    ($($why:tt)+) => {
        Some($crate::Violation { rule: RULE, why: format!($($why)+), file: file!() })
    };
}
use violation;

/// Whether a run that goes on is checked at events of this topic. The others are many and say nothing new about terms, votes, logs or commits;
/// of a recorded trace they are read all the same.
pub fn is_checked(topic: &str) -> bool {
    !matches!(topic, "NET" | "TEST" | "APPLY" | "TIMER" | "SNAP")
}

/// How many saves a server's storage has seen.
pub type Saves = std::sync::Arc<dyn Fn() -> u64 + Send + Sync>;

/// All checks of one run, and what they have seen so far.
#[derive(Default)]
pub struct Invariants {
    names: Names,
    /// The present life of each server that tells: what an earlier one still does is seen by nobody.
    lives: BTreeMap<usize, u64>,
    election_safety: election_safety::ElectionSafety,
    leader_append_only: leader_append_only::LeaderAppendOnly,
    log_matching: log_matching::LogMatching,
    committed: state_machine_safety::StateMachineSafety,
    persisted: persisted::Persisted,
    monotonic: monotonic::Monotonic,
    exactly_once: exactly_once::ExactlyOnce,
    one_owner: one_owner::OneOwner,
}

impl Invariants {
    /// Takes in one event. `Some`: it breaks a promise.
    pub fn observe(&mut self, event: &impl Event) -> Option<Violation> {
        match event.text("topic")? {
            "CLIENT" => return self.exactly_once.observe(event),
            "SHARD" => return self.one_owner.observe(event),
            "CRASH" => {
                self.crashed(event);
                return None;
            }
            _ => {}
        }
        let state = State::read(&mut self.names, event)?;
        if !self.is_alive(&state) {
            return None;
        }
        self.monotonic
            .observe(&state)
            .or_else(|| self.election_safety.vote(&state, event))
            .or_else(|| leader_completeness::vote(&state, event))
            .or_else(|| self.leader(&state, event))
            .or_else(|| self.leader_append_only.observe(&state))
            .or_else(|| self.log_matching.observe(&state, event))
            .or_else(|| self.persisted.observe(&state, event))
            .or_else(|| self.committed.observe(&state))
    }

    /// Takes in what a server says about itself: the labs' `GetState`.
    pub fn state(&mut self, server: &str, term: u64, is_leader: bool) -> Option<Violation> {
        let who = self.names.of(server);
        self.monotonic
            .said(&who, server, term)
            .or_else(|| is_leader.then(|| self.election_safety.leader(&who, server, term))?)
    }

    /// Where `server` keeps its state, from now on.
    pub fn storage(&mut self, server: &str, saves: Saves) {
        let who = self.names.of(server);
        self.persisted.storage(&who, saves);
    }

    fn leader(&mut self, state: &State<'_>, event: &impl Event) -> Option<Violation> {
        if state.topic != "LEADER" {
            return None;
        }
        self.election_safety
            .leader(&state.who, state.server, state.term)
            .or_else(|| leader_completeness::leader(state, event, &self.committed))
    }

    fn crashed(&mut self, event: &impl Event) {
        let Some(server) = event.text("server") else { return };
        let who = self.names.of(server);
        self.monotonic.crashed(&who);
        self.leader_append_only.crashed(&who);
        self.committed.crashed(&who);
        if event.text("event") == Some("crash") {
            self.lives.insert(who.server, 0);
        }
    }

    /// Whether the event is one of the present life. A crashed server may go on for a while, but cut off from network and storage.
    fn is_alive(&mut self, state: &State<'_>) -> bool {
        let Some(life) = state.life else { return true };
        let present = self.lives.entry(state.who.server).or_insert(0);
        if state.name == "comes up" {
            *present = life;
        }
        *present == life
    }
}
