//! The coordinator: the scheduler with a clock, a lock and a socket around it.

use std::{
    fs::{File, TryLockError},
    num::{NonZeroU32, NonZeroU64},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::{Context, Result, anyhow, bail, ensure};
use futures::StreamExt;
use tarpc::server::{BaseChannel, Channel};
use tokio::{sync::watch, time::Instant};

use crate::{
    Address, Assignment, Input, Scheduler, Settings, Split, Summary, Task, WorkerId,
    checkpoint::{Checkpoint, Plan, Saved},
    files,
    progress::{Progress, Snapshot},
    rpc::{Coordinator, Order, Report, TaskOrder},
    transport::{Listener, Wire, transport},
};

/// A coordinator stays for so long after the end, so that workers can be told.
const GRACE: Duration = Duration::from_secs(1);
/// A worker that waits for a task gets an answer after this time at the latest.
const WAIT_MAX: Duration = Duration::from_secs(5);

/// What a coordinator is told on its command line.
#[derive(Clone, Debug)]
pub struct Options {
    /// The input files.
    pub files: Vec<String>,
    /// How many reduce tasks.
    pub reduces: NonZeroU32,
    /// Where to listen.
    pub listen: Address,
    /// The largest piece of a file that is one map task; `None` for whole files.
    pub split_bytes: Option<NonZeroU64>,
    /// Where to write down how far the job has come.
    pub checkpoint: Option<PathBuf>,
    /// When to give a task to another worker.
    pub settings: Settings,
    /// Whether intermediate files stay when the job is done.
    pub keep: bool,
}

/// Does the job, and returns when it is done and the workers have had time to hear of it.
///
/// # Errors
/// If it cannot begin, or a worker says that a task cannot be done. No results are left then.
pub async fn run(options: Options) -> Result<Summary> {
    let folder = Path::new(".");
    let _lock = lock(folder)?;
    files::check_writable(folder)?;
    let job = Job::plan(&options)?;
    let listener = Listener::bind(&options.listen).await?;
    let resumed = job.saved.as_ref().is_some_and(|saved| !saved.done.is_empty());
    if !resumed {
        files::remove_outputs(folder)?;
    }
    if options.listen != *listener.address() {
        eprintln!("listening on {}", listener.address());
    }
    let service = Arc::new(Service::new(job, options.settings)?);
    let ended = tokio::select! {
        ended = service.until_over() => ended,
        () = service.accept_workers(&listener) => unreachable!("workers are accepted as long as there is a job"),
        signal = interrupted() => Err(signal),
    };
    service.end(ended.as_ref().err());
    let stay = tokio::time::sleep(GRACE);
    tokio::select! {
        () = stay => {}
        () = service.accept_workers(&listener) => {}
    }
    drop(listener);
    service.clean_up(folder, ended.is_ok(), options.keep)?;
    ended?;
    Ok(service.summary())
}

/// Two coordinators in one directory would write over each other's files. The lock is the directory's own, so it leaves no
/// file, and it goes with the process.
fn lock(folder: &Path) -> Result<File> {
    let lock = File::open(folder).context("cannot open the working directory")?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => bail!("another coordinator is at work in this directory"),
        Err(TryLockError::Error(error)) => Err(error).context("cannot lock the working directory"),
    }
}

async fn interrupted() -> anyhow::Error {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        // Without handlers a signal ends the process the usual way.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    anyhow!("interrupted")
}

/// What is to be done.
struct Job {
    number: u64,
    plan: Plan,
    splits: Vec<Split>,
    checkpoint: Option<Checkpoint>,
    saved: Option<Saved>,
}

impl Job {
    fn plan(options: &Options) -> Result<Self> {
        let inputs = options.files.iter().map(|file| Input::look(file)).collect::<Result<Vec<_>>>()?;
        let split_bytes = options.split_bytes.map(NonZeroU64::get);
        let plan = Plan { inputs, reduces: options.reduces.get(), split_bytes };
        let splits: Vec<Split> =
            plan.inputs.iter().flat_map(|input| input.splits(options.split_bytes)).collect();
        ensure!(u32::try_from(splits.len()).is_ok(), "{} map tasks are too many", splits.len());
        let checkpoint = options.checkpoint.clone().map(Checkpoint::new);
        let saved = match &checkpoint {
            Some(checkpoint) => checkpoint.load(&plan)?,
            None => None,
        };
        let number = saved.as_ref().map_or_else(rand::random, |saved| saved.job);
        Ok(Self { number, plan, splits, checkpoint, saved })
    }

