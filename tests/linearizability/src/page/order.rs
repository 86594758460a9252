//! One order, placed on the time axis.
use serde::Serialize;

use super::text::{SHORT_MAX, abbreviate};
use crate::{Model, Operation};

/// An order to draw.
#[derive(Serialize)]
pub(super) struct Order {
    /// The operations, by index.
    operations: Vec<usize>,
    /// Where each takes effect on the axis.
    pub(super) points: Vec<f64>,
    /// The state before all, and after each operation.
    states: Vec<String>,
}

impl Order {
    /// Replays `operations`. `interval` tells an operation's call and return on the axis.
    pub(super) fn new<M: Model>(
        model: &M,
        history: &[Operation<M::Input, M::Output>],
        operations: &[usize],
        interval: impl Fn(usize) -> (usize, usize),
    ) -> Self {
        let states = replay(model, history, operations);
        Self {
            operations: operations.to_vec(),
            points: points(operations.iter().map(|&index| interval(index).0)),
            states: states.iter().map(|state| abbreviate(&model.describe_state(state), SHORT_MAX)).collect(),
        }
    }
}

/// The state before all, and after each operation.
pub(super) fn replay<M: Model>(
    model: &M,
    history: &[Operation<M::Input, M::Output>],
    operations: &[usize],
) -> Vec<M::State> {
    let mut states = vec![model.init()];
    for &index in operations {
        let Operation { input, output, .. } = &history[index];
        let next = model.step(&states[states.len() - 1], input, output);
        states.push(next.expect("a reported order is legal"));
    }
    states
}

/// A moment for each operation of an order, given their calls: as early as possible, after the one before. Those that share a call's
/// moment are spread over the unit after it, in which, by construction of the axis, nothing returns.
fn points(calls: impl Iterator<Item = usize>) -> Vec<f64> {
    let mut latest = 0;
    let earliest: Vec<usize> = calls
        .map(|call| {
            latest = latest.max(call);
            latest
        })
        .collect();
    let spread = |run: &[usize]| -> Vec<f64> {
        let parts = run.len() as f64 + 1.0;
        (1..=run.len()).zip(run).map(|(at, &base)| base as f64 + at as f64 / parts).collect()
    };
    earliest.chunk_by(|a, b| a == b).flat_map(spread).collect()
}

#[cfg(test)]
mod tests {
    /// Goal: moments increase and stay behind their calls. Method: one order with shared moments, by hand.
    #[test]
    fn points_increase_and_follow_their_calls() {
        assert_eq!(super::points([3, 0, 0, 5].into_iter()), [3.25, 3.5, 3.75, 5.5]);
        assert_eq!(super::points(std::iter::empty()), [0.0; 0]);
    }
}
