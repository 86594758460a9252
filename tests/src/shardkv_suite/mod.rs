//! Lab 4B: harness, the 13 official tests, and strict siblings.

mod appenders;
mod basic;
mod challenge;
mod client;
mod concurrent;
mod config;
mod group;
mod random_ops;
mod unreliable;

use crate::registry::TestCase;

/// The tests of Lab 4B, in the course's order.
pub fn cases() -> Vec<TestCase> {
    [basic::CASES, concurrent::CASES, unreliable::CASES, challenge::CASES].concat()
}
