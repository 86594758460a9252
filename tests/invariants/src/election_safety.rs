//! Election Safety: at most one leader can be elected in a given term.
//!
//! From the interface (whoever says that it leads a term), and from events (elections, and the votes that lead to them).

use std::collections::BTreeMap;

use super::{
    Event, Violation,
    event::{State, Who},
    violation,
};

const RULE: &str = "Election Safety (Figure 3, §5.2)";

#[derive(Default)]
pub(super) struct ElectionSafety {
    /// By group and term: who has led it first.
    leaders: BTreeMap<(usize, u64), (usize, String)>,
    /// By server and term: whom it has voted for.
    votes: BTreeMap<(usize, u64), u64>,
}

impl ElectionSafety {
    /// `server` leads `term`.
    pub(super) fn leader(&mut self, who: &Who, server: &str, term: u64) -> Option<Violation> {
        let (first, name) =
            self.leaders.entry((who.group, term)).or_insert_with(|| (who.server, server.to_owned()));
        if *first == who.server {
            return None;
        }
        violation!("servers {name} and {server} have both led term {term}")
    }

    /// A vote that is given.
    pub(super) fn vote(&mut self, state: &State<'_>, event: &impl Event) -> Option<Violation> {
        if state.topic != "VOTE" || event.flag("vote_granted") != Some(true) {
            return None;
        }
        let (candidate, term) = (event.number("candidate")?, event.number("candidate_term")?);
        let first = *self.votes.entry((state.who.server, term)).or_insert(candidate);
        if first == candidate {
            return None;
        }
        let server = state.server;
        violation!(
            "server {server} votes for {candidate} in term {term}, and has voted for {first}: one vote per term, and it \
             must survive a crash"
        )
    }
}
