//! The list of all tests: one table, from which `lab list` and `lab test` choose.

use std::{future::Future, pin::Pin};

use crate::{protocol::Clock, sim::Sim};

/// Where a test stands in the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A port of an official test: name, title and numbers are the course's.
    Official,
    /// Ours, stricter or beside the official ones. Listed by `lab list --extra`.
    Extra,
    /// A question of the lectures, played and checked: `lab scenario` shows it, and otherwise it is as [`Kind::Extra`].
    Scenario,
    /// Fixtures that fail on purpose, to test the bench itself. Run only by their exact name.
    Fixture,
}

/// A running test body.
pub type Body = Pin<Box<dyn Future<Output = ()> + Send>>;

/// One test.
#[derive(Clone, Copy, Debug)]
pub struct TestCase {
    /// Part of the course: `2A` … `4B`, or `labrpc`, `labgob`, `sim`.
    pub part: &'static str,
    /// The course's name, e.g. `TestInitialElection2A`.
    pub name: &'static str,
    /// The Rust function, e.g. `initial_election_2a`.
    pub function: &'static str,
    /// The official title, empty where the original prints none.
    pub title: &'static str,
    /// Official or ours.
    pub kind: Kind,
    /// Lives in real time whatever is asked: its processes, sockets and files know no other.
    pub real_clock: bool,
    /// Starts the body.
    pub start: fn(Sim) -> Body,
}

impl TestCase {
    /// The same test, always on the real clock.
    pub const fn on_real_clock(self) -> Self {
        Self { real_clock: true, ..self }
    }

    /// The clock it runs by if `asked` is asked for.
    pub fn clock(&self, asked: Clock) -> Clock {
        if self.real_clock { Clock::Real } else { asked }
    }

    /// The Go package the official output names, e.g. `6.824/raft`.
    pub fn package(&self) -> &'static str {
        package(self.part)
    }
}

/// The Go package of a part, as the official output names it.
pub fn package(part: &str) -> &'static str {
    match part {
        "1" => "6.824/mr",
        "2A" | "2B" | "2C" | "2D" => "6.824/raft",
        "3A" | "3B" => "6.824/kvraft",
        "4A" => "6.824/shardctrler",
        "4B" => "6.824/shardkv",
        "labrpc" => "6.824/labrpc",
        "labgob" => "6.824/labgob",
        _ => "tests/bench",
    }
}

/// Builds a [`TestCase`] from an async function, so that its Rust name is written once.
#[macro_export]
macro_rules! case {
    ($part:literal, $kind:ident, $name:literal, $function:ident, $title:literal) => {
        $crate::registry::TestCase {
            part: $part,
            name: $name,
            function: stringify!($function),
            title: $title,
            kind: $crate::registry::Kind::$kind,
            real_clock: false,
            start: |sim| Box::pin($function(sim)),
        }
    };
}

/// All tests of this build, in the course's order.
pub fn all() -> Vec<TestCase> {
    let mut cases = Vec::new();
    cases.extend(crate::labgob_suite::cases());
    cases.extend(crate::labrpc_suite::cases());
    #[cfg(feature = "lab1")]
    cases.extend(crate::mapreduce_suite::cases());
    #[cfg(feature = "lab2")]
    cases.extend(crate::raft_suite::cases());
    #[cfg(feature = "lab3")]
    cases.extend(crate::kvraft_suite::cases());
    #[cfg(feature = "lab4a")]
    cases.extend(crate::shardctrler_suite::cases());
    #[cfg(feature = "lab4b")]
    cases.extend(crate::shardkv_suite::cases());
    cases.extend(crate::sim_suite::cases());
    cases
}
