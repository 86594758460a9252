//! How a test is described to those who do not hold its code.

use serde::{Deserialize, Serialize};

use crate::Clock;

/// Where a test stands in the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
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

impl Kind {
    /// How it is called in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Official => "official",
            Kind::Extra => "extra",
            Kind::Scenario => "scenario",
            Kind::Fixture => "fixture",
        }
    }
}

/// One test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
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
}

impl TestCase {
    /// The clock it runs by if `asked` is asked for.
    pub fn clock(&self, asked: Clock) -> Clock {
        if self.real_clock { Clock::Real } else { asked }
    }

    /// The Go package the official output names, e.g. `6.824/raft`.
    pub fn package(&self) -> &'static str {
        package(self.part)
    }

    /// The last segment of the function's path: what a person calls it.
    pub fn function_name(&self) -> &'static str {
        self.function.rsplit("::").next().unwrap_or(self.function).trim()
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
