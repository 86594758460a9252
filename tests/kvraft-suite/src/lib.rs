//! Lab 3: harness, the 23 official tests, and strict siblings.

mod client;
mod config;
mod generic;
mod part_3a;
mod part_3b;
mod scenarios;
mod strict;
mod strict_waiting;

use simulator::Case;

/// The tests of Lab 3, in the course's order.
pub fn cases() -> Vec<Case> {
    [part_3a::CASES, part_3b::CASES, strict::CASES, strict_waiting::CASES, scenarios::CASES].concat()
}
