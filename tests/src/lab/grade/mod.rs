//! `lab grade`: a submission, its points, and reports for whoever asked for them.
//!
//! | file | its question |
//! | --- | --- |
//! | `result` | what became of the submission? |
//! | `report` | how does each reader want to be told? |
//! | `step` | how does one step of a workflow say it (`lab grade-step`)? |
//! | `batch` | and what if there are three hundred submissions (`lab grade-all`)? |

#![allow(dead_code)]

mod batch;
mod report;
mod result;
mod step;

pub(super) use batch::{HELP as BATCH_HELP, Options as BatchOptions, grade_all};
pub(super) use step::{HELP as STEP_HELP, Options as StepOptions, step};
