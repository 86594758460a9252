//! Lab 4B: harness, the 13 official tests, and strict siblings.
//!
//! For a test of one's own (the book's page *A test of your own* has an example):
//!
//! * [`Config`] is the harness: a controller, and groups that join, leave, crash and settle. The course's tests have three groups;
//!   [`Config::with_groups`] takes another number.
//! * [`Script`] puts a list of configurations in the place of the controller.
//! * [`Client`] is a clerk; [`Values`] are the keys of a test and what they should be; [`Appending`] and [`RandomOps`] are clients that
//!   go on while shards move.
//!
//! This crate must not know how shards are handed over: it moves them through the controller, and looks from outside. Start reading at
//! `basic.rs`, then `group.rs`.

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

pub use appenders::{Appenders, Appending};
pub use client::{Client, Values, ten_keys};
pub use config::Config;
pub use group::{Group, SERVERS};
pub use random_ops::RandomOps;
pub use script::Script;

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
