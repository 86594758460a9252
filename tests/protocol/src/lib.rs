//! What everybody who has to do with a test must agree on: how one is described, run and reported, and what stands in a trace.
//!
//! | file | its question |
//! | --- | --- |
//! | `case` | what is a test called, and where does it belong? |
//! | `listing` | which tests does a program have? |
//! | `run` | what do the one who starts a run, and the run, say to each other? |
//! | [`trace`] | what stands in a trace, and how is it read back? |
//!
//! Two kinds of programs speak this language. A **suite** (`raft-suite` …) holds the tests of one lab together with the lab's code. Asked for
//! with [`LIST_ARGUMENT`], it says which tests it has ([`Listing`]); with [`RUN_ARGUMENT`], it does one run. A
//! **command** (`lab`, `lab-staff`) holds no lab's code at all: it starts suites, and believes only what comes back over a run's socket.
//!
//! This crate must not know any lab, nor how a run is simulated, nor how a result is shown. Start reading at [`RunSpec`].

mod case;
mod listing;
mod run;
pub mod trace;

pub use case::{Kind, TestCase, package};
pub use listing::Listing;
pub use run::{Clock, Failure, FailureKind, Message, RunRecord, RunSpec, Section, TraceMode};

/// The argument with which a suite does one run: standard input is then the socket to whoever has started it.
pub const RUN_ARGUMENT: &str = "__run";

/// The argument with which a suite writes its [`Listing`].
pub const LIST_ARGUMENT: &str = "__list";
