//! The simulator: runs one async test body from a seed, on one of two clocks.
//!
//! On the **virtual clock** the body runs on one thread under tokio's paused clock: when no task can go on, time
//! jumps to the next timer. Together with the seeded network, the seeded system randomness ([`entropy`]) and a process
//! per run, the run is a pure function of its seed. On the **real clock** the same body runs on a multi-threaded runtime.
//!
//! Two limits end a run that would never end: 120 seconds on its own clock, and the wall guard, a thread that notices
//! when wall time runs out (an endless loop, or a blocking call that never returns).
//!
//! # What happens to one run
//!
//! A suite's program hands its tests to [`program`]. Started for a run, it reads the order from its socket (`wire`), builds a runtime on the
//! wanted clock (`run`), gives the test body a [`Sim`] (`context`), and lets it run, while a guard watches the wall clock (`guard`). What
//! the run's crates tell of themselves is heard by `recorder`: it feeds the checks (`checks`), and writes a trace if one is wanted. What
//! the body finds goes back over the socket, in the words of the crate `protocol`.
//!
//! # Where the randomness comes from
//!
//! From one number. [`Sim::seed`] derives a stream from it for each user: the network, the names of the ends, the
//! choices of the test. What the code under test asks of the operating system is served from the seed too
//! ([`entropy`]), so even code that iterates a `HashMap` runs the same way twice. `--check-determinism` compares all
//! events of two runs instead of believing it.
//!
//! # How a test fails
//!
//! A promise of Raft or of a service is broken (crate `invariants`, always on): that is the headline, whatever comes of it. Or it calls
//! [`Sim::check`] or [`Sim::fail`], or code under test panics in any task, or 120 seconds
//! pass on the run's own clock, or no event is left, or wall time runs out. The first of these is the run's failure. Its
//! report names the file and line of the tester, the step that was under way, and what every server was doing.
//!
//! # How to write one
//!
//! The book's page *A test of your own* has an example for each lab. In short: an async function that takes a [`Sim`], and a row of a table
//! made by [`case!`].
//!
//! This crate must not know any lab but the network, nor who shows results, nor how. Start reading at [`Sim`], then `run`.

mod careless;
mod case;
mod checks;
mod context;
pub mod entropy;
mod guard;
mod idle;
mod program;
mod record;
mod recorder;
mod run;
mod wire;

pub use case::{Body, Case};
pub use checks::Checks;
pub use context::{Sim, Step};
pub use program::program;
// For the macro `case!`.
pub use protocol::{Kind, TestCase};
