//! Who does what next: the coordinator's mind, without a clock, a socket or a lock.
//!
//! Time comes in as `now`, counted from any moment, and never goes backwards. Workers are numbers. Three rules make all of it:
//!
//! 1. **Maps before reduces.** No reduce task is given out before every map task is done: it would miss records.
//! 2. **A worker that is silent is dead.** A task not reported within [`Settings::timeout`] is given to another worker (§3.3). The first one may
//!    be alive after all. Then the task is done twice, and nothing else happens: files appear by rename, and reports of a task that is
//!    done change nothing.
//! 3. **A straggler gets company.** When nothing is left to give out, an idle worker gets a copy of a task that has run for much longer
//!    than the others took (§3.6). The first to finish wins.

use std::{collections::VecDeque, time::Duration};

use serde::{Deserialize, Serialize};

/// A backup copy is worth it when a task has run so many times as long as the middle one of those done.
const BACKUP_FACTOR: u32 = 2;

/// A worker, by number.
pub type WorkerId = u64;

/// A task, by its phase and its number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Task {
    /// The map task of one split.
    Map(u32),
    /// The reduce task of one partition.
    Reduce(u32),
}

/// What a worker is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assignment {
    /// Do this.
    Run(Task),
    /// There is nothing to do now, but there may be.
    Wait,
    /// The job is done.
    Done,
}

/// The scheduler's patience.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// A worker that has not reported its task after this time is taken for dead.
    pub timeout: Duration,
    /// No task gets a backup copy before it has run for so long.
    pub backup_after: Duration,
}

impl Default for Settings {
    /// The course's ten seconds, for both.
    fn default() -> Self {
        Self { timeout: Duration::from_secs(10), backup_after: Duration::from_secs(10) }
    }
}

/// How often what happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Tasks given out, all in all.
    pub attempts: u64,
    /// Of these: again, because the worker was silent or had gone.
    pub redispatched: u64,
    /// Of these: as a backup copy.
    pub backups: u64,
}

/// The state of a job.
#[derive(Clone, Debug)]
pub struct Scheduler {
    settings: Settings,
    maps: Phase,
    reduces: Phase,
    counts: Counts,
}

/// Invariants: an entry is idle, running or done; it is idle exactly if it stands in `idle`, once; it is running exactly if it has
/// attempts; `left` counts those not done.
#[derive(Clone, Debug)]
struct Phase {
    entries: Vec<Entry>,
    idle: VecDeque<u32>,
    left: usize,
    /// How long tasks took, in ascending order.
    times: Vec<Duration>,
}

#[derive(Clone, Debug, Default)]
struct Entry {
    done: bool,
    given_out: bool,
    attempts: Vec<Attempt>,
}

#[derive(Clone, Copy, Debug)]
struct Attempt {
    worker: WorkerId,
    since: Duration,
}

impl Scheduler {
    /// A job with nothing done.
    pub fn new(maps: u32, reduces: u32, settings: Settings) -> Self {
        Self { settings, maps: Phase::new(maps), reduces: Phase::new(reduces), counts: Counts::default() }
    }

    /// **Lab 1.** The next thing to do for `worker` (§3.1): a task that nobody has, map tasks first, and no reduce task before all
    /// map tasks are done. A task not reported within [`Settings::timeout`] is nobody's again ([`Scheduler::expire`]). A copy of a
    /// straggler's task (§3.6) is not needed by the course's tests.
    pub fn assign(&mut self, worker: WorkerId, now: Duration) -> Assignment {
        self.expire(now);
        if self.is_done() {
            return Assignment::Done;
        }
        let mapping = self.maps.left > 0;
        let settings = self.settings;
        let phase = if mapping { &mut self.maps } else { &mut self.reduces };
        let index = match phase.idle.pop_front() {
            Some(index) => {
                self.counts.redispatched += u64::from(phase.entries[index as usize].given_out);
                index
            }
            None => match phase.straggler(worker, now, settings) {
                Some(index) => {
                    self.counts.backups += 1;
                    index
                }
                None => return Assignment::Wait,
            },
        };
        self.counts.attempts += 1;
        let entry = &mut phase.entries[index as usize];
        entry.given_out = true;
        entry.attempts.push(Attempt { worker, since: now });
        Assignment::Run(if mapping { Task::Map(index) } else { Task::Reduce(index) })
    }

    /// **Lab 1.** Takes in that `task` is done, by whomever. Returns whether that is news: a second report of the same task is none,
    /// nor one of a task that there is not, nor one of a reduce task while maps are left (§3.3).
    ///
    /// The report counts even if the task was never given out, or given up: a coordinator that has gone on from its checkpoint did
    /// not see who was at work, and a worker taken for dead has done no worse than another.
    pub fn report(&mut self, task: Task, now: Duration) -> bool {
        match task {
            Task::Map(index) => self.maps.finish(index, now),
            // Its worker has seen less than all intermediate files.
            Task::Reduce(_) if self.maps.left > 0 => false,
            Task::Reduce(index) => self.reduces.finish(index, now),
        }
    }

