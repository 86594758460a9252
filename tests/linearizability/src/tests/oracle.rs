//! Brute force: the definition, word by word, with nothing clever in it.
use crate::{Model, Operation, PENDING, PartReport, Verdict};

type History<M> = [Operation<<M as Model>::Input, <M as Model>::Output>];

/// True if some order of the operations is legal. Pending operations may be part of it or not.
pub(super) fn is_linearizable<M: Model>(model: &M, history: &History<M>) -> bool {
    extends(model, history, &mut vec![false; history.len()], &model.init())
}

fn extends<M: Model>(model: &M, history: &History<M>, placed: &mut [bool], state: &M::State) -> bool {
    if history.iter().zip(placed.iter()).all(|(operation, &placed)| placed || operation.ret == PENDING) {
        return true;
    }
    for next in 0..history.len() {
        if placed[next] || !may_come_next(history, placed, next) {
            continue;
        }
        let Some(state) = model.step(state, &history[next].input, &history[next].output) else { continue };
        placed[next] = true;
        let found = extends(model, history, placed, &state);
        placed[next] = false;
        if found {
            return true;
        }
    }
    false
}

/// Nothing that is still to come returned before `next` was called.
fn may_come_next<I, O>(history: &[Operation<I, O>], placed: &[bool], next: usize) -> bool {
    history.iter().zip(placed).all(|(other, &placed)| placed || other.ret >= history[next].call)
}

/// What was known just before the stamp `until`: operations called by then, pending if they returned later.
pub(super) fn seen_before<I: Clone, O: Clone>(
    history: &[Operation<I, O>],
    until: u64,
) -> Vec<Operation<I, O>> {
    let called = history.iter().filter(|operation| operation.call < until).cloned();
    called
        .map(|operation| Operation {
            ret: if operation.ret < until { operation.ret } else { PENDING },
            ..operation
        })
        .collect()
}

/// Asserts that what a report says about a part is true of the history.
pub(super) fn assert_part_is_honest<M: Model>(model: &M, history: &History<M>, part: &PartReport) {
    for order in part.linearizations.iter().chain([&part.best]) {
        assert_order_is_legal(model, history, &part.operations, order);
    }
    let longest = |index| part.linearizations.iter().find(|order| order.contains(index)).map_or(0, Vec::len);
    for order in &part.linearizations {
        let needed = order.iter().any(|index| longest(index) == order.len()) || order.is_empty();
        assert!(needed, "{order:?} is the longest for none of its operations: {part:?}");
    }
    assert!(part.best.iter().all(|index| longest(index) >= part.best.len()), "best is not kept: {part:?}");
    match part.verdict {
        Verdict::Ok => assert!(places_all_before(history, part, PENDING), "a full order: {part:?}"),
        Verdict::Illegal => {
            let bad = part.first_bad.expect("an illegal part names an operation");
            assert!(!part.best.contains(&bad), "{bad} is placed in {part:?}");
            let all = places_all_before(history, part, history[bad].ret);
            assert!(all, "all that returned before {bad} is placed: {part:?}");
        }
        Verdict::Unknown => {}
    }
}

/// True if every operation of the part that returned before `until` is in its best order.
fn places_all_before<I, O>(history: &[Operation<I, O>], part: &PartReport, until: u64) -> bool {
    part.operations.iter().all(|&index| history[index].ret >= until || part.best.contains(&index))
}

fn assert_order_is_legal<M: Model>(model: &M, history: &History<M>, part: &[usize], order: &[usize]) {
    let mut state = model.init();
    let mut placed = vec![false; history.len()];
    // The other parts are none of this order's business.
    (0..history.len()).filter(|index| !part.contains(index)).for_each(|index| placed[index] = true);
    for &index in order {
        assert!(
            !placed[index] && may_come_next(history, &placed, index),
            "{index} comes too early in {order:?}"
        );
        let Operation { input, output, .. } = &history[index];
        state =
            model.step(&state, input, output).unwrap_or_else(|| panic!("{index} is illegal in {order:?}"));
        placed[index] = true;
    }
}
