//! What the page is given, as one JSON value.
use std::collections::BTreeSet;

use serde::Serialize;

use super::order::{Order, replay};
use super::text::{FULL_MAX, SHORT_MAX, abbreviate};
use crate::{Annotation, Model, Operation, PENDING, PartReport, Report};

/// How many orders of a part the page offers. Each is as long as the part.
const ORDERS_MAX: usize = 8;

/// How many states the explanation shows.
const STATES_MAX: usize = 6;

/// The whole page. Times are positions on the axis: 0, 1, 2, … for the distinct stamps in order, so that a long silence takes no
/// room, and scripts, which know no 64-bit integers, stay exact.
#[derive(Serialize)]
pub(super) struct Page {
    title: String,
    verdict: String,
    states: u64,
    /// The stamp at each position, in decimal.
    stamps: Vec<String>,
    operations: Vec<Box>,
    parts: Vec<Part>,
    annotations: Vec<Mark>,
    first_bad: Option<usize>,
    explanation: Option<Explanation>,
}

/// An operation on the chart.
#[derive(Serialize)]
struct Box {
    client: usize,
    from: usize,
    to: usize,
    pending: bool,
    text: String,
    part: usize,
}

/// A part of the history.
#[derive(Serialize)]
struct Part {
    key: Option<String>,
    verdict: String,
    size: usize,
    states: u64,
    first_bad: Option<usize>,
    /// The best order, then other maximal ones.
    orders: Vec<Order>,
}

/// An annotation.
#[derive(Serialize)]
struct Mark {
    from: usize,
    to: Option<usize>,
    text: String,
    kind: &'static str,
}

/// Why the first bad operation fits nowhere.
#[derive(Serialize)]
struct Explanation {
    operation: String,
    /// The states it could have seen, in the best order.
    states: Vec<String>,
}

impl Page {
    pub(super) fn new<M: Model>(
        model: &M,
        history: &[Operation<M::Input, M::Output>],
        report: &Report,
        annotations: &[Annotation],
        title: &str,
    ) -> Self {
        let axis = Axis::new(history, annotations);
        let parts: Vec<_> = report.parts.iter().map(|part| axis.part(model, history, part)).collect();
        Self {
            title: title.to_owned(),
            verdict: report.verdict.to_string(),
            states: report.states_explored,
            operations: axis.boxes(model, history, report),
            annotations: annotations.iter().map(|annotation| axis.mark(annotation)).collect(),
            first_bad: report.first_bad(),
            explanation: report.illegal_part().and_then(|part| axis.explain(model, history, part)),
            stamps: axis.0.iter().map(u64::to_string).collect(),
            parts,
        }
    }
}

/// All stamps of a run, sorted.
struct Axis(Vec<u64>);

impl Axis {
    fn new<I, O>(history: &[Operation<I, O>], annotations: &[Annotation]) -> Self {
        let operations = history.iter().flat_map(|operation| [operation.call, operation.ret]);
        let marks = annotations.iter().flat_map(|mark| [Some(mark.at), mark.until]).flatten();
        let stamps: BTreeSet<u64> = operations.chain(marks).filter(|&stamp| stamp != PENDING).collect();
        Self(stamps.into_iter().collect())
    }

    /// The position of a stamp; pending operations end just after everything.
    fn position(&self, stamp: u64) -> usize {
        self.0.binary_search(&stamp).unwrap_or(self.0.len())
    }

    fn interval<I, O>(&self, operation: &Operation<I, O>) -> (usize, usize) {
        (self.position(operation.call), self.position(operation.ret))
    }

    fn boxes<M: Model>(
        &self,
        model: &M,
        history: &[Operation<M::Input, M::Output>],
        report: &Report,
    ) -> Vec<Box> {
        let mut part_of = vec![0; history.len()];
        for (part, found) in report.parts.iter().enumerate() {
            found.operations.iter().for_each(|&index| part_of[index] = part);
        }
        let draw = |(operation, part): (&Operation<M::Input, M::Output>, usize)| {
            let (from, to) = self.interval(operation);
            let text = model.describe_operation(&operation.input, &operation.output);
            let text = abbreviate(&text, SHORT_MAX);
            Box { client: operation.client, from, to, pending: operation.is_pending(), text, part }
        };
        history.iter().zip(part_of).map(draw).collect()
    }

    fn part<M: Model>(
        &self,
        model: &M,
        history: &[Operation<M::Input, M::Output>],
        part: &PartReport,
    ) -> Part {
        let others = part.linearizations.iter().filter(|&order| *order != part.best);
        let orders = std::iter::once(&part.best).chain(others).take(ORDERS_MAX);
        let draw =
            |order: &Vec<usize>| Order::new(model, history, order, |index| self.interval(&history[index]));
        Part {
            key: part.key.clone(),
            verdict: part.verdict.to_string(),
            size: part.operations.len(),
            states: part.states_explored,
            first_bad: part.first_bad,
            orders: orders.map(draw).collect(),
        }
    }

    fn mark(&self, annotation: &Annotation) -> Mark {
        Mark {
            from: self.position(annotation.at),
            to: annotation.until.map(|until| self.position(until)),
            text: annotation.text.clone(),
            kind: annotation.kind.name(),
        }
    }

    /// The states of the best order between call and return of the first bad operation, the latest ones.
    fn explain<M: Model>(
        &self,
        model: &M,
        history: &[Operation<M::Input, M::Output>],
        part: &PartReport,
    ) -> Option<Explanation> {
        let bad = &history[part.first_bad?];
        let (from, to) = self.interval(bad);
        let order = Order::new(model, history, &part.best, |index| self.interval(&history[index]));
        let before = order.points.partition_point(|&point| point < from as f64);
        let after = order.points.partition_point(|&point| point <= to as f64);
        let mut seen = replay(model, history, &part.best)[before..=after].to_vec();
        seen.dedup();
        let states = seen.iter().skip(seen.len().saturating_sub(STATES_MAX));
        let full = |text: String| abbreviate(&text, FULL_MAX);
        Some(Explanation {
            operation: full(model.describe_operation(&bad.input, &bad.output)),
            states: states.map(|state| full(model.describe_state(state))).collect(),
        })
    }
}
