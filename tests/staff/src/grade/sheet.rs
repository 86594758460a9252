//! The grade as it grows, written after every step.

use std::{
    io,
    path::{Path, PathBuf},
    time::Instant,
};

use protocol::{Failure, RunRecord};

use super::{
    policy::{Planned, Policy},
    report,
    result::{Build, Grade, Leader, RunGrade, Status, TestGrade},
};

/// Of what a failing run printed, the end.
const OUTPUT_BYTES_MAX: usize = 8 << 10;
/// A message that is longer says nothing more.
const MESSAGE_BYTES_MAX: usize = 4 << 10;
const SERVERS_MAX: usize = 32;

/// A grade, and where it is written.
pub(super) struct Sheet {
    pub(super) grade: Grade,
    tests: Vec<Planned>,
    leaderboard: bool,
    out: PathBuf,
    started: Instant,
}

impl Sheet {
    /// With every test on it, and none of them run.
    pub(super) fn new(submission: String, policy: &Policy, tests: Vec<Planned>, out: &Path) -> Self {
        let grade = Grade {
            submission,
            build: Build::Unfinished,
            notes: Vec::new(),
            tests: tests.iter().map(not_run).collect(),
            wall_seconds: 0.0,
            finished: false,
            leaderboard: Vec::new(),
            visibility: policy.visibility,
        };
        Self { grade, tests, leaderboard: policy.leaderboard, out: out.to_owned(), started: Instant::now() }
    }

    /// The test in this place.
    pub(super) fn planned(&self, index: usize) -> Planned {
        self.tests[index].clone()
    }

    /// Writes all reports as it now stands.
    pub(super) fn write(&mut self) -> io::Result<()> {
        self.grade.wall_seconds = self.started.elapsed().as_secs_f64();
        report::write_all(&self.grade, &self.out)
    }

    /// A run of the test in this place is over. Returns whether the test is.
    pub(super) fn add(&mut self, index: usize, run: RunGrade) -> bool {
        let test = &mut self.grade.tests[index];
        test.runs.push(run);
        let (planned, rule) = (test.planned, self.tests[index].rule);
        let passed = test.runs.iter().filter(|run| run.failure.is_none()).count() as u64;
        let done = test.runs.len() as u64;
        let over = done == planned || rule.is_settled(passed, done - passed, planned);
        if over {
            let share = rule.share(passed, planned);
            test.points = test.points_max * share;
            test.status = if share == 1.0 { Status::Passed } else { Status::Failed };
        }
        over
    }

    /// Nothing more will be run. `note` says why, if that is not because all is done.
    pub(super) fn finish(&mut self, note: Option<String>) -> io::Result<()> {
        self.grade.notes.extend(note);
        self.grade.finished = true;
        let complete = self.grade.tests.iter().all(|test| test.status == Status::Passed);
        if self.leaderboard && complete && !self.grade.tests.is_empty() {
            self.grade.leaderboard = leaders(&self.grade.tests);
        }
        self.write()
    }

    /// Tests that were not reached.
    pub(super) fn left(&self) -> usize {
        self.grade.tests.iter().filter(|test| test.status == Status::NotRun).count()
    }
}

fn not_run(test: &Planned) -> TestGrade {
    let planned = test.seeds.len() as u64;
    let title = test.case.title;
    TestGrade {
        part: test.case.part.to_owned(),
        name: test.case.name.to_owned(),
        title: title.strip_prefix(&format!("Test ({}): ", test.case.part)).unwrap_or(title).to_owned(),
        official: test.case.kind == protocol::Kind::Official,
        clock: test.clock,
        status: Status::NotRun,
        points: 0.0,
        points_max: test.points,
        rule: test.rule.words(planned),
        planned,
        runs: Vec::new(),
        visibility: test.visibility,
    }
}

/// What became of a run, cut to a bearable length: much of it is the student's own words.
pub(super) fn run_grade(record: RunRecord, hidden: bool, output: &str) -> RunGrade {
    let output = if record.failure.is_some() { ending(output, OUTPUT_BYTES_MAX) } else { String::new() };
    RunGrade {
        seed: record.seed,
        hidden,
        failure: record.failure.map(bearable),
        sections: record.sections,
        seconds: record.seconds,
        wall_seconds: record.wall_seconds,
        output,
    }
}

fn bearable(failure: Failure) -> Failure {
    let servers =
        failure.servers.iter().take(SERVERS_MAX).map(|line| beginning(line, MESSAGE_BYTES_MAX)).collect();
    Failure { message: beginning(&failure.message, MESSAGE_BYTES_MAX), servers, ..failure }
}

fn beginning(text: &str, most: usize) -> String {
    match text.floor_char_boundary(most) {
        end if end == text.len() => text.to_owned(),
        end => format!("{}… [{} more bytes]", &text[..end], text.len() - end),
    }
}

fn ending(text: &str, most: usize) -> String {
    match text.ceil_char_boundary(text.len().saturating_sub(most)) {
        0 => text.to_owned(),
        start => format!("[{start} earlier bytes dropped]…{}", &text[start..]),
    }
}

/// Requests and bytes of all runs.
fn leaders(tests: &[TestGrade]) -> Vec<Leader> {
    let sections = || tests.iter().flat_map(|test| &test.runs).flat_map(|run| &run.sections);
    let leader =
        |name: &str, value: u64| Leader { name: name.to_owned(), value: value as f64, ascending: true };
    vec![
        leader("RPCs", sections().map(|section| section.rpcs).sum()),
        leader("bytes", sections().map(|section| section.bytes).sum()),
    ]
}
