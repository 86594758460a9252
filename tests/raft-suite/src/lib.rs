//! Lab 2: harness and the 25 official tests, one file per part.

mod agreement_2b;
mod applier;
mod checks;
mod config;
mod election_2a;
mod logs;
mod persistence_2c;
mod scenarios;
mod scenarios_election;
mod snapshot_2d;
mod strict;
mod strict_scripted;

pub use checks::Waited;
pub use config::{Config, ELECTION_TIMEOUT};
pub use logs::Value;

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
