//! Leader Completeness: an entry that is committed in a term is in the logs of the leaders of all later terms.
//!
//! From events: elections against what has been committed, and votes against the restriction that brings it about (§5.4.1).

use super::{Event, Violation, event::State, state_machine_safety::StateMachineSafety, violation};

const RULE: &str = "Leader Completeness (Figure 3, §5.4)";

/// An election.
pub(super) fn leader(
    state: &State<'_>,
    event: &impl Event,
    committed: &StateMachineSafety,
) -> Option<Violation> {
    let (server, term) = (state.server, state.term);
    let last_index = event.number("last_log_index")?;
    if let Some(index) = committed.after(&state.who, last_index, term) {
        return violation!("server {server} leads term {term} without entry {index}, which is committed");
    }
    let other = |(index, theirs): &(u64, u64)| {
        committed.term_of(&state.who, *index, term).is_some_and(|committed| committed != *theirs)
    };
    let (index, theirs) = state.tail().find(other)?;
    violation!(
        "server {server} leads term {term} with an entry {index} of term {theirs}, and another one is committed"
    )
}

/// A vote that is given.
pub(super) fn vote(state: &State<'_>, event: &impl Event) -> Option<Violation> {
    if state.topic != "VOTE" || event.flag("vote_granted") != Some(true) {
        return None;
    }
    let (server, candidate) = (state.server, event.number("candidate")?);
    let theirs = (event.number("candidate_last_term")?, event.number("candidate_last_index")?);
    let ours = (event.number("last_term")?, event.number("last_index")?);
    if theirs >= ours {
        return None;
    }
    violation!(
        "server {server} votes for {candidate}, whose log ends at {}:{}, while its own ends at {}:{}: the candidate is not \
         up-to-date (§5.4.1)",
        theirs.1,
        theirs.0,
        ours.1,
        ours.0
    )
}
