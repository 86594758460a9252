//! The order for one run.

use std::time::Duration;

use protocol::{Clock, RunSpec, TestCase, TraceMode};

/// Ten times what the slowest official test takes on the virtual clock on a slow machine.
const PATIENCE_VIRTUAL: Duration = Duration::from_secs(60);
/// The 120 seconds a test may take on the real clock, and time to start and stop on a busy machine.
const PATIENCE_REAL: Duration = Duration::from_secs(200);

/// The wall time after which a run by this clock has hung.
fn patience(clock: Clock) -> Duration {
    match clock {
        Clock::Virtual => PATIENCE_VIRTUAL,
        Clock::Real => PATIENCE_REAL,
    }
}

/// The order for a run of this test, with a secret of its own. `clock` is what was asked for; a test may know only one. `wall_limit`: if not
/// the usual one.
pub fn order(
    case: &TestCase,
    seed: u64,
    clock: Clock,
    trace: TraceMode,
    wall_limit: Option<Duration>,
) -> RunSpec {
    let clock = case.clock(clock);
    RunSpec {
        nonce: format!("{:032x}", rand::random::<u128>()),
        part: case.part.to_owned(),
        test: case.name.to_owned(),
        seed,
        clock,
        trace,
        wall_limit_seconds: wall_limit.unwrap_or_else(|| patience(clock)).as_secs_f64(),
    }
}
