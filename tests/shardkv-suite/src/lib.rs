//! Lab 4B: harness, the 13 official tests, and strict siblings.

mod appenders;
mod basic;
mod challenge;
mod client;
mod concurrent;
mod config;
mod group;
mod random_ops;
mod script;
mod scripted;
mod strict;
mod strict_bounds;
mod strict_config;
mod strict_faults;
mod swapper;
mod unreliable;

use std::time::Duration;

use simulator::Case;

/// The tests of Lab 4B, in the course's order.
pub fn cases() -> Vec<Case> {
    let official = [basic::CASES, concurrent::CASES, unreliable::CASES, challenge::CASES];
    let strict = [strict::CASES, strict_faults::CASES, strict_bounds::CASES, scripted::CASES];
    [official.concat(), strict.concat()].concat()
}

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}
