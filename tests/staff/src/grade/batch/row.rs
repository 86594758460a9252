//! How one submission stands, as a row of `summary.csv`.

use super::{
    super::{
        report::table::{build_word, plain},
        result::{Grade, Status},
    },
    one,
    question::Submission,
};

/// Graded to its end.
pub(super) const GRADED: &str = "graded";
/// Tried in this call, in vain.
pub(super) const NOT_GRADED: &str = "not graded";
/// Not begun, interrupted, or with another machine.
pub(super) const NOT_YET: &str = "not yet";

/// A submission in the summary.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) name: String,
    /// One of the words above.
    pub(super) state: &'static str,
    /// Why it was not graded.
    pub(super) reason: String,
    pub(super) build: &'static str,
    /// Points got and possible, in all and by part.
    pub(super) points: (f64, f64),
    pub(super) parts: Vec<(String, f64)>,
    pub(super) passed: usize,
    pub(super) failed: usize,
    pub(super) not_run: usize,
    pub(super) seconds: f64,
    /// The folder of its reports, as seen from the summary.
    pub(super) link: String,
}

impl Row {
    /// The row of a submission as its files are now.
    pub(super) fn read(submission: &Submission) -> Self {
        let mut row = Self {
            name: submission.name.clone(),
            state: NOT_YET,
            reason: String::new(),
            build: "",
            points: (0.0, 0.0),
            parts: Vec::new(),
            passed: 0,
            failed: 0,
            not_run: 0,
            seconds: 0.0,
            link: format!("graded/{}/summary.md", submission.name),
        };
        if let Some(grade) = one::grade(submission) {
            row.fill(&grade);
        }
        row
    }

    fn fill(&mut self, grade: &Grade) {
        let count = |status| grade.tests.iter().filter(|test| test.status == status).count();
        self.state = if grade.finished { GRADED } else { NOT_YET };
        self.build = build_word(&grade.build);
        self.points = (grade.points(), grade.points_max());
        (self.passed, self.failed) = (count(Status::Passed), count(Status::Failed));
        self.not_run = count(Status::NotRun);
        self.seconds = grade.wall_seconds;
        for test in &grade.tests {
            match self.parts.iter_mut().find(|(part, _)| *part == test.part) {
                Some((_, points)) => *points += test.points,
                None => self.parts.push((test.part.clone(), test.points)),
            }
        }
    }

    /// It was tried, and there is no grade.
    pub(super) fn fail(&mut self, why: &str) {
        self.state = NOT_GRADED;
        self.reason = why.to_owned();
    }

    /// Whether there is nothing left to be done.
    pub(super) fn is_graded(&self) -> bool {
        self.state == GRADED
    }

    /// In one line.
    pub(super) fn score(&self) -> String {
        let build = if self.build == "done" { String::new() } else { format!(" (build {})", self.build) };
        format!("{:.2} of {:.2} points{build}, {:.0} s", self.points.0, self.points.1, self.seconds)
    }

    /// Points of a part, if it was graded.
    pub(super) fn part(&self, name: &str) -> Option<f64> {
        self.parts.iter().find(|(part, _)| part == name).map(|(_, points)| *points)
    }
}

/// How many rows are in a state.
pub(super) fn count(rows: &[Row], state: &str) -> usize {
    rows.iter().filter(|row| row.state == state).count()
}

/// The parts that any submission has, in the order in which they appear.
pub(super) fn parts(rows: &[Row]) -> Vec<&str> {
    rows.iter().flat_map(|row| &row.parts).fold(Vec::new(), |mut parts, (part, _)| {
        if !parts.contains(&part.as_str()) {
            parts.push(part);
        }
        parts
    })
}

/// `summary.csv`.
pub(super) fn csv(rows: &[Row]) -> Vec<u8> {
    let parts = parts(rows);
    let mut writer = csv::Writer::from_writer(Vec::new());
    let fixed = [
        "submission",
        "state",
        "build",
        "points",
        "points_max",
        "passed",
        "failed",
        "not_run",
        "wall_seconds",
    ];
    let heading = fixed.into_iter().map(str::to_owned);
    let heading =
        heading.chain(parts.iter().map(|part| format!("points_{part}"))).chain(["reason".to_owned()]);
    writer.write_record(heading).expect("memory can be written");
    for row in rows {
        writer.write_record(cells(row, &parts)).expect("memory can be written, and rows are of one length");
    }
    writer.into_inner().expect("memory can be written")
}

fn cells(row: &Row, parts: &[&str]) -> Vec<String> {
    let mut cells = vec![plain(&row.name), row.state.to_owned(), row.build.to_owned()];
    cells.extend([row.points.0, row.points.1].map(|points| points.to_string()));
    cells.extend([row.passed, row.failed, row.not_run].map(|count| count.to_string()));
    cells.push(format!("{:.3}", row.seconds));
    cells.extend(
        parts.iter().map(|part| row.part(part).map_or_else(String::new, |points| points.to_string())),
    );
    cells.push(plain(&row.reason));
    cells
}
