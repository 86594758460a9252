//! The first event at which something is wrong: the checks of this crate over a recorded trace.
//!
//! Only what the events say is checked, so a trace without a finding proves nothing. But an event found here is wrong by itself,
//! whatever the test complained about, and however much later.

use protocol::trace::read::{Event, Trace};

use crate::Invariants;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Index of the event among [`Trace::events`].
    pub event: usize,
    /// What is wrong with it, and where the paper says so.
    pub why: String,
}

/// The first event that breaks a promise; or else the one at which the test failed; `None` if there is neither.
pub fn first_bad(trace: &Trace) -> Option<Finding> {
    let mut invariants = Invariants::default();
    let broken = trace.events.iter().enumerate().find_map(|(event, fields)| {
        let violation = invariants.observe(fields)?;
        Some(Finding { event, why: violation.headline() })
    });
    broken.or_else(|| failure(trace))
}

fn failure(trace: &Trace) -> Option<Finding> {
    let failed = |event: &Event| event.topic() == "TEST" && event.name() == "failure";
    let event = trace.events.iter().position(failed)?;
    let message = trace.events[event].text("why").unwrap_or("it failed").to_owned();
    Some(Finding { event, why: format!("here the test noticed: {message}") })
}
