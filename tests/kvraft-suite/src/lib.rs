//! Lab 3: harness, the 23 official tests, strict siblings, and scenarios.
//!
//! For a test of one's own (the book's page *A test of your own* has an example):
//!
//! * [`Harness`] has servers of any state machine, crashes and partitions; [`Config`] is the one of the key/value service.
//! * [`Client`] is a clerk: `submit` for any machine, `get`, `put`, `append` and `check` for the key/value service.
//! * [`Generic`] is what most official tests consist of: clients at work, with what its flags say happening meanwhile.
//! * [`element`] and [`check_appends`] are what clients append, and whether all of it is there.
//!
//! This crate must not know how Raft agrees, nor any other service than the one under test. Start reading at `generic.rs`: the body of most
//! tests.

mod client;
mod config;
mod generic;
mod part_3a;
mod part_3b;
mod scenarios;
mod strict;
mod strict_waiting;

pub use client::{Client, check_appends, element};
pub use config::{Config, Harness};
pub use generic::{ELECTION_TIMEOUT, Generic};

use simulator::Case;

/// The tests of Lab 3, in the course's order.
pub fn cases() -> Vec<Case> {
    [part_3a::CASES, part_3b::CASES, strict::CASES, strict_waiting::CASES, scenarios::CASES].concat()
}
