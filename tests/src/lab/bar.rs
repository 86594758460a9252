//! The progress bar, on standard error and only if that is a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{plan::Plan, report::Totals};

const TEMPLATE: &str = "{bar:30} {pos}/{len} runs  {msg}  {elapsed} (eta {eta})";

/// How far a soak has come.
pub(super) struct Bar(ProgressBar);

impl Bar {
    pub(super) fn new(plan: &Plan) -> Self {
        if plan.runs.get() == 1 {
            return Self(ProgressBar::hidden());
        }
        // Draws nothing unless standard error is a terminal.
        let bar = ProgressBar::with_draw_target(Some(plan.len()), ProgressDrawTarget::stderr());
        bar.set_style(
            ProgressStyle::with_template(TEMPLATE).unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        Self(bar)
    }

    /// One run more is over.
    pub(super) fn advance(&self, totals: &Totals) {
        if !self.0.is_hidden() {
            self.0.set_position(totals.done());
            self.0.set_message(format!("{} passed, {} failed", totals.passed, totals.failed));
        }
    }

    /// Writes something else without the bar in its way.
    pub(super) fn suspend<T>(&self, write: impl FnOnce() -> T) -> T {
        self.0.suspend(write)
    }

    /// Takes the bar off the screen.
    pub(super) fn clear(&self) {
        self.0.finish_and_clear();
    }
}
