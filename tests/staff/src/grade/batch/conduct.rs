//! Which submissions are graded at the same time, and how it all ends.

use std::{
    collections::VecDeque,
    ffi::OsString,
    io,
    sync::{Arc, Mutex, PoisonError},
};

use runner::{
    bar::Bar,
    exit::{FAILED, PASSED},
    output,
    signals::Signals,
};
use tokio::{
    runtime::Builder,
    sync::{mpsc, watch},
    task::JoinSet,
};

use super::{
    super::report::replace,
    one::{self, Ending},
    page,
    question::Batch,
    row::{self, Row},
};

/// Grades all that is not graded yet; says how it ended.
pub(super) fn conduct(batch: Batch, command: &[OsString]) -> io::Result<u8> {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(all(Arc::new(batch), command.into()))
}

/// What all workers share.
struct Work {
    batch: Arc<Batch>,
    command: Arc<[OsString]>,
    /// Places in the list of submissions.
    left: Mutex<VecDeque<usize>>,
}

async fn all(batch: Arc<Batch>, command: Arc<[OsString]>) -> io::Result<u8> {
    // Before the first process: from here on a signal ends them too.
    let mut signals = Signals::new()?;
    let mut summary = Summary::new(&batch);
    summary.write(&batch)?;
    let left = summary.left(&batch);
    let (bar, workers_max) = (Bar::of(left.len() as u64, "submissions"), batch.jobs.min(left.len()));
    bar.show(0, summary.message());
    let (stop, stopped) = watch::channel(false);
    let work = Arc::new(Work { batch: Arc::clone(&batch), command, left: Mutex::new(left) });
    let (events, mut endings) = mpsc::unbounded_channel();
    let mut workers = JoinSet::new();
    for slot in 1..=workers_max {
        workers.spawn(grade_some(Arc::clone(&work), slot, events.clone(), stopped.clone()));
    }
    drop(events);
    let (mut interrupted, mut done) = (None, 0);
    loop {
        tokio::select! {
            code = signals.next(), if interrupted.is_none() => {
                interrupted = Some(code);
                stop.send_replace(true);
            }
            event = endings.recv() => {
                let Some((place, ending)) = event else { break };
                summary.enter(&batch, place, &ending);
                bar.suspend(|| tell(&batch.submissions[place].name, &summary.rows[place], &ending))?;
                done += 1;
                bar.show(done, summary.message());
                summary.write(&batch)?;
            }
        }
    }
    bar.clear();
    workers.shutdown().await;
    summary.close(&batch)?;
    Ok(interrupted.unwrap_or_else(|| summary.code(&batch)))
}

/// One worker, with a slot of its own in the cache: two builds never meet.
async fn grade_some(
    work: Arc<Work>,
    slot: usize,
    events: mpsc::UnboundedSender<(usize, Ending)>,
    mut stop: watch::Receiver<bool>,
) {
    let slot = work.batch.cache.join(format!("slot-{slot}"));
    while !*stop.borrow() {
        let next = work.left.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let Some(place) = next else { break };
        let submission = &work.batch.submissions[place];
        let ending = one::run(&work.batch, submission, &work.command, &slot, &mut stop).await;
        if events.send((place, ending)).is_err() {
            break;
        }
    }
}

/// A line per submission, so that a log of a machine far away says what was going on.
fn tell(name: &str, row: &Row, ending: &Ending) -> io::Result<()> {
    match ending {
        Ending::Graded => output::line(&format!("{name}: {}", row.score())),
        Ending::NotGraded(why) => output::line(&format!("{name}: not graded: {why}")),
        Ending::Interrupted => output::line(&format!("{name}: interrupted")),
    }
}

/// How all submissions stand.
struct Summary {
    rows: Vec<Row>,
    /// Of ours: graded by an earlier call.
    before: Vec<bool>,
}

impl Summary {
    fn new(batch: &Batch) -> Self {
        let rows = batch.submissions.iter().map(Row::read).collect();
        let before = batch.submissions.iter().map(|submission| one::is_graded(batch, submission)).collect();
        Self { rows, before }
    }

    fn left(&self, batch: &Batch) -> VecDeque<usize> {
        let places = 0..batch.submissions.len();
        places.filter(|place| batch.submissions[*place].ours && !self.before[*place]).collect()
    }

    fn enter(&mut self, batch: &Batch, place: usize, ending: &Ending) {
        self.rows[place] = Row::read(&batch.submissions[place]);
        if let Ending::NotGraded(why) = ending {
            self.rows[place].fail(why);
        }
    }

    fn message(&self) -> String {
        format!(
            "{} graded, {} not graded",
            row::count(&self.rows, row::GRADED),
            row::count(&self.rows, row::NOT_GRADED)
        )
    }

    fn write(&self, batch: &Batch) -> io::Result<()> {
        replace(&batch.out.join("summary.csv"), &row::csv(&self.rows))?;
        replace(&batch.out.join("index.html"), page::page(&self.rows).as_bytes())
    }

    /// The last summary, with what other machines have done meanwhile.
    fn close(&mut self, batch: &Batch) -> io::Result<()> {
        for (row, submission) in self.rows.iter_mut().zip(&batch.submissions) {
            if !submission.ours {
                *row = Row::read(submission);
            }
        }
        self.write(batch)?;
        let ours = batch.submissions.iter().filter(|submission| submission.ours).count();
        let before =
            batch.submissions.iter().zip(&self.before).filter(|(one, before)| one.ours && **before).count();
        output::line(&format!(
            "{ours} submissions here, {before} of them graded before; {}: {}",
            self.message(),
            batch.out.join("index.html").display()
        ))
    }

    fn code(&self, batch: &Batch) -> u8 {
        let ours = self.rows.iter().zip(&batch.submissions).filter(|(_, submission)| submission.ours);
        if ours.into_iter().all(|(row, _)| row.is_graded()) { PASSED } else { FAILED }
    }
}
