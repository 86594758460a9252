//! Which writer of results a plan wants.

use std::io;

use super::{cli::Format, jsonl::Jsonl, official::Official, plan::Plan, report::Reporter, soak::Soak};

/// The writer this plan wants, to standard output.
pub(crate) fn reporter(plan: &Plan) -> Box<dyn Reporter> {
    match plan.format {
        Format::Jsonl => Box::new(Jsonl::new(io::stdout(), plan)),
        Format::Text if plan.runs.get() == 1 => Box::new(Official::new(io::stdout(), plan)),
        Format::Text => Box::new(Soak::new(io::stdout(), plan)),
    }
}
