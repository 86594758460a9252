//! The worker: asks for a task, does it, reports it, asks again.

use std::{
    any::Any,
    io::ErrorKind,
    num::NonZeroUsize,
    panic::{self, AssertUnwindSafe},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, Result, anyhow, bail};
use tarpc::{
    client::{self, NewClient},
    context,
};
use tokio::{task::JoinSet, time::Instant};

use crate::{
    Address, Application,
    rpc::{CoordinatorClient, Order, Report, TaskOrder},
    task::{Fuse, Workshop},
    transport::{Wire, connect, transport},
};

/// How often a worker looks whether a coordinator has come (back).
const RETRY_INTERVAL: Duration = Duration::from_millis(50);
/// A worker may be stopped for a while, and is no worse for it: calls end when they are answered, or when the connection does.
const CALL_TIME_MAX: Duration = Duration::from_secs(24 * 3600);

/// What a worker is told on its command line.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the coordinator is.
    pub coordinator: Address,
    /// How many tasks at the same time.
    pub threads: NonZeroUsize,
    /// For how long to look for a coordinator that is not there.
    pub retry: Duration,
    /// Whether to merge values of a key before they are written, if the application allows it.
    pub combine: bool,
    /// For tests: how many files get their name before the worker dies.
    pub die_before_rename: Option<u32>,
}

/// Works for the coordinator until the job is over.
///
/// # Errors
/// If there is no coordinator, or the job has failed.
pub async fn run(app: Box<dyn Application>, options: Options) -> Result<()> {
    raise_file_limit();
    let fuse = Fuse::new(options.die_before_rename);
    let workshop = Workshop { app, combine: options.combine, fuse };
    let worker = Arc::new(Worker { workshop, options });
    let threads = worker.options.threads.get();
    let mut hands: JoinSet<Result<()>> = (0..threads).map(|_| Arc::clone(&worker).work()).collect();
    while let Some(ended) = hands.join_next().await {
        ended.context("a worker's task ended by itself")??;
    }
    Ok(())
}

/// A reduce task has a file open for each map task. The usual soft limit of 1024 is lower than it must be.
fn raise_file_limit() {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    if let Ok((_, hard)) = getrlimit(Resource::RLIMIT_NOFILE) {
        // If that is not allowed, the limit may still be enough; if it is not, opening a file will say so.
        setrlimit(Resource::RLIMIT_NOFILE, hard, hard).ok();
    }
}

struct Worker {
    workshop: Workshop,
    options: Options,
}

/// How a connection ended.
enum End {
    /// The job is done.
    Done,
    /// The coordinator has gone.
    Lost,
}

impl Worker {
    /// One hand of the worker: one connection, one task at a time.
    async fn work(self: Arc<Self>) -> Result<()> {
        let mut known = false;
        // Done, but not told yet: the coordinator may come back and would have it done again.
        let mut unsent = None;
        while let Some(client) = self.find_coordinator(known).await? {
            known = true;
            match self.serve(&client, &mut unsent).await? {
                End::Done => return Ok(()),
                // The usual end: it goes when the job is done. Who wants to wait for a successor says so.
                End::Lost if self.options.retry.is_zero() => return Ok(()),
                End::Lost => {}
            }
        }
        Ok(())
    }

    /// Connects; `None` if there has been a coordinator, and it has ended its job.
    async fn find_coordinator(&self, known: bool) -> Result<Option<CoordinatorClient>> {
        let address = &self.options.coordinator;
        let deadline = Instant::now() + self.options.retry;
        loop {
            let error = match connect(address).await {
                Ok(wire) => return Ok(Some(client_of(wire))),
                Err(error) => error,
            };
            // One that was killed leaves its socket behind; one that has ended removes it.
            if known && error.kind() == ErrorKind::NotFound {
                return Ok(None);
            }
            if Instant::now() >= deadline {
                let waited = self.options.retry.as_secs_f64();
                let hint = if waited == 0.0 { String::new() } else { format!(" (looked for {waited} s)") };
                bail!("no coordinator at {address}: {error}{hint}");
            }
            tokio::time::sleep(RETRY_INTERVAL).await;
        }
    }

    /// **Lab 1.** Asks for work, does it, reports it, and asks again (§3.1), until the coordinator says that the job is over, or its
    /// connection ends. A report that could not be handed in stays in `unsent`, and is what the next connection begins with. A task that
    /// cannot be done, or a job that has failed, is an error with the reason.
    async fn serve(self: &Arc<Self>, client: &CoordinatorClient, unsent: &mut Option<Report>) -> Result<End> {
        loop {
            if let Some(report) = unsent.clone() {
                if client.report(patient(), report).await.is_err() {
                    return Ok(End::Lost);
                }
                if let Some(Report { result: Err(reason), .. }) = unsent.take() {
                    bail!("{reason}");
                }
            }
            match client.ask(patient()).await {
                Ok(Order::Run(order)) => *unsent = Some(self.do_task(order).await?),
                Ok(Order::Wait) => {}
                Ok(Order::Exit { failure: None }) => return Ok(End::Done),
                Ok(Order::Exit { failure: Some(reason) }) => bail!("the job has failed: {reason}"),
                Err(_) => return Ok(End::Lost),
            }
        }
    }

    /// **Lab 1.** Has the task done by `Workshop::run`, on a thread where it may block, and says how it ended. A panic of the application
    /// would come back on every worker, so it is the report's error, like any other.
    async fn do_task(self: &Arc<Self>, order: TaskOrder) -> Result<Report> {
        let worker = Arc::clone(self);
        let (job, task) = (order.job, order.task);
        let work = move || panic::catch_unwind(AssertUnwindSafe(|| worker.workshop.run(&order)));
        let ended = tokio::task::spawn_blocking(work).await.context("a task ended by itself")?;
        let result =
            ended.unwrap_or_else(|panic| Err(anyhow!("the application panicked: {}", panic_text(&*panic))));
        Ok(Report { job, task, result: result.map_err(|error| format!("{task:?}: {error:#}")) })
    }
}

/// Connects to a coordinator, to speak with it directly.
///
/// # Errors
/// If there is none.
pub async fn client(address: &Address) -> std::io::Result<CoordinatorClient> {
    connect(address).await.map(client_of)
}

fn client_of(wire: Box<dyn Wire>) -> CoordinatorClient {
    let NewClient { client, dispatch } = CoordinatorClient::new(client::Config::default(), transport(wire));
    // It ends when the connection does, and the calls under way with it: they tell.
    drop(tokio::spawn(dispatch));
    client
}

fn patient() -> context::Context {
    let mut context = context::current();
    context.deadline = std::time::Instant::now() + CALL_TIME_MAX;
    context
}

/// **Lab 1, helper.** What a panic says.
fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without a message")
}