    fn maps(&self) -> u32 {
        u32::try_from(self.splits.len()).expect("checked when it was planned")
    }

    /// Whether the files that `task` left are all there.
    fn is_still_done(&self, task: &Task) -> bool {
        let exists = |name: String| Path::new(&name).exists();
        match *task {
            Task::Map(map) => {
                (0..self.plan.reduces).all(|reduce| exists(files::intermediate_name(map, reduce)))
            }
            Task::Reduce(reduce) => exists(files::output_name(reduce)),
        }
    }

    fn order(&self, task: Task) -> TaskOrder {
        let split = match task {
            Task::Map(index) => self.splits.get(index as usize).cloned(),
            Task::Reduce(_) => None,
        };
        TaskOrder { job: self.number, task, split, maps: self.maps(), reduces: self.plan.reduces }
    }

    fn save(&self, done: Vec<Task>) -> Result<()> {
        let Some(checkpoint) = &self.checkpoint else { return Ok(()) };
        checkpoint.save(&Saved { job: self.number, plan: self.plan.clone(), done })
    }
}

/// What workers share. The lock is held for moments only, never over an await.
struct Service {
    job: Job,
    start: Instant,
    state: Mutex<State>,
    /// Every change that someone may wait for.
    changes: watch::Sender<u64>,
}

struct State {
    scheduler: Scheduler,
    workers: usize,
    next_worker: WorkerId,
    /// How it ended, once it has.
    end: Option<Option<String>>,
    failure: Option<String>,
    seconds: f64,
    intermediate_bytes: u64,
    output_bytes: u64,
}

