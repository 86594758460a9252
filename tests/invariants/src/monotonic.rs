//! Terms and commit index never go back: a server's term for all its lives, its commit index within one.
//!
//! Terms from the interface and from events, commit indices from events.

use std::collections::BTreeMap;

use super::{
    Violation,
    event::{State, Who},
    violation,
};

const RULE: &str = "Terms and commit index never go back (Figure 2)";

#[derive(Default)]
pub(super) struct Monotonic {
    terms: BTreeMap<usize, u64>,
    /// What servers say of themselves. In real time that may come a moment after the events: it is compared with itself only.
    said: BTreeMap<usize, u64>,
    commits: BTreeMap<usize, u64>,
}

impl Monotonic {
    /// `server` says that it is in `term`.
    pub(super) fn said(&mut self, who: &Who, server: &str, term: u64) -> Option<Violation> {
        let before = self.said.insert(who.server, term)?;
        term_goes_back(server, before, term)
    }

    pub(super) fn observe(&mut self, state: &State<'_>) -> Option<Violation> {
        let State { server, term, commit, .. } = *state;
        if let Some(before) = self.terms.insert(state.who.server, term)
            && let Some(violation) = term_goes_back(server, before, term)
        {
            return Some(violation);
        }
        let before = self.commits.insert(state.who.server, commit)?;
        if commit >= before {
            return None;
        }
        violation!("server {server} had committed up to {before}, and now up to {commit}")
    }

    /// A server forgets what it knew to be committed, and only that.
    pub(super) fn crashed(&mut self, who: &Who) {
        self.commits.remove(&who.server);
    }
}

fn term_goes_back(server: &str, before: u64, term: u64) -> Option<Violation> {
    if term >= before {
        return None;
    }
    violation!("server {server} was in term {before} and is in {term}: current_term must survive a crash")
}
