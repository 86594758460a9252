//! The whole check: parts take turns, and the first illegal one ends it.
//!
//! Turns instead of threads: the outcome does not depend on scheduling, and one core is enough. Most parts of a real history are
//! decided in their first turn or two, so a part that explodes gets its turns at the end, alone.
use std::collections::BTreeMap;
use std::time::Instant;

use super::history::Operation;
use super::model::Model;
use super::report::{Budget, Report, Verdict};
use super::search::Search;

/// Moves of the cursor per turn: about a tenth of a millisecond.
const MOVES_PER_TURN: u64 = 1_024;

/// Decides whether `history` is linearizable with respect to `model`.
///
/// The operations may stand in any order. The report is a function of the arguments as long as the wall time of the budget is
/// not reached.
///
/// # Panics
///
/// If an operation returned before it was called.
pub fn check<M: Model>(model: &M, history: &[Operation<M::Input, M::Output>], budget: &Budget) -> Report {
    let mut searches: Vec<_> = partition(model, history)
        .into_iter()
        .map(|(key, indices)| Search::new(model, history, key, indices))
        .collect();
    let states_explored = take_turns(&mut searches, budget);
    let parts: Vec<_> = searches.into_iter().map(Search::into_report).collect();
    let worst = |verdict| parts.iter().any(|part| part.verdict == verdict).then_some(verdict);
    let verdict = worst(Verdict::Illegal).or_else(|| worst(Verdict::Unknown)).unwrap_or(Verdict::Ok);
    Report { verdict, parts, states_explored }
}

fn partition<M: Model>(
    model: &M,
    history: &[Operation<M::Input, M::Output>],
) -> BTreeMap<Option<String>, Vec<usize>> {
    let mut parts: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (index, operation) in history.iter().enumerate() {
        parts.entry(model.partition(&operation.input)).or_default().push(index);
    }
    parts
}

/// Advances all searches in turn, until all are decided, one is illegal, or the budget is spent. Returns the explored states.
fn take_turns<M: Model>(searches: &mut [Search<'_, M>], budget: &Budget) -> u64 {
    let begin = Instant::now();
    let mut explored = 0;
    while searches.iter().any(|search| search.verdict().is_none()) {
        for search in searches.iter_mut().filter(|search| search.verdict().is_none()) {
            let before = search.explored();
            search.advance(MOVES_PER_TURN, before + (budget.states - explored));
            explored += search.explored() - before;
            let illegal = search.verdict() == Some(Verdict::Illegal);
            if illegal || explored > budget.states || begin.elapsed() >= budget.wall {
                return explored;
            }
        }
    }
    explored
}