impl Service {
    fn new(job: Job, settings: Settings) -> Result<Self> {
        let mut scheduler = Scheduler::new(job.maps(), job.plan.reduces, settings);
        let done = job.saved.iter().flat_map(|saved| &saved.done);
        for task in done.filter(|task| job.is_still_done(task)) {
            scheduler.report(*task, Duration::ZERO);
        }
        // From the first moment on: the job's number must be known to a successor before any file bears it.
        job.save(scheduler.done())?;
        let state = State {
            scheduler,
            workers: 0,
            next_worker: 0,
            end: None,
            failure: None,
            seconds: 0.0,
            intermediate_bytes: 0,
            output_bytes: 0,
        };
        Ok(Self { job, start: Instant::now(), state: Mutex::new(state), changes: watch::Sender::new(0) })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changed(&self) {
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    async fn accept_workers(self: &Arc<Self>, listener: &Listener) {
        loop {
            match listener.accept().await {
                Ok(wire) => drop(tokio::spawn(Arc::clone(self).attend(wire))),
                Err(error) => {
                    // Too many open files, most likely: it can only get better when somebody leaves.
                    eprintln!("a worker could not connect: {error}");
                    self.changes.subscribe().changed().await.ok();
                }
            }
        }
    }

    /// Serves one worker as long as it is there. The end of its connection is the end of the worker: nobody need wait ten
    /// seconds to be sure.
    async fn attend(self: Arc<Self>, wire: Box<dyn Wire>) {
        let worker = {
            let mut state = self.state();
            state.workers += 1;
            state.next_worker += 1;
            state.next_worker
        };
        self.changed();
        let desk = Desk { service: Arc::clone(&self), worker };
        let requests = BaseChannel::with_defaults(transport(wire)).execute(desk.serve());
        requests.for_each(async |request| drop(tokio::spawn(request))).await;
        {
            let mut state = self.state();
            state.workers -= 1;
            state.scheduler.forget(worker);
        }
        self.changed();
    }

    async fn until_over(&self) -> Result<()> {
        let mut changes = self.changes.subscribe();
        let mut progress = Progress::new();
        loop {
            let (snapshot, done, failure) = {
                let state = self.state();
                (self.snapshot(&state), state.scheduler.is_done(), state.failure.clone())
            };
            progress.show(snapshot);
            if let Some(failure) = failure {
                progress.close();
                bail!(failure);
            }
            if done {
                progress.close();
                return Ok(());
            }
            changes.changed().await.context("the service has gone")?;
        }
    }

    fn snapshot(&self, state: &State) -> Snapshot {
        let (maps, reduces) = (state.scheduler.map_progress(), state.scheduler.reduce_progress());
        Snapshot {
            maps: (maps.0, maps.1, self.job.splits.len()),
            reduces: (reduces.0, reduces.1, self.job.plan.reduces as usize),
            workers: state.workers,
            counts: state.scheduler.counts(),
        }
    }

    fn end(&self, error: Option<&anyhow::Error>) {
        let mut state = self.state();
        state.end = Some(error.map(|error| format!("{error:#}")));
        state.seconds = self.start.elapsed().as_secs_f64();
        drop(state);
        self.changed();
    }

    fn clean_up(&self, folder: &Path, done: bool, keep: bool) -> Result<()> {
        files::remove_temporaries(folder)?;
        match &self.job.checkpoint {
            Some(checkpoint) if done => checkpoint.remove()?,
            // A successor will want all there is.
            Some(_) => return Ok(()),
            None => {}
        }
        if !done {
            // Complete files of an incomplete job would look like its result.
            files::remove_outputs(folder)?;
        }
        if !keep {
            files::remove_intermediates(folder)?;
        }
        Ok(())
    }

    fn summary(&self) -> Summary {
        let state = self.state();
        Summary {
            maps: self.job.splits.len(),
            reduces: self.job.plan.reduces as usize,
            counts: state.scheduler.counts(),
            seconds: state.seconds,
            input_bytes: self.job.plan.inputs.iter().map(|input| input.bytes).sum(),
            intermediate_bytes: state.intermediate_bytes,
            output_bytes: state.output_bytes,
        }
    }

    /// **Lab 1.** What `worker` is told now: a task, as the [`Scheduler`] assigns it, or to exit, once `end` is set. If there is nothing
    /// to tell, an error with the moment to look again, if one is known. The scheduler's time is what has passed since `start`.
    fn order(&self, worker: WorkerId) -> Result<Order, Option<Instant>> {
        let now = self.start.elapsed();
        let mut state = self.state();
        if let Some(failure) = state.end.clone() {
            return Ok(Order::Exit { failure });
        }
        match state.scheduler.assign(worker, now) {
            Assignment::Run(task) => Ok(Order::Run(self.job.order(task))),
            // Done, but the end is not declared yet.
            Assignment::Done => Err(None),
            Assignment::Wait => Err(state.scheduler.next_deadline(now).map(|at| self.start + at)),
        }
    }

    /// **Lab 1.** Takes a worker's report in. One for another job is passed over. What is news to the [`Scheduler`] adds to the bytes
    /// written, and is saved (`Job::save`). A task that cannot be done is an error, unless somebody else has done it.
    fn take_report(&self, report: Report) -> Result<()> {
        if report.job != self.job.number {
            return Ok(());
        }
        let now = self.start.elapsed();
        let mut state = self.state();
        match report.result {
            Ok(bytes) if state.scheduler.report(report.task, now) => {
                match report.task {
                    Task::Map(_) => state.intermediate_bytes += bytes,
                    Task::Reduce(_) => state.output_bytes += bytes,
                }
                self.job.save(state.scheduler.done())
            }
            // Somebody else has done it.
            Ok(_) => Ok(()),
            Err(_) if state.scheduler.done().contains(&report.task) => Ok(()),
            Err(reason) => Err(anyhow!(reason)),
        }
    }
}

/// The service as one worker sees it.
#[derive(Clone)]
struct Desk {
    service: Arc<Service>,
    worker: WorkerId,
}

impl Coordinator for Desk {
    /// **Lab 1.** Answers with the order for this worker (`Service::order`). Instead of "nothing yet" it waits for a change, or for the
    /// moment to look again, and tells the worker to wait only after `WAIT_MAX`. Lets others know of the change (`Service::changed`).
    async fn ask(self, _: tarpc::context::Context) -> Order {
        let latest = Instant::now() + WAIT_MAX;
        loop {
            // Before looking, or a change in between would be missed.
            let mut changes = self.service.changes.subscribe();
            let until = match self.service.order(self.worker) {
                Ok(order) => {
                    self.service.changed();
                    return order;
                }
                Err(until) => until.unwrap_or(latest).min(latest),
            };
            let waited = tokio::time::timeout_at(until, changes.changed()).await;
            if waited.is_err() && Instant::now() >= latest {
                return Order::Wait;
            }
        }
    }

    /// **Lab 1.** Takes the report in (`Service::take_report`); the first error is the job's `failure`. Lets those who wait know of the
    /// change.
    async fn report(self, _: tarpc::context::Context, report: Report) {
        if let Err(error) = self.service.take_report(report) {
            self.service.state().failure.get_or_insert(format!("{error:#}"));
        }
        self.service.changed();
    }
}
