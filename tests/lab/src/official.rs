//! A single pass, written as `go test` writes the course's tests, so that scripts made for those understand
//! it.

use std::io::{self, Write};

use protocol::{Message, TestCase};
use runner::{
    child::Step,
    words::{clock_name, clock_option, package_end, pass_line, passed_line, title_line},
};

use super::{
    plan::{Job, Plan},
    report::{Outcome, Reporter, Totals},
};
use crate::story::story;

/// Writes runs in the order of the plan, whatever the order they end in: the first one that is not over is
/// written as it goes, those behind it wait.
pub(super) struct Official<W> {
    out: W,
    slots: Vec<Slot>,
    /// The first run that is not over.
    current: usize,
    package: Package,
}

/// A run and what waits to be written of it.
struct Slot {
    case: TestCase,
    text: String,
    end: Option<End>,
}

#[derive(Clone, Copy)]
struct End {
    passed: bool,
    seconds: f64,
}

/// The tests since the last `ok` or `FAIL` line.
#[derive(Default)]
struct Package {
    seconds: f64,
    failed: bool,
}

impl<W: Write> Official<W> {
    pub(super) fn new(out: W, plan: &Plan) -> Self {
        let slot = |case: &TestCase| Slot { case: *case, text: String::new(), end: None };
        let slots = plan.cases.iter().map(slot).collect();
        Self { out, slots, current: 0, package: Package::default() }
    }

    fn slot(&mut self, index: u64) -> &mut Slot {
        let index = usize::try_from(index).expect("one run per test fits into memory");
        &mut self.slots[index]
    }

    /// Writes all that may be written by now.
    fn catch_up(&mut self) -> io::Result<()> {
        while let Some(slot) = self.slots.get_mut(self.current) {
            self.out.write_all(std::mem::take(&mut slot.text).as_bytes())?;
            let Some(end) = slot.end else { break };
            self.package.seconds += end.seconds;
            self.package.failed |= !end.passed;
            self.current += 1;
            self.end_package()?;
        }
        self.out.flush()
    }

    /// Closes the package if the run just written was its last.
    fn end_package(&mut self) -> io::Result<()> {
        let package = self.slots[self.current - 1].case.package();
        if self.slots.get(self.current).is_some_and(|next| next.case.package() == package) {
            return Ok(());
        }
        let Package { seconds, failed } = std::mem::take(&mut self.package);
        self.out.write_all(package_end(package, seconds, failed).as_bytes())
    }

    /// Writes what waits behind a run that will not end any more.
    fn give_up(&mut self) -> io::Result<()> {
        for slot in self.slots.iter_mut().skip(self.current) {
            self.out.write_all(std::mem::take(&mut slot.text).as_bytes())?;
        }
        Ok(())
    }
}

impl<W: Write> Reporter for Official<W> {
    fn start(&mut self, plan: &Plan) -> io::Result<()> {
        let (seed, clock) = (plan.seed, plan.clock);
        writeln!(
            self.out,
            "seed {seed} ({}; replay with SEED={seed}{})",
            clock_name(plan.clock_of_all()),
            clock_option(clock)
        )?;
        self.out.flush()
    }

    fn wants_steps(&self) -> bool {
        true
    }

    fn step(&mut self, index: u64, step: Step) -> io::Result<()> {
        let text = step.printed.text() + &step_line(&step.message);
        self.slot(index).text += &text;
        self.catch_up()
    }

    fn finished(&mut self, job: &Job, outcome: Outcome, _totals: &Totals) -> io::Result<()> {
        let (passed, seconds) = (outcome.passed(), outcome.record.seconds);
        let mut text =
            if passed { pass_line(job.case.title, job.case.name, seconds) } else { story(job, &outcome) };
        text.insert_str(0, &outcome.output.text());
        let slot = self.slot(job.index);
        slot.text += &text;
        slot.end = Some(End { passed, seconds });
        self.catch_up()
    }

    fn close(&mut self, totals: &Totals) -> io::Result<()> {
        self.give_up()?;
        if totals.interrupted.is_some() {
            self.out.write_all(totals.table.text().as_bytes())?;
        }
        self.out.write_all(totals.closing().as_bytes())?;
        self.out.flush()
    }
}

fn step_line(message: &Message) -> String {
    match message {
        Message::Begin(title) => title_line(title),
        Message::Passed(section) => passed_line(section),
        Message::Done(_) => String::new(),
    }
}

#[cfg(test)]
mod tests;
