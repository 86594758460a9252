//! Ends a run that would never end: the test's thread may be stuck, so another thread must.

use std::{sync::atomic::Ordering, time::Duration};

use protocol::FailureKind;

use crate::{context::Sim, record::report, recorder::Recorder};

/// On the virtual clock, time passes only when every task waits. If it does not pass for this long on the wall, a task
/// never will.
const STUCK: Duration = Duration::from_secs(10);

/// Ends the run when its wall time is over, or when time stands still.
///
/// Without a limit it watches nothing: somebody may be thinking at a breakpoint.
pub(crate) fn watch(sim: &Sim, recorder: Option<Recorder>) {
    let Ok(limit) = Duration::try_from_secs_f64(sim.shared.spec.wall_limit_seconds) else { return };
    let sim = sim.clone();
    let runtime = tokio::runtime::Handle::current();
    std::thread::spawn(move || {
        // The run's clock is only visible from inside its runtime.
        let _inside = runtime.enter();
        let message = wait_until_hung(&sim, limit);
        sim.note_failure(FailureKind::Hang, message, file!(), line!());
        if sim.shared.reported.load(Ordering::Acquire) {
            return;
        }
        report(&sim, recorder.as_ref());
        std::process::exit(0);
    });
}

/// Watches the clocks until one of them says that this run will not end, and returns why.
fn wait_until_hung(sim: &Sim, limit: Duration) -> String {
    let start = std::time::Instant::now();
    let (mut last_now, mut moved_at) = (sim.now(), start);
    loop {
        let left = limit.saturating_sub(start.elapsed());
        if left.is_zero() {
            let cause = "an endless loop, or a blocking call that never returns";
            return format!("no end after {} seconds of wall time: {cause}", limit.as_secs_f64());
        }
        std::thread::sleep(left.min(Duration::from_secs(1)));
        let now = sim.now();
        if now != last_now {
            (last_now, moved_at) = (now, std::time::Instant::now());
        } else if moved_at.elapsed() >= STUCK {
            let cause = "a loop that never waits, or a blocking call that never returns";
            return format!("time stands still at {:.3} s: {cause}", now.as_secs_f64());
        }
    }
}
