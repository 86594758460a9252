//! What a run and the one who has started it say to each other.
//!
//! One run is one (test, seed, clock) in a process of its own. The parent starts a suite's program with a socket as
//! standard input, writes one [`RunSpec`] line to it, and reads [`Message`] lines back. A run has passed
//! only if a [`RunRecord`] with the parent's nonce arrived and says so: an exit code proves nothing.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Which clock a run lives by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Clock {
    /// Paused tokio clock on one thread: sleeping costs nothing, one seed is one run, bit for bit.
    Virtual,
    /// Multi-threaded runtime in real time, as the course runs its tests.
    Real,
}

impl Clock {
    /// All of them, the usual one first.
    pub const ALL: [Clock; 2] = [Clock::Virtual, Clock::Real];

    /// How it is called on the command line and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Clock::Virtual => "virtual",
            Clock::Real => "real",
        }
    }
}

/// What becomes of the run's events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TraceMode {
    /// Nothing is recorded (and recording costs nothing).
    Off,
    /// Only a running hash and a count are kept, see [`RunRecord::trace_hash`].
    Hash,
    /// Every event is written to this file as a JSON line; the hash is kept too.
    File(PathBuf),
}

/// The order for one run: the only line the parent sends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunSpec {
    /// Secret of this run; a record without it is a forgery.
    pub nonce: String,
    /// Part of the test, see [`crate::TestCase::part`].
    pub part: String,
    /// Official name, see [`crate::TestCase::name`].
    pub test: String,
    /// Everything random in the run is derived from this number.
    pub seed: u64,
    /// The clock to run by.
    pub clock: Clock,
    /// What to record.
    pub trace: TraceMode,
    /// The run ends itself as hung after this many seconds of wall time.
    pub wall_limit_seconds: f64,
}

/// One line from the run to its parent.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Message {
    /// A section began: its official title, without the three dots.
    Begin(String),
    /// A section ended well.
    Passed(Section),
    /// The run ended; nothing follows.
    Done(RunRecord),
}

/// One titled section of a test. Most tests have exactly one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// The official title.
    pub title: String,
    /// Text the official tester prints in front of the statistics line, without a line break (usually empty).
    pub warning: String,
    /// The official statistics line, without a line break.
    pub line: String,
    /// Seconds since the section began, on the run's own clock.
    pub seconds: f64,
    /// Number of servers.
    pub servers: usize,
    /// Requests taken by the network since the section began.
    pub rpcs: u64,
    /// Payload bytes since the section began.
    pub bytes: u64,
    /// Commands committed (Lab 2) or operations done (Labs 3 and 4) since the section began.
    pub operations: u64,
}

/// Why a run failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The tester found a broken promise.
    Check,
    /// A task of the code under test panicked.
    Panic,
    /// The applier found commands that differ or are out of order: the course's "apply error".
    Apply,
    /// The test took longer than 120 seconds on its own clock.
    TimeLimit,
    /// No task can ever run again.
    Deadlock,
    /// The wall guard fired: an endless loop, or a blocking call that never returns.
    Hang,
    /// The process ended without a valid record (abort, exit, stack overflow, kill). Set by the parent.
    Died,
    /// The bench itself is at fault (for example: same seed, two different traces). Set by the parent.
    Harness,
}

/// How and where a run failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// The kind of failure.
    pub kind: FailureKind,
    /// What was expected and what was found.
    pub message: String,
    /// Source file, relative to the workspace.
    pub file: String,
    /// Line in that file.
    pub line: u32,
    /// The step of the test that was under way, e.g. `one(…) at tests/src/raft/basic_2b.rs:31`.
    pub step: String,
    /// Seconds on the run's own clock when it happened.
    pub seconds: f64,
    /// What every server was doing: one line each.
    pub servers: Vec<String>,
}

/// The result of one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Copied from the spec.
    pub nonce: String,
    /// Copied from the spec.
    pub part: String,
    /// Copied from the spec.
    pub test: String,
    /// Copied from the spec.
    pub seed: u64,
    /// Copied from the spec.
    pub clock: Clock,
    /// `None`: passed.
    pub failure: Option<Failure>,
    /// Sections that ended well, in order.
    pub sections: Vec<Section>,
    /// Whole test, set-up included, in seconds on the run's own clock.
    pub seconds: f64,
    /// The same in wall time.
    pub wall_seconds: f64,
    /// Hash of all recorded events, 16 hexadecimal digits, unless tracing was off.
    pub trace_hash: Option<String>,
    /// Number of recorded events.
    pub trace_events: u64,
}
