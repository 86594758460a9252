//! What a test body gets: the run's clock, its random streams, and the ways to fail.

use std::{
    fmt::Display,
    hash::{DefaultHasher, Hasher},
    panic::Location,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::AtomicBool},
    time::Duration,
};

use labrpc::{Latency, Network};
use protocol::{Clock, Failure, FailureKind, Message, RunSpec, Section};
use rand::{SeedableRng, rngs::SmallRng};
use tokio::{sync::Notify, time::Instant};

use crate::{checks::Checks, wire::Wire};

/// One run, as its test body sees it. Cheap to clone; all clones are the same run.
#[derive(Clone)]
pub struct Sim {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) spec: RunSpec,
    wire: Wire,
    checks: Checks,
    start: Instant,
    wall_start: std::time::Instant,
    notes: Mutex<Notes>,
    scatter: Mutex<SmallRng>,
    pub(crate) failed: Notify,
    /// Whether the record of this run has been sent, or is about to be.
    pub(crate) reported: AtomicBool,
}

/// What is known of the run so far.
#[derive(Default)]
struct Notes {
    failure: Option<Failure>,
    sections: Vec<Section>,
    /// Steps under way, oldest first: more than one only if the test runs several tasks.
    steps: Vec<(u64, String)>,
    next_step: u64,
    reporter: Option<Reporter>,
}

type Reporter = Arc<dyn Fn() -> Vec<String> + Send + Sync>;

/// A step of the test that is under way; it ends when this is dropped.
pub struct Step {
    sim: Sim,
    id: u64,
}

impl Drop for Step {
    fn drop(&mut self) {
        self.sim.notes().steps.retain(|(id, _)| *id != self.id);
    }
}

/// Seed, test and stream name make the stream.
fn stream_seed(spec: &RunSpec, stream: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write_u64(spec.seed);
    hasher.write(spec.test.as_bytes());
    hasher.write(stream.as_bytes());
    hasher.finish()
}

impl Sim {
    /// To be made inside the run's runtime: its clock starts now.
    pub(crate) fn new(spec: RunSpec, wire: Wire, checks: Checks) -> Self {
        let scatter = Mutex::new(SmallRng::seed_from_u64(stream_seed(&spec, "scatter")));
        let shared = Shared {
            spec,
            scatter,
            wire,
            checks,
            start: Instant::now(),
            wall_start: std::time::Instant::now(),
            notes: Mutex::default(),
            failed: Notify::new(),
            reported: AtomicBool::new(false),
        };
        Sim { shared: Arc::new(shared) }
    }

    /// The clock of this run.
    pub fn clock(&self) -> Clock {
        self.shared.spec.clock
    }

    /// A name for files of this run: part, test and seed.
    pub fn run_name(&self) -> String {
        let RunSpec { part, test, seed, .. } = &self.shared.spec;
        format!("{part}-{test}-{seed}")
    }

    /// Time since the start of the run, on its own clock.
    pub fn now(&self) -> Duration {
        self.shared.start.elapsed()
    }

    pub(crate) fn wall_seconds(&self) -> f64 {
        self.shared.wall_start.elapsed().as_secs_f64()
    }

    /// A seed for the stream of this name. Every user of randomness has a stream of its own, or a change in one would
    /// reshuffle the others.
    pub fn seed(&self, stream: &str) -> u64 {
        stream_seed(&self.shared.spec, stream)
    }

    /// The random stream of this name.
    pub fn rng(&self, stream: &str) -> SmallRng {
        SmallRng::seed_from_u64(self.seed(stream))
    }

    /// A network on this run's clock.
    pub fn network(&self) -> Network {
        self.network_with(Latency::Jitter)
    }

    /// The same, with another latency in virtual time. On the real clock nothing is added.
    pub fn network_with(&self, latency: Latency) -> Network {
        let latency = match self.clock() {
            Clock::Virtual => latency,
            Clock::Real => Latency::None,
        };
        Network::new(self.seed("network"), latency)
    }

    /// To be awaited at the start of a task that should race with its siblings: on the virtual clock, tasks would
    /// otherwise always start in the order in which they were spawned.
    pub async fn scatter(&self) {
        if self.clock() == Clock::Virtual {
            let rounds = rand::RngExt::random_range(&mut *self.scatter_rng(), 0..8);
            for _ in 0..rounds {
                tokio::task::yield_now().await;
            }
        }
    }

