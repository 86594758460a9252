//! Lab 4A: harness, the two official tests, and strict siblings.

mod basic;
mod checks;
mod client;
mod config;
mod multi;
mod strict;

use simulator::Case;

/// The tests of Lab 4A, in the course's order.
pub fn cases() -> Vec<Case> {
    [basic::CASES, multi::CASES, &strict::cases()].concat()
}
