//! labrpc: the eleven official tests, and ours for what the official ones leave open.

mod basic;
mod concurrent;
mod flags;
mod junk;
mod kept;
pub(crate) mod probe;
mod sampled;
mod services;

use std::fmt::Display;

use labrpc::{ClientEnd, Network};
use simulator::Case;

/// The tests of labrpc, in the course's order, then our own.
pub(crate) fn cases() -> Vec<Case> {
    [basic::CASES, concurrent::CASES, sampled::CASES, flags::CASES, services::CASES, kept::CASES].concat()
}

/// A new end of this name, bound to the server and switched on.
pub fn plug<Req, Resp>(net: &Network, end: impl Display, server: impl Display) -> ClientEnd<Req, Resp> {
    let port = net.make_end(&end);
    net.connect(&end, server);
    net.enable(&end, true);
    port.client()
}
