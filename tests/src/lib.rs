//! The bench: simulator, cluster harness, ported official tests, and the `lab` command.
//!
//! # What happens to one run
//!
//! `lab test` ([`lab`]) looks the tests up in one table ([`registry`]) and starts a process per (test, seed, clock). In that
//! process, [`sim`] builds a tokio runtime on the wanted clock, gives the test body a [`Sim`](sim::Sim), and lets it run. The
//! body makes its servers with a `cluster` and asks its questions; what it finds goes back to the parent over a socket, in
//! the words of [`protocol`]. A run has passed only if its record says so.
//!
//! # Where the randomness comes from
//!
//! From one number. [`Sim::seed`](sim::Sim::seed) derives a stream from it for each user: the network, the names of the ends, the
//! choices of the test. What the code under test asks of the operating system is served from the seed too
//! ([`sim::entropy`]), so even code that iterates a `HashMap` runs the same way twice. `--check-determinism` compares all
//! events of two runs instead of believing it.
//!
//! # How a test fails
//!
//! A promise of Raft or of a service is broken ([`invariants`], always on): that is the headline, whatever comes of it. Or it calls
//! [`Sim::check`](sim::Sim::check) or [`Sim::fail`](sim::Sim::fail), or code under test panics in any task, or 120 seconds
//! pass on the run's own clock, or no event is left, or wall time runs out. The first of these is the run's failure. Its
//! report names the file and line of the tester, the step that was under way, and what every server was doing.
//!
//! # How to write one
//!
//! ```ignore
//! pub(super) const CASES: &[TestCase] = &[case!("2B", Extra, "TestMine2B", mine_2b, "Test (2B): mine")];
//!
//! /// Goal: two of three servers suffice. Method: take one away.
//! async fn mine_2b(sim: Sim) {
//!     let cfg = Config::make(&sim, 3, true, false);   // three servers, reliable network, no snapshots
//!     cfg.begin("Test (2B): mine");
//!     cfg.disconnect(0);
//!     cfg.one(7, 2, true).await;                      // one command, delivered by two servers
//!     cfg.end("");
//! }
//! ```
#[cfg(feature = "lab2")]
pub mod cluster;
pub mod invariants;
#[cfg(feature = "lab3")]
pub mod kvraft_suite;
#[cfg(feature = "command")]
pub mod lab;
pub mod labgob_suite;
pub mod labrpc_suite;
pub mod linearizability;
#[cfg(feature = "lab1")]
pub mod mapreduce_suite;
pub mod protocol;
#[cfg(feature = "lab2")]
pub mod raft_suite;
pub mod registry;
#[cfg(feature = "lab3")]
pub mod section;
#[cfg(feature = "lab4a")]
pub mod shardctrler_suite;
#[cfg(feature = "lab4b")]
pub mod shardkv_suite;
pub mod sim;
pub mod sim_suite;
pub mod trace;
