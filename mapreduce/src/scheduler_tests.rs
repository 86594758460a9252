use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use Assignment::{Done, Run, Wait};
use Task::{Map, Reduce};

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn scheduler(maps: u32, reduces: u32) -> Scheduler {
    Scheduler::new(maps, reduces, Settings::default())
}

/// Time-outs so long that only backups can give a task out twice.
fn patient(maps: u32) -> Scheduler {
    Scheduler::new(maps, 0, Settings { timeout: seconds(1000), ..Settings::default() })
}

#[test]
fn reduces_wait_for_all_maps() {
    let mut job = scheduler(2, 1);
    assert_eq!(job.assign(1, seconds(0)), Run(Map(0)));
    assert_eq!(job.assign(2, seconds(0)), Run(Map(1)));
    assert!(job.report(Map(0), seconds(1)));
    assert_eq!(job.assign(1, seconds(1)), Wait);
    assert!(!job.report(Reduce(0), seconds(1)), "nobody can have done it yet");
    assert!(job.report(Map(1), seconds(2)));
    assert_eq!(job.assign(1, seconds(2)), Run(Reduce(0)));
    assert_eq!(job.assign(2, seconds(2)), Wait);
    assert!(!job.is_done());
    assert!(job.report(Reduce(0), seconds(3)));
    assert_eq!(job.assign(2, seconds(3)), Done);
}

#[test]
fn ten_seconds_of_silence_and_not_less() {
    let mut job = scheduler(1, 1);
    assert_eq!(job.assign(1, seconds(5)), Run(Map(0)));
    assert_eq!(job.next_deadline(seconds(5)), Some(seconds(15)));
    assert_eq!(job.assign(2, Duration::from_millis(14_999)), Wait);
    assert_eq!(job.assign(2, seconds(15)), Run(Map(0)));
    assert_eq!(job.counts(), Counts { attempts: 2, redispatched: 1, backups: 0 });
}

#[test]
fn the_late_one_counts_and_counts_once() {
    let mut job = scheduler(1, 1);
    assert_eq!(job.assign(1, seconds(0)), Run(Map(0)));
    job.expire(seconds(10));
    assert!(job.report(Map(0), seconds(11)), "given up, but done all the same");
    assert!(!job.report(Map(0), seconds(12)));
    assert_eq!(job.assign(2, seconds(12)), Run(Reduce(0)), "not the map task again");
    assert!(!job.report(Map(7), seconds(12)), "there is no such task");
}

#[test]
fn a_worker_that_has_gone_is_not_waited_for() {
    let mut job = scheduler(2, 1);
    assert_eq!(job.assign(1, seconds(0)), Run(Map(0)));
    assert_eq!(job.assign(2, seconds(0)), Run(Map(1)));
    job.forget(1);
    assert_eq!(job.assign(3, seconds(0)), Run(Map(0)));
    assert_eq!(job.assign(4, seconds(0)), Wait);
}

#[test]
fn a_straggler_gets_one_backup() {
    let mut job = patient(4);
    for worker in 0..4 {
        assert_eq!(job.assign(worker, seconds(0)), Run(Map(worker as u32)));
    }
    assert!(job.report(Map(0), seconds(4)));
    assert_eq!(job.assign(0, seconds(60)), Wait, "not before half of the tasks are done");
    assert!(job.report(Map(1), seconds(60)));
    assert!(job.report(Map(2), seconds(60)));
    assert_eq!(job.next_deadline(seconds(60)), Some(seconds(120)));
    assert_eq!(job.assign(3, seconds(200)), Wait, "not to the straggler itself");
    assert_eq!(job.assign(0, seconds(119)), Wait, "not before twice the usual time");
    assert_eq!(job.assign(0, seconds(120)), Run(Map(3)));
    assert_eq!(job.assign(1, seconds(300)), Wait, "not a third one");
    assert_eq!(job.counts(), Counts { attempts: 5, redispatched: 0, backups: 1 });
    assert!(job.report(Map(3), seconds(301)));
    assert!(!job.report(Map(3), seconds(302)));
}

