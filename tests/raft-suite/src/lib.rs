//! Lab 2: harness, the 25 official tests, one file per part, strict siblings, and scenarios.
//!
//! For a test of one's own (the book's page *A test of your own* has an example):
//!
//! * [`Config`] is the harness: servers, network, what has been delivered. It asks (`check_one_leader`, `one`, `wait`, `n_committed`),
//!   it waits (`eventually`, `require_leader`), it makes trouble and ends it (`accidents`, `heal`).
//! * [`Submitters`] are clients that go on meanwhile, and tell what they saw committed.
//! * [`Value`] is a command, [`Logs`] what the servers have delivered.
//!
//! This crate must not know how a solution is built: it uses the labs' interface only, and no service on Raft. Start reading at `election_2a.rs`,
//! then `checks.rs`: the questions that the tests ask.

mod agreement_2b;
mod applier;
mod checks;
mod churn;
mod config;
mod election_2a;
mod logs;
mod persistence_2c;
mod scenarios;
mod scenarios_election;
mod snapshot_2d;
mod start;
mod strict;
mod strict_scripted;
mod waits;

pub use checks::Waited;
pub use churn::Submitters;
pub use config::{Config, ELECTION_TIMEOUT};
pub use logs::{Logs, Value};
pub use waits::ELECTED_WITHIN;

use simulator::Case;

/// The tests of Lab 2, in the course's order.
pub fn cases() -> Vec<Case> {
    let parts = [
        election_2a::CASES,
        agreement_2b::CASES,
        persistence_2c::CASES,
        snapshot_2d::CASES,
        strict::CASES,
        strict_scripted::CASES,
        scenarios_election::CASES,
        scenarios::CASES,
    ];
    parts.concat()
}
