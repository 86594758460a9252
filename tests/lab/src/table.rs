//! One row per test, for many runs.

use std::{collections::BTreeSet, fmt::Write};

use protocol::{Clock, RunRecord};

use super::confidence::{percent, rate_below};

/// So many failing seeds are listed per test: the smallest, since runs end in no particular order.
const SEEDS_MAX: usize = 5;

/// What is known about all runs of one test.
#[derive(Debug, Default)]
struct Row {
    part: &'static str,
    name: &'static str,
    passed: u64,
    failed: u64,
    wall_seconds_max: f64,
    clock_seconds_max: f64,
    seeds: BTreeSet<u64>,
}

impl Row {
    fn add(&mut self, seed: u64, passed: bool, record: &RunRecord) {
        self.wall_seconds_max = self.wall_seconds_max.max(record.wall_seconds);
        self.clock_seconds_max = self.clock_seconds_max.max(record.seconds);
        if passed {
            self.passed += 1;
            return;
        }
        self.failed += 1;
        self.seeds.insert(seed);
        if self.seeds.len() > SEEDS_MAX {
            self.seeds.pop_last();
        }
    }

    fn failing_seeds(&self) -> String {
        let mut text = self.seeds.iter().map(u64::to_string).collect::<Vec<_>>().join(" ");
        let more = self.failed.saturating_sub(self.seeds.len() as u64);
        if more > 0 {
            write!(text, " … and {more} more").expect("a String takes everything");
        }
        text
    }

    fn cells(&self) -> [String; 7] {
        [
            self.name.to_owned(),
            self.passed.to_string(),
            self.failed.to_string(),
            percent(rate_below(self.failed, self.passed + self.failed)),
            format!("{:.3}", self.wall_seconds_max),
            format!("{:.3}", self.clock_seconds_max),
            self.failing_seeds(),
        ]
    }
}

/// All rows, in the order of the tests.
pub(super) struct Table {
    clock: Clock,
    rows: Vec<Row>,
}

impl Table {
    /// A table of tests that have not run yet.
    pub(super) fn new(clock: Clock, tests: impl Iterator<Item = (&'static str, &'static str)>) -> Self {
        Self { clock, rows: tests.map(|(part, name)| Row { part, name, ..Row::default() }).collect() }
    }

    /// Enters a run of the test that its record names.
    pub(super) fn add(&mut self, passed: bool, record: &RunRecord) {
        let names_it = |row: &&mut Row| row.part == record.part && row.name == record.test;
        if let Some(row) = self.rows.iter_mut().find(names_it) {
            row.add(record.seed, passed, record);
        }
    }

    /// The rows of all tests that ran, under a heading. `rate below`: what the runs prove, see [`rate_below`].
    pub(super) fn text(&self) -> String {
        let clock = if self.clock == Clock::Virtual { "virtual max s" } else { "clock max s" };
        let heading = ["test", "passed", "failed", "rate below", "wall max s", clock, "failing seeds"];
        let ran = self.rows.iter().filter(|row| row.passed + row.failed > 0);
        let cells: Vec<_> = std::iter::once(heading.map(str::to_owned)).chain(ran.map(Row::cells)).collect();
        let width = |column: usize| cells.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: [usize; 7] = std::array::from_fn(width);
        cells.iter().map(|row| aligned(row, &widths)).collect()
    }
}

/// Names to the left, numbers to the right, seeds as a list.
fn aligned(row: &[String; 7], widths: &[usize; 7]) -> String {
    let mut line = format!("{:1$}", row[0], widths[0]);
    for column in 1..6 {
        write!(line, "  {:>1$}", row[column], widths[column]).expect("a String takes everything");
    }
    format!("{}\n", format!("{line}  {}", row[6]).trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(test: &str, seed: u64, wall_seconds: f64, seconds: f64) -> RunRecord {
        RunRecord {
            nonce: String::new(),
            part: "2A".into(),
            test: test.into(),
            seed,
            clock: Clock::Virtual,
            failure: None,
            sections: Vec::new(),
            seconds,
            wall_seconds,
            trace_hash: None,
            trace_events: 0,
        }
    }

    #[test]
    fn it_lists_what_ran() {
        let tests = [("4A", "TestA"), ("2A", "TestA"), ("2A", "TestLonger"), ("2A", "TestNever")];
        let mut table = Table::new(Clock::Virtual, tests.into_iter());
        table.add(true, &record("TestA", 1, 0.012, 3.5));
        table.add(true, &record("TestA", 2, 0.020, 3.1));
        // Runs end in no particular order.
        for seed in (10..18).rev() {
            table.add(seed % 8 == 7, &record("TestLonger", seed, 1.5, 120.0));
        }
        let expected = "\
test        passed  failed  rate below  wall max s  virtual max s  failing seeds
TestA            2       0        78 %       0.020          3.500
TestLonger       1       7       100 %       1.500        120.000  10 11 12 13 14 … and 2 more
";
        assert_eq!(table.text(), expected);
    }
}
