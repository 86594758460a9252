//! What the checker found.
use std::fmt;
use std::time::Duration;

/// How long to search. Both limits count over all parts of a history together; the first to be reached ends the check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Explored states (distinct pairs of placed operations and model state). Memory grows with it, about 200 bytes each for the
    /// key/value model. A verdict under this limit alone does not depend on the machine.
    pub states: u64,
    /// Wall time. A safety net: whether it is reached depends on the machine.
    pub wall: Duration,
}

impl Default for Budget {
    /// Generous: four million states or a minute. An official test's history needs some tens of thousands.
    fn default() -> Self {
        Self { states: 4_000_000, wall: Duration::from_secs(60) }
    }
}

/// The answer, for a part or for the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// An order was found.
    Ok,
    /// No order exists.
    Illegal,
    /// The search ended before it knew. Never a pass.
    Unknown,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ok => "ok",
            Self::Illegal => "illegal",
            Self::Unknown => "unknown",
        })
    }
}

/// The verdict on a history, with its reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Illegal if any part is; else Unknown if any part is; else Ok.
    pub verdict: Verdict,
    /// One report for every part, sorted by key.
    pub parts: Vec<PartReport>,
    /// Explored states, all parts together.
    pub states_explored: u64,
}

impl Report {
    /// The part that made the history illegal.
    pub fn illegal_part(&self) -> Option<&PartReport> {
        self.parts.iter().find(|part| part.verdict == Verdict::Illegal)
    }

    /// The first operation that cannot be placed (an index into the history), if the history is illegal.
    pub fn first_bad(&self) -> Option<usize> {
        self.illegal_part().and_then(|part| part.first_bad)
    }
}

/// The verdict on one part. All operations are named by their index in the history given to [`check`](super::check()).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartReport {
    /// The part's key; `None` if the model does not partition.
    pub key: Option<String>,
    /// The part's operations, by call.
    pub operations: Vec<usize>,
    /// Unknown also for a part that was still under way when another one turned out illegal.
    pub verdict: Verdict,
    /// Explored states of this part.
    pub states_explored: u64,
    /// The order found if the verdict is Ok; else the longest of the orders that explain all that was seen before
    /// [`first_bad`](Self::first_bad) returned. Pending operations that need not have happened are absent.
    pub best: Vec<usize>,
    /// Maximal partial orders, longest first: for every operation the longest one found that contains it, without doubles (at most
    /// [`LINEARIZATIONS_MAX`](super::search::LINEARIZATIONS_MAX)). If the verdict is Ok, only the full order.
    pub linearizations: Vec<Vec<usize>>,
    /// The first operation that cannot be placed: all that was seen before it returned can be explained, its own
    /// answer cannot. Set if the verdict is Illegal.
    pub first_bad: Option<usize>,
}
