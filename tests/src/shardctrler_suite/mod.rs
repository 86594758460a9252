//! Lab 4A: harness, the two official tests, and strict siblings.

mod basic;
mod checks;
mod client;
mod config;
mod multi;
mod strict;

use crate::registry::TestCase;

/// The tests of Lab 4A, in the course's order.
pub fn cases() -> Vec<TestCase> {
    [basic::CASES, multi::CASES, &strict::cases()].concat()
}