    /// **Lab 1.** Gives up on workers that have been silent for too long (§3.3): a task given out [`Settings::timeout`] ago or earlier, and
    /// not reported, can be given to another worker.
    pub fn expire(&mut self, now: Duration) {
        let timeout = self.settings.timeout;
        self.give_up(|attempt| now.saturating_sub(attempt.since) >= timeout);
    }

    /// **Lab 1.** Gives up on one worker, because it is known to have gone: its tasks can be given to others at once.
    pub fn forget(&mut self, worker: WorkerId) {
        self.give_up(|attempt| attempt.worker == worker);
    }

    /// **Lab 1, helper.** Forgets the attempts that are lost.
    fn give_up(&mut self, lost: impl Fn(&Attempt) -> bool) {
        self.maps.give_up(&lost);
        self.reduces.give_up(&lost);
    }

    /// **Lab 1.** When to look again if nothing happens until then: the next time-out, or the next straggler. `None` if no task is
    /// given out.
    pub fn next_deadline(&self, now: Duration) -> Option<Duration> {
        let phase = if self.maps.left > 0 { &self.maps } else { &self.reduces };
        let patience = phase.patience(self.settings).unwrap_or(self.settings.timeout);
        let attempts = phase.entries.iter().flat_map(|entry| &entry.attempts);
        let moments =
            attempts.flat_map(|attempt| [attempt.since + patience, attempt.since + self.settings.timeout]);
        moments.filter(|moment| *moment > now).min()
    }

    /// Whether every task is done.
    pub fn is_done(&self) -> bool {
        self.maps.left == 0 && self.reduces.left == 0
    }

    /// How often what happened.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Map tasks: how many are done, and how many are running.
    pub fn map_progress(&self) -> (usize, usize) {
        self.maps.progress()
    }

    /// Reduce tasks: how many are done, and how many are running.
    pub fn reduce_progress(&self) -> (usize, usize) {
        self.reduces.progress()
    }

    /// All tasks that are done.
    pub fn done(&self) -> Vec<Task> {
        let maps = self.maps.done().map(Task::Map);
        maps.chain(self.reduces.done().map(Task::Reduce)).collect()
    }
}

impl Phase {
    fn new(tasks: u32) -> Self {
        let entries = vec![Entry::default(); tasks as usize];
        Self { left: entries.len(), entries, idle: (0..tasks).collect(), times: Vec::new() }
    }

    /// **Lab 1, helper.** Takes in that a task is done. Returns whether that is news.
    fn finish(&mut self, index: u32, now: Duration) -> bool {
        let Some(entry) = self.entries.get_mut(index as usize).filter(|entry| !entry.done) else {
            return false;
        };
        entry.done = true;
        self.left -= 1;
        match entry.attempts.first() {
            Some(first) => {
                let time = now.saturating_sub(first.since);
                self.times.insert(self.times.partition_point(|other| *other < time), time);
            }
            None => self.idle.retain(|other| *other != index),
        }
        entry.attempts.clear();
        true
    }

    /// **Lab 1, helper.** Forgets the attempts that are lost.
    fn give_up(&mut self, lost: impl Fn(&Attempt) -> bool) {
        for (index, entry) in (0..).zip(&mut self.entries) {
            if !entry.attempts.is_empty() {
                entry.attempts.retain(|attempt| !lost(attempt));
                if entry.attempts.is_empty() {
                    self.idle.push_back(index);
                }
            }
        }
    }

    /// **Lab 1, helper.** How long a task may run before it is a straggler. Unknown until half of the tasks are done: before that nobody can say
    /// what is normal, and there is better work to do.
    fn patience(&self, settings: Settings) -> Option<Duration> {
        let middle = self.times.get(self.times.len() / 2)?;
        let late = 2 * self.left <= self.entries.len() && self.idle.is_empty();
        late.then(|| settings.backup_after.max(BACKUP_FACTOR * *middle))
    }

    /// **Lab 1, helper.** The task that has run alone for the longest time, if that is too long, and not by `worker` itself.
    fn straggler(&self, worker: WorkerId, now: Duration, settings: Settings) -> Option<u32> {
        let patience = self.patience(settings)?;
        let slow = (0..).zip(&self.entries).filter_map(|(index, entry)| match entry.attempts[..] {
            [attempt] if attempt.worker != worker && now.saturating_sub(attempt.since) >= patience => {
                Some((attempt.since, index))
            }
            _ => None,
        });
        slow.min().map(|(_, index)| index)
    }

    fn progress(&self) -> (usize, usize) {
        let running = self.entries.iter().filter(|entry| !entry.attempts.is_empty()).count();
        (self.entries.len() - self.left, running)
    }

    fn done(&self) -> impl Iterator<Item = u32> {
        (0..).zip(&self.entries).filter(|(_, entry)| entry.done).map(|(index, _)| index)
    }
}

#[cfg(test)]
#[path = "scheduler_tests.rs"]
mod tests;
