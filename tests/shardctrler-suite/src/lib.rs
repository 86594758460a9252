//! Lab 4A: harness, the two official tests, and strict siblings.
//!
//! For a test of one's own (the book's page *A test of your own* has an example):
//!
//! * [`Config`] is the harness: the servers of the controller, crashes, partitions.
//! * [`Client`] is a clerk; [`group`] and [`numbered`] write down what it lets join.
//! * [`check`] and its like ask of a configuration what the course's tests ask; [`Config::same_history`] compares what all servers have.
//!
//! This crate must not know how a configuration is made, only what it must be like. Start reading at `basic.rs`, then `checks.rs`.

mod basic;
mod checks;
mod client;
mod config;
mod multi;
mod strict;

pub use checks::{check, check_same_config, check_servers};
pub use client::{Client, Groups, group, numbered};
pub use config::Config;

use simulator::Case;

/// The tests of Lab 4A, in the course's order.
pub fn cases() -> Vec<Case> {
    [basic::CASES, multi::CASES, &strict::cases()].concat()
}