#[test]
fn no_backup_within_ten_seconds() {
    let mut job = patient(2);
    assert_eq!(job.assign(1, seconds(0)), Run(Map(0)));
    assert_eq!(job.assign(2, seconds(0)), Run(Map(1)));
    assert!(job.report(Map(0), Duration::from_millis(10)));
    assert_eq!(job.assign(1, Duration::from_millis(9_999)), Wait);
    assert_eq!(job.assign(1, seconds(10)), Run(Map(1)));
}

#[test]
fn what_is_done_is_listed() {
    let mut job = scheduler(2, 2);
    assert!(
        job.report(Map(1), seconds(0)) && job.report(Map(0), seconds(0)) && job.report(Reduce(1), seconds(0))
    );
    assert_eq!(job.done(), [Map(0), Map(1), Reduce(1)]);
    assert_eq!((job.map_progress(), job.reduce_progress()), ((2, 0), (1, 0)));
}

/// What may happen to a job.
#[derive(Clone, Debug)]
enum Event {
    Ask(WorkerId),
    Finish(prop::sample::Index),
    Repeat(prop::sample::Index),
    Leave(WorkerId),
    Pass(u64),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        6 => (0..6_u64).prop_map(Event::Ask),
        4 => any::<prop::sample::Index>().prop_map(Event::Finish),
        1 => any::<prop::sample::Index>().prop_map(Event::Repeat),
        1 => (0..6_u64).prop_map(Event::Leave),
        2 => (0..8_000_u64).prop_map(Event::Pass),
    ];
    prop::collection::vec(event, 0..200)
}

/// The same job, remembered in the simplest way.
struct Model {
    job: Scheduler,
    maps: u32,
    now: Duration,
    running: Vec<(WorkerId, Task, Duration)>,
    done: BTreeSet<Task>,
}

impl Model {
    fn step(&mut self, event: &Event) {
        match event {
            Event::Ask(worker) => self.ask(*worker),
            Event::Finish(index) if !self.running.is_empty() => {
                let (_, task, _) = self.running.swap_remove(index.index(self.running.len()));
                assert_eq!(self.job.report(task, self.now), self.done.insert(task));
            }
            Event::Repeat(index) if !self.done.is_empty() => {
                let task = *self.done.iter().nth(index.index(self.done.len())).unwrap();
                assert!(!self.job.report(task, self.now));
            }
            Event::Leave(worker) => {
                self.job.forget(*worker);
                self.running.retain(|(other, ..)| other != worker);
            }
            Event::Pass(milliseconds) => self.now += Duration::from_millis(*milliseconds),
            Event::Finish(_) | Event::Repeat(_) => {}
        }
    }

    fn ask(&mut self, worker: WorkerId) {
        match self.job.assign(worker, self.now) {
            Run(task) => {
                assert!(!self.done.contains(&task), "{task:?} is done");
                let maps_done = self.done.iter().filter(|task| matches!(task, Map(_))).count();
                assert!(matches!(task, Map(_)) || maps_done == self.maps as usize, "{task:?} is early");
                let fresh = |(_, other, since): &&(_, Task, Duration)| {
                    *other == task && self.now - *since < seconds(10)
                };
                assert_eq!(self.running.iter().find(fresh), None, "given out twice within ten seconds");
                self.running.push((worker, task, self.now));
            }
            Done => assert!(self.job.is_done()),
            Wait => assert!(
                self.job.next_deadline(self.now).is_some_and(|at| at > self.now),
                "waiting for nothing"
            ),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Whatever happens, the rules hold; and one worker that keeps at it finishes the job.
    #[test]
    fn rules_hold_and_the_job_ends(maps in 0..6_u32, reduces in 1..5_u32, timeout in 10..60_u64, events in events()) {
        let settings = Settings { timeout: seconds(timeout), ..Settings::default() };
        let job = Scheduler::new(maps, reduces, settings);
        let mut model = Model { job, maps, now: Duration::ZERO, running: Vec::new(), done: BTreeSet::new() };
        events.iter().for_each(|event| model.step(event));
        for _ in 0..=(maps + reduces) {
            model.now += seconds(61);
            model.running.clear();
            model.ask(100);
            if let Some((_, task, _)) = model.running.pop() {
                prop_assert_eq!(model.job.report(task, model.now), model.done.insert(task));
            }
        }
        prop_assert!(model.job.is_done());
        prop_assert_eq!(model.job.done().len(), (maps + reduces) as usize);
    }
}
