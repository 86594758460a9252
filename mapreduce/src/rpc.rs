//! What coordinator and workers say to each other.

use serde::{Deserialize, Serialize};

use crate::{Split, Task};

/// What a worker is told to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Order {
    /// Do this task, and report.
    Run(TaskOrder),
    /// There is nothing to do yet. Ask again at once: the coordinator has already waited before it answered.
    Wait,
    /// The job is over.
    Exit {
        /// Why the job cannot be done; `None` if it is done.
        failure: Option<String>,
    },
}

/// All a worker must know of a task.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TaskOrder {
    /// The job's number. A report for another job is passed over.
    pub job: u64,
    /// Which task.
    pub task: Task,
    /// For a map task, its input.
    pub split: Option<Split>,
    /// How many map tasks the job has.
    pub maps: u32,
    /// How many reduce tasks the job has.
    pub reduces: u32,
}

/// How a task ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// The job's number.
    pub job: u64,
    /// Which task.
    pub task: Task,
    /// Bytes written; or why it cannot be done, by nobody.
    pub result: Result<u64, String>,
}

/// The coordinator, as workers see it.
#[tarpc::service]
pub trait Coordinator {
    /// Asks for work. The answer may take a few seconds if there is none.
    async fn ask() -> Order;
    /// Tells how a task ended. Telling it twice does no harm.
    async fn report(report: Report);
}