    fn scatter_rng(&self) -> MutexGuard<'_, SmallRng> {
        self.shared.scatter.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what the test is doing, for the report of a hang.
    #[track_caller]
    pub fn step(&self, what: impl Display) -> Step {
        self.step_at(what, Location::caller())
    }

    /// The same, for a helper that knows its caller's place.
    pub fn step_at(&self, what: impl Display, at: &Location<'_>) -> Step {
        let mut notes = self.notes();
        let id = notes.next_step;
        notes.next_step += 1;
        notes.steps.push((id, format!("{what} at {}:{}", at.file(), at.line())));
        Step { sim: self.clone(), id }
    }

    /// Fails the run: the tester found a broken promise. Ends the calling task.
    #[track_caller]
    pub fn fail(&self, message: impl Display) -> ! {
        self.fail_at(FailureKind::Check, message, Location::caller())
    }

    /// The same, with the kind of failure and the place to name.
    pub fn fail_at(&self, kind: FailureKind, message: impl Display, at: &Location<'_>) -> ! {
        self.note_failure(kind, message.to_string(), at.file(), at.line());
        // Not `panic!`: the failure is noted already, and the panic hook would note it again.
        std::panic::resume_unwind(Box::new("the run has failed"))
    }

    /// Fails the run unless the promise holds.
    #[track_caller]
    pub fn check(&self, holds: bool, message: impl Display) {
        if !holds {
            self.fail(message);
        }
    }

    /// Says who can tell what every server is doing, for the report of a failure. It must not block.
    pub fn report_servers_by(&self, reporter: impl Fn() -> Vec<String> + Send + Sync + 'static) {
        self.notes().reporter = Some(Arc::new(reporter));
    }

    /// Announces a titled section of the test.
    pub fn begin(&self, title: &str) {
        tracing::trace!(target: "tests", topic = "TEST", title, "begin");
        self.shared.wire.send(&Message::Begin(title.into()));
    }

    /// Says what is being played, for who looks at the trace: `lab scenario` prints it, with the time.
    pub fn scene(&self, text: impl Display) {
        tracing::trace!(target: "tests", topic = "TEST", text = %text, "scene");
    }

    /// Announces that a section has ended well.
    pub fn passed(&self, section: Section) {
        self.shared.wire.send(&Message::Passed(section.clone()));
        self.notes().sections.push(section);
    }

    /// The checks that are always on.
    pub fn checks(&self) -> &Checks {
        &self.shared.checks
    }

    /// If a check has found a promise broken, that is the failure.
    pub(crate) fn note_violation(&self) {
        if let Some(violation) = self.shared.checks.take() {
            self.keep_failure(FailureKind::Check, violation.headline(), violation.file, 1);
        }
    }

    /// Keeps the first failure of the run; later ones are its echoes. A broken promise was there before what came of it.
    pub fn note_failure(&self, kind: FailureKind, message: String, file: &str, line: u32) {
        match self.shared.checks.take() {
            Some(violation) => {
                let message = format!("{}\nthen, at {file}:{line}: {message}", violation.headline());
                self.keep_failure(FailureKind::Check, message, violation.file, 1);
            }
            None => self.keep_failure(kind, message, file, line),
        }
    }

    fn keep_failure(&self, kind: FailureKind, message: String, file: &str, line: u32) {
        let seconds = self.now().as_secs_f64();
        let mut notes = self.notes();
        if notes.failure.is_none() {
            // Not `message`: that is what tracing calls the words at the end.
            tracing::trace!(target: "tests", topic = "TEST", why = message, file, line, "failure");
            let step = notes.steps.iter().map(|(_, step)| step.as_str()).collect::<Vec<_>>().join("; ");
            let file = file.to_owned();
            notes.failure = Some(Failure { kind, message, file, line, step, seconds, servers: Vec::new() });
            let reporter = notes.reporter.clone();
            drop(notes);
            // Now, and not when the run is reported: by then, the harness may be gone with the task that has failed.
            let servers = reporter.map(|report| report()).unwrap_or_default();
            self.notes().failure.iter_mut().for_each(|failure| failure.servers.clone_from(&servers));
        } else {
            drop(notes);
        }
        self.shared.failed.notify_one();
    }

    /// The failure so far, with what every server was doing then.
    pub(crate) fn failure(&self) -> Option<Failure> {
        self.notes().failure.clone()
    }

    pub(crate) fn sections(&self) -> Vec<Section> {
        self.notes().sections.clone()
    }

    pub(crate) fn wire(&self) -> &Wire {
        &self.shared.wire
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.shared.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
