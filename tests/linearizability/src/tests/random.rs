//! Small random histories, thousands of them, against brute force.
use rand::{RngExt, SeedableRng, rngs::SmallRng};

use super::models::WholeKv;
use super::{oracle, verdict};
use crate::kv::{Input, KvModel, Op};
use crate::register::{RegisterInput, RegisterModel, RegisterOutput};
use crate::{Budget, Model, Operation, PENDING, check};

const HISTORIES: u64 = 4_000;

/// Intervals of up to `operations_max` operations. With ties, many stamps are equal; without, none.
fn intervals(random: &mut SmallRng, operations_max: usize, ties: bool) -> Vec<(u64, u64)> {
    let operations = random.random_range(1..=operations_max);
    let mut stamps: Vec<u64> = (1..=2 * operations as u64).collect();
    for at in (1..stamps.len()).rev() {
        stamps.swap(at, random.random_range(0..=at));
    }
    let reach = random.random_range(2..=2 * operations as u64);
    stamps
        .chunks(2)
        .map(|pair| {
            // Short intervals too: fully concurrent histories are nearly all legal.
            let (call, ret) = (pair[0].min(pair[1]), pair[0].max(pair[1]));
            if ties { (call / 3, (ret / 3).min(call / 3 + reach)) } else { (call, ret) }
        })
        .collect()
}

fn register_operation(random: &mut SmallRng) -> (RegisterInput, RegisterOutput) {
    let value = random.random_range(0..3);
    match random.random_range(0..4) {
        0 => (RegisterInput::Write(value), RegisterOutput::Done(true)),
        1 => {
            let outcome = RegisterOutput::Done(random.random_bool(0.5));
            (RegisterInput::CompareAndSet(value, random.random_range(0..3)), outcome)
        }
        _ => (RegisterInput::Read, RegisterOutput::Value(random.random_bool(0.8).then_some(value))),
    }
}

fn kv_operation(random: &mut SmallRng) -> (Input, String) {
    let (key, text) = (["a", "b"][random.random_range(0..2)], ["", "x", "y", "xy", "yx"]);
    let text = text[random.random_range(0..5)].to_owned();
    let op = [Op::Get, Op::Get, Op::Put, Op::Append][random.random_range(0..4)];
    let (value, output) = if op == Op::Get { (String::new(), text) } else { (text, String::new()) };
    (Input { op, key: key.into(), value }, output)
}

fn history<I, O>(
    random: &mut SmallRng,
    ties: bool,
    operation: impl Fn(&mut SmallRng) -> (I, O),
) -> Vec<Operation<I, O>> {
    let intervals = intervals(random, 7, ties);
    let place = |(client, (call, ret))| {
        let (input, output) = operation(random);
        Operation { client, input, output, call, ret }
    };
    intervals.into_iter().enumerate().map(place).collect()
}

/// Checks one history both ways; true if it is linearizable.
fn agrees<M: Model>(model: &M, history: &[Operation<M::Input, M::Output>], ties: bool, seed: u64) -> bool {
    let expected = oracle::is_linearizable(model, history);
    let report = check(model, history, &Budget::default());
    assert_eq!(report.verdict, verdict(expected), "seed {seed}: {history:#?}");
    for part in &report.parts {
        oracle::assert_part_is_honest(model, history, part);
    }
    if let (Some(part), false) = (report.illegal_part(), ties) {
        let alone: Vec<_> = part.operations.iter().map(|&index| history[index].clone()).collect();
        let bad = history[part.first_bad.expect("named")].ret;
        let before = oracle::seen_before(&alone, bad);
        assert!(oracle::is_linearizable(model, &before), "seed {seed}: no order before {bad}: {history:#?}");
        let after = oracle::seen_before(&alone, bad + 1);
        assert!(!oracle::is_linearizable(model, &after), "seed {seed}: {bad} is not to blame: {history:#?}");
    }
    expected
}

/// Runs `one` for many seeds, with and without ties; both verdicts must be frequent, or the test would show little.
fn for_many_seeds(one: impl Fn(&mut SmallRng, bool, u64) -> bool) {
    for ties in [false, true] {
        let ok =
            (0..HISTORIES).filter(|&seed| one(&mut SmallRng::seed_from_u64(seed), ties, seed)).count() as u64;
        assert!((HISTORIES / 10..HISTORIES * 9 / 10).contains(&ok), "{ok} of {HISTORIES} are linearizable");
    }
}

/// Goal: verdict, orders and the named operation are right for a register. Method: brute force.
#[test]
fn register_histories_agree_with_brute_force() {
    for_many_seeds(|random, ties, seed| {
        agrees(&RegisterModel, &history(random, ties, register_operation), ties, seed)
    });
}

/// Goal: the same for the key/value model with two keys. Method: brute force key by key is the same as brute force over the whole
/// map (locality), so compare with both.
#[test]
fn kv_histories_agree_with_brute_force() {
    for_many_seeds(|random, ties, seed| {
        let history = history(random, ties, kv_operation);
        let expected = agrees(&WholeKv, &history, ties, seed);
        let report = check(&KvModel, &history, &Budget::default());
        assert_eq!(report.verdict, verdict(expected), "seed {seed}: {history:#?}");
        report.parts.iter().for_each(|part| oracle::assert_part_is_honest(&KvModel, &history, part));
        expected
    });
}

/// Goal: an operation nobody saw return may take effect late, or never. Method: brute force with some returns taken away.
#[test]
fn pending_operations_agree_with_brute_force() {
    for_many_seeds(|random, ties, seed| {
        let mut history = history(random, ties, register_operation);
        for operation in &mut history {
            if !matches!(operation.input, RegisterInput::Read) && random.random_bool(0.4) {
                operation.output = RegisterOutput::Unknown;
                operation.ret = PENDING;
            }
        }
        agrees(&RegisterModel, &history, ties, seed)
    });
}

/// Goal: the order in which operations were recorded does not matter. Method: turn every history round.
#[test]
fn the_order_of_recording_does_not_matter() {
    for_many_seeds(|random, ties, seed| {
        let mut history = history(random, ties, register_operation);
        let report = check(&RegisterModel, &history, &Budget::default());
        history.reverse();
        let turned = check(&RegisterModel, &history, &Budget::default());
        assert_eq!(report.verdict, turned.verdict, "seed {seed}: {history:#?}");
        if !ties {
            let last = history.len() - 1;
            assert_eq!(report.first_bad(), turned.first_bad().map(|index| last - index), "seed {seed}");
        }
        report.verdict == verdict(true)
    });
}
