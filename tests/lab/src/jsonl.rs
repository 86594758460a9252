//! Results for programs: one JSON object per line, each written at once, so that whatever happens to us
//! later, what stands in the file is valid.

use std::io::{self, Write};

use protocol::RunRecord;
use runner::{bar::Bar, exit};
use serde::Serialize;

use super::{
    confidence::rate_below,
    plan::{Job, Plan},
    progress,
    report::{Outcome, Reporter, Totals, note_end},
};
use crate::story::replay_line;

/// Writes JSON lines.
pub(super) struct Jsonl<W> {
    out: W,
    bar: Bar,
    seed: u64,
}

#[derive(Serialize)]
struct Run<'a> {
    /// `passed` or `failed`.
    status: &'static str,
    title: &'static str,
    /// Where the test stands: `official`, `extra`, `fixture`. The kind of a failure is inside `failure`.
    kind: &'static str,
    replay: String,
    #[serde(flatten)]
    record: &'a RunRecord,
    /// The file with all events, if one was kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<String>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: &'a [String],
    /// What the code under test printed, if the run failed.
    #[serde(skip_serializing_if = "String::is_empty")]
    output: String,
}

#[derive(Serialize)]
struct Summary {
    /// `passed`, `failed`, `fault` or `interrupted`.
    summary: &'static str,
    passed: u64,
    failed: u64,
    planned: u64,
    /// With 95 % confidence; from 0 to 1.
    failure_rate_below: f64,
    wall_seconds: f64,
    seed: u64,
}

impl<W: Write> Jsonl<W> {
    pub(super) fn new(out: W, plan: &Plan) -> Self {
        Self { out, bar: progress::bar(plan), seed: plan.seed }
    }

    fn write(&mut self, line: &impl Serialize) -> io::Result<()> {
        let mut bytes = serde_json::to_vec(line)?;
        bytes.push(b'\n');
        let out = &mut self.out;
        // In one piece: a reader, or a kill, never sees half a line of an earlier write.
        self.bar.suspend(|| out.write_all(&bytes).and_then(|()| out.flush()))
    }
}

impl<W: Write> Reporter for Jsonl<W> {
    fn start(&mut self, _plan: &Plan) -> io::Result<()> {
        Ok(())
    }

    fn finished(&mut self, job: &Job, mut outcome: Outcome, totals: &Totals) -> io::Result<()> {
        let passed = outcome.passed();
        let output = std::mem::take(&mut outcome.output).text();
        let line = Run {
            status: if passed { "passed" } else { "failed" },
            title: job.case.title,
            kind: job.case.kind.name(),
            replay: replay_line(job, &outcome),
            record: &outcome.record,
            trace: outcome.trace.as_ref().map(|file| file.display().to_string()),
            notes: &outcome.notes,
            output: if passed { String::new() } else { output },
        };
        self.write(&line)?;
        progress::advance(&self.bar, totals);
        Ok(())
    }

    fn close(&mut self, totals: &Totals) -> io::Result<()> {
        self.bar.clear();
        let summary = Summary {
            summary: verdict(totals),
            passed: totals.passed,
            failed: totals.failed,
            planned: totals.planned,
            failure_rate_below: rate_below(totals.failed, totals.done()),
            wall_seconds: totals.wall().as_secs_f64(),
            seed: self.seed,
        };
        self.write(&summary)?;
        note_end(totals);
        Ok(())
    }
}

fn verdict(totals: &Totals) -> &'static str {
    match totals.code() {
        exit::PASSED => "passed",
        exit::FAILED => "failed",
        exit::HARNESS_FAULT => "fault",
        _ => "interrupted",
    }
}
