//! From the order for a run to its record.

use std::{panic::PanicHookInfo, time::Duration};

use futures::FutureExt;
use protocol::{Clock, FailureKind, RunSpec};

use crate::{
    case::Case, checks::Checks, context::Sim, entropy, guard, idle::Jumps, record::report,
    recorder::Recorder, wire::Wire,
};

/// No test may take longer than this on its own clock.
const TIME_LIMIT: Duration = Duration::from_secs(120);

/// Runs one test on a thread of its own, because the thread-local random generators keep what they once drew.
pub(crate) fn on_a_fresh_thread(case: Case, spec: RunSpec, wire: Wire) {
    let run = std::thread::Builder::new().name("test".into()).spawn(move || run(case, spec, wire));
    run.expect("a thread can be started").join().expect("the run reports its own panics");
}

fn run(case: Case, spec: RunSpec, wire: Wire) {
    let jumps = Jumps::default();
    let runtime = match spec.clock {
        Clock::Virtual => {
            entropy::seed_this_thread(stream_of(&spec));
            let jumps = jumps.clone();
            tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .start_paused(true)
                .on_thread_park(move || jumps.note())
                .build()
        }
        Clock::Real => tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build(),
    }
    .expect("a runtime can be built");
    runtime.block_on(run_body(case, spec, wire, &jumps));
    // Tasks of the test may still run, and may never end: the process ends without waiting for them.
    runtime.shutdown_background();
}

fn stream_of(spec: &RunSpec) -> u64 {
    spec.seed ^ 0x6c61_6220_656e_7472
}

async fn run_body(case: Case, spec: RunSpec, wire: Wire, jumps: &Jumps) {
    let checks = Checks::default();
    let recorder = Recorder::install(&spec, checks.clone());
    let sim = Sim::new(spec, wire, checks);
    let cannot = |e| {
        sim.note_failure(FailureKind::Harness, format!("cannot record the trace: {e}"), file!(), line!());
    };
    let recorder = recorder.map_err(cannot).ok();
    install_panic_hook(&sim);
    guard::watch(&sim, recorder.clone());
    // Kept alive over the report, which asks it what it was doing.
    let mut body = std::panic::AssertUnwindSafe((case.start)(sim.clone())).catch_unwind();
    tokio::select! {
        biased;
        () = sim.shared.failed.notified() => {}
        () = sim.checks().violated() => {}
        // A body that failed has noted it. So has one that panicked, unless the code under test has put another hook in place
        // of ours.
        ended = &mut body => if ended.is_err() {
            sim.note_failure(FailureKind::Panic, "the test panicked".to_owned(), file!(), line!());
        },
        () = tokio::time::sleep(TIME_LIMIT) => note_time_limit(&sim, jumps),
    }
    report(&sim, recorder.as_ref());
}

/// The limit has passed. On the virtual clock it may have come in one jump, because no event was left.
fn note_time_limit(sim: &Sim, jumps: &Jumps) {
    if let Some(since) = jumps.standstill_since() {
        let seconds = (sim.now() - since.elapsed()).as_secs_f64();
        let message =
            format!("no event is left after {seconds:.3} s: every task waits for something that never comes");
        sim.note_failure(FailureKind::Deadlock, message, file!(), line!());
    } else {
        let message = format!("test took longer than {} seconds", TIME_LIMIT.as_secs());
        sim.note_failure(FailureKind::TimeLimit, message, file!(), line!());
    }
}

/// A panic in any task fails the run. Without this, tokio would swallow it.
fn install_panic_hook(sim: &Sim) {
    let sim = sim.clone();
    std::panic::set_hook(Box::new(move |info: &PanicHookInfo<'_>| {
        let message = info.payload_as_str().unwrap_or("panic without a message").to_owned();
        let (file, line) = info.location().map_or(("?", 0), |at| (at.file(), at.line()));
        let kind = if file.starts_with("tests/") { FailureKind::Check } else { FailureKind::Panic };
        // In a handout, every server's tasks run into what is to be written: once is enough.
        let is_echo = message.starts_with("not yet implemented") && sim.failure().is_some();
        if !is_echo {
            eprintln!("panic at {file}:{line}: {message}");
        }
        sim.note_failure(kind, message, file, line);
    }));
}
