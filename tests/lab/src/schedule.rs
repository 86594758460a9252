//! Which runs go on at the same time, and how it all ends.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use protocol::Clock;
use runner::{child::Live, output::note, signals::Signals};
use tokio::{runtime::Builder, sync::mpsc, task::JoinSet};

use super::{
    attempt::attempt,
    bench::Bench,
    plan::Plan,
    report::{Event, Reporter, Totals},
    writers::reporter,
};

/// Runs may be so far ahead of the report. If nobody reads it (`lab test | less`), new runs wait, but those
/// that go on are still listened to: a run never sends that many events.
const EVENTS_AHEAD_MAX: usize = 1024;
/// Runs are processes; to watch them takes little.
const THREADS_MAX: usize = 4;

/// Does all runs of `plan`, reports, and returns the exit code.
pub(super) fn run(plan: Plan) -> io::Result<u8> {
    if let Some(warning) = warning(&plan) {
        note(&format!("warning: {warning}"));
    }
    for suite in plan.suites() {
        if let Some(source) = suite.stale() {
            let (name, source) = (&suite.name, source.display());
            note(&format!(
                "warning: {name} is older than {source}; to test what you see: cargo build --workspace --bin {name}"
            ));
        }
    }
    let threads = plan.jobs.get().min(THREADS_MAX);
    let runtime = Builder::new_multi_thread().worker_threads(threads).enable_all().build()?;
    runtime.block_on(conduct(plan))
}

/// What this machine cannot do for the tests, if anything.
fn warning(plan: &Plan) -> Option<&'static str> {
    match plan.clock {
        // The original's words.
        Clock::Real if std::thread::available_parallelism().is_ok_and(|cpus| cpus.get() == 1) => {
            Some("only one CPU, which may conceal locking bugs")
        }
        Clock::Virtual if !plan.is_seedable() => {
            Some("hash maps and rand::rng() do not follow the seed on this system; --check-determinism tells")
        }
        _ => None,
    }
}

async fn conduct(plan: Plan) -> io::Result<u8> {
    // Before the first run: from here on Ctrl-C ends in `collect`, where the runs are ended as well.
    let mut signals = Signals::new()?;
    let bench = Arc::new(Bench::new(plan)?);
    let mut totals = Totals::new(&bench.plan);
    let mut reporter = reporter(&bench.plan);
    reporter.start(&bench.plan)?;
    let (events, receiver) = mpsc::channel(EVENTS_AHEAD_MAX);
    let mut workers = start_workers(&bench, &events, reporter.wants_steps());
    drop(events);
    let collected = collect(receiver, &mut signals, reporter.as_mut(), &mut totals).await;
    // Whatever still goes on is not wanted any more. Dropping a run kills its process group.
    workers.shutdown().await;
    collected?;
    reporter.close(&totals)?;
    Ok(totals.code())
}

/// One worker per run at the same time; each takes the next job when it is through with one.
fn start_workers(bench: &Arc<Bench>, events: &mpsc::Sender<Event>, steps: bool) -> JoinSet<()> {
    let next = Arc::new(AtomicU64::new(0));
    let workers = (bench.plan.jobs.get() as u64).min(bench.plan.len());
    (0..workers).map(|_| work(Arc::clone(bench), Arc::clone(&next), events.clone(), steps)).collect()
}

async fn work(bench: Arc<Bench>, next: Arc<AtomicU64>, events: mpsc::Sender<Event>, steps: bool) {
    while let Some(job) = bench.plan.job(next.fetch_add(1, Ordering::Relaxed)) {
        let live = steps.then(|| live(job.index, events.clone()));
        let outcome = Box::new(attempt(&bench, &job, live.as_deref()).await);
        if events.send(Event::Finished(job, outcome)).await.is_err() {
            break;
        }
    }
}

/// Passes the steps of a run on.
fn live(index: u64, events: mpsc::Sender<Event>) -> Box<Live> {
    Box::new(move |step| {
        let events = events.clone();
        // If nobody listens any more, the run is about to be killed.
        Box::pin(async move { drop(events.send(Event::Step(index, Box::new(step))).await) })
    })
}

/// Takes in events until all workers are done, or a signal comes, or the report cannot be written.
async fn collect(
    mut events: mpsc::Receiver<Event>,
    signals: &mut Signals,
    reporter: &mut dyn Reporter,
    totals: &mut Totals,
) -> io::Result<()> {
    loop {
        tokio::select! {
            code = signals.next() => {
                totals.interrupted = Some(code);
                return Ok(());
            }
            event = events.recv() => match event {
                None => return Ok(()),
                Some(Event::Step(index, step)) => reporter.step(index, *step)?,
                Some(Event::Finished(job, outcome)) => {
                    totals.add(&outcome);
                    reporter.finished(&job, *outcome, totals)?;
                }
            },
        }
    }
}
