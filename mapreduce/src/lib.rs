//! Lab 1: MapReduce with real coordinator and worker processes.
//!
//! # Figure 1 of the paper, in words
//!
//! A user has files, a map function and a reduce function. A **coordinator** ([`coordinator`]) makes a *map task* of each file, and as
//! many *reduce tasks* as it was told. **Workers** ([`worker`]) ask it for a task, do it, report it, and ask again.
//!
//! 1. For a map task, a worker reads the file (`input.rs`) and hands it to the map function, which emits pairs of a key and a value.
//!    Pairs are brought together by key (`collect.rs`), shared out by a hash of the key ([`partition`]), sorted, and written:
//!    one *intermediate file* `mr-X-Y` from map task X to each reduce task Y (`intermediate.rs`).
//! 2. When all map tasks are done, and not earlier, reduce tasks are given out. A worker merges the sorted files `mr-0-Y`, `mr-1-Y`, …
//!    and calls the reduce function once for each key with all its values. The results are the *output file* `mr-out-Y`.
//! 3. When all reduce tasks are done, the coordinator tells the workers so, and everybody goes home.
//!
//! # What can go wrong, and where it is met
//!
//! * **A worker dies or stands still** (§3.3). [`Scheduler`] gives its task to another: at once if its connection has ended, otherwise
//!   after ten seconds.
//! * **It was not dead after all.** Then a task is done twice. Files get their names by an atomic rename when they are complete
//!   (`files.rs`), so either copy will do, and the second report changes nothing.
//! * **A worker dies while it writes.** Half files have temporary names, and the coordinator removes them at the end.
//! * **A straggler** holds up the end of a phase (§3.6). An idle worker gets a copy of its task. With the ten-second rule of the labs
//!   this only shows when `--timeout` is longer.
//! * **The coordinator dies.** With `--checkpoint` it writes down what is done (`checkpoint.rs`), and its successor goes on; workers
//!   with `--retry` wait for it, and keep the report they could not hand in.
//! * **The application panics, or the disk is full.** Another try would end the same way, so the job ends, with the reason and
//!   without results.
//!
//! # Which file plays which part
//!
//! | part | file |
//! | --- | --- |
//! | who does what next: no clock, no I/O | `scheduler.rs` |
//! | the scheduler with a clock, a lock and a socket | `coordinator.rs`, `progress.rs`, `checkpoint.rs` |
//! | the worker's loop; one task | `worker.rs`, `task.rs` |
//! | what they say to each other; how it becomes bytes | [`rpc`], `transport.rs` |
//! | from pairs to files and back | `collect.rs`, `values.rs`, `intermediate.rs`, `files.rs`, `input.rs` |
//! | what a student writes; examples | [`Application`], [`apps`] |
//! | the reference | [`sequential`] |
//!
//! # What costs nothing
//!
//! The word count never makes a string for an occurrence: a word is a slice of the input, looked up in a table as such, and
//! copied when it is new. With a [`Combiner`] its count is the only value kept. Without, there is one record for each pair, in blocks that
//! are decoded with two allocations each. Files are sorted once, by the map task, and only merged afterwards: a reduce task
//! holds one block per file and the values of one key.
//!
//! # What is left out
//!
//! *Locality* (§3.4): the paper's master prefers a worker near the data; here all share a file system, which stands in for GFS. For the same
//! reason a finished map task stays finished when its worker dies: its files are not on a disk that died with it. *Skipping bad
//! records* (§4.6), and the order guarantee across output files (§4.2) beyond sorting within each.
mod app;
pub mod apps;
mod checkpoint;
mod collect;
pub mod command;
pub mod coordinator;
pub mod corpus;
mod files;
mod input;
mod intermediate;
mod progress;
pub mod rpc;
mod scheduler;
pub mod sequential;
mod task;
mod transport;
mod values;
mod words;
pub mod worker;

pub use app::{Application, Border, Combiner, Emit, Functions};
pub use files::partition;
pub use input::{Input, Split};
pub use progress::Summary;
pub use scheduler::{Assignment, Counts, Scheduler, Settings, Task, WorkerId};
pub use transport::{Address, SOCKET_DEFAULT};
pub use values::Values;
pub use words::for_each_word;
