//! Many runs, for people: failures as they happen, a bar meanwhile, a table at the end.

use std::io::{self, Write};

use runner::{
    bar::Bar,
    words::{clock_name, clock_option},
};

use super::{
    confidence,
    plan::{Job, Plan},
    progress,
    report::{Outcome, Reporter, Totals},
    story,
};

/// So many failures are told in full. The rest are probably the same again.
const STORIES_MAX: u64 = 10;
/// So much of what a failed run printed is shown; `make test-… SEED=…` shows all of it.
const OUTPUT_LINES_MAX: usize = 20;

/// Writes the report of many runs.
pub(super) struct Soak<W> {
    out: W,
    bar: Bar,
}

impl<W: Write> Soak<W> {
    pub(super) fn new(out: W, plan: &Plan) -> Self {
        Self { out, bar: progress::bar(plan) }
    }
}

impl<W: Write> Reporter for Soak<W> {
    fn start(&mut self, plan: &Plan) -> io::Result<()> {
        let (seed, clock) = (plan.seed, plan.clock);
        let (name, option) = (clock_name(plan.clock_of_all()), clock_option(clock));
        writeln!(
            self.out,
            "seed {seed} and up, {} runs per test ({name}; replay with SEED=…{option})",
            plan.runs
        )?;
        self.out.flush()
    }

    fn finished(&mut self, job: &Job, outcome: Outcome, totals: &Totals) -> io::Result<()> {
        progress::advance(&self.bar, totals);
        if outcome.passed() {
            return Ok(());
        }
        let text = if totals.failed <= STORIES_MAX { told(job, outcome) } else { story::line(job, &outcome) };
        let out = &mut self.out;
        self.bar.suspend(|| out.write_all(text.as_bytes()).and_then(|()| out.flush()))
    }

    fn close(&mut self, totals: &Totals) -> io::Result<()> {
        self.bar.clear();
        self.out.write_all(totals.table.text().as_bytes())?;
        if totals.done() > 0 {
            writeln!(self.out, "{}", confidence::sentence(totals.failed, totals.done()))?;
        }
        self.out.write_all(totals.closing().as_bytes())?;
        self.out.flush()
    }
}

fn told(job: &Job, outcome: Outcome) -> String {
    let story = story::story(job, &outcome);
    last_lines(&outcome.output.text()) + &story
}

fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let hidden = lines.len().saturating_sub(OUTPUT_LINES_MAX);
    let mut shown =
        if hidden > 0 { format!("[{hidden} earlier lines of output not shown]\n") } else { String::new() };
    for line in &lines[hidden..] {
        shown.push_str(line);
        shown.push('\n');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_end_of_long_output_is_shown() {
        assert_eq!(last_lines("a\nb\n"), "a\nb\n");
        let long: String = (0..OUTPUT_LINES_MAX + 3).map(|number| format!("{number}\n")).collect();
        assert!(last_lines(&long).starts_with("[3 earlier lines of output not shown]\n3\n4\n"));
    }
}
