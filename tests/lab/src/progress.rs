//! The progress bar of many runs.

use runner::bar::Bar;

use super::{plan::Plan, report::Totals};

/// A bar for all runs of a plan. Single passes are over in a moment.
pub(crate) fn bar(plan: &Plan) -> Bar {
    if plan.runs.get() == 1 { Bar::hidden() } else { Bar::of(plan.len(), "runs") }
}

/// One run more is over.
pub(crate) fn advance(bar: &Bar, totals: &Totals) {
    bar.show(totals.done(), format!("{} passed, {} failed", totals.passed, totals.failed));
}
