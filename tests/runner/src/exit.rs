//! Exit codes of the commands, as `lab --help` lists them.

/// All runs passed.
pub const PASSED: u8 = 0;
/// At least one run failed.
pub const FAILED: u8 = 1;
/// The question itself was wrong.
pub const USAGE: u8 = 2;
/// What is to be tested does not build.
pub const BUILD_FAILED: u8 = 3;
/// No test is called that.
pub const NOTHING_MATCHED: u8 = 4;
/// The bench is at fault: non-determinism, or a run that could not be started.
pub const HARNESS_FAULT: u8 = 5;
/// Nobody reads our output any more; what a shell reports for a process ended by SIGPIPE.
pub const BROKEN_PIPE: u8 = 141;
