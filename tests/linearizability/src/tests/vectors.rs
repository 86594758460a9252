//! The small published vectors: intervals `[call, return]`, verdicts known.
use super::models::{AnyInput, AnyModel};
use super::verdict;
use crate::register::{RegisterInput, RegisterModel, RegisterOutput, SetInput, SetModel};
use crate::{Budget, Model, Operation, Verdict, check};

type Register = Operation<RegisterInput, RegisterOutput>;

fn write(value: i64, call: u64, ret: u64) -> Register {
    Operation { client: 0, input: RegisterInput::Write(value), output: RegisterOutput::Done(true), call, ret }
}

fn read(value: i64, call: u64, ret: u64) -> Register {
    // The vectors begin with a register of 0, ours is empty.
    let output = RegisterOutput::Value((value != 0).then_some(value));
    Operation { client: 1, input: RegisterInput::Read, output, call, ret }
}

fn set(inputs: &[(SetInput, Option<Vec<i64>>)]) -> Vec<Operation<SetInput, Option<Vec<i64>>>> {
    let concurrent = |(client, (input, output)): (usize, &(SetInput, Option<Vec<i64>>))| Operation {
        client,
        input: *input,
        output: output.clone(),
        call: 0,
        ret: 100,
    };
    inputs.iter().enumerate().map(concurrent).collect()
}

fn assert_verdict<M: Model>(model: &M, history: &[Operation<M::Input, M::Output>], ok: bool) {
    let report = check(model, history, &Budget::default());
    assert_eq!(report.verdict, verdict(ok), "{history:#?}\n{report:#?}");
}

/// Goal: reads around a long write. Vectors 1 and 2.
#[test]
fn reads_during_a_write() {
    assert_verdict(&RegisterModel, &[write(100, 0, 100), read(100, 25, 75), read(0, 30, 60)], true);
    assert_verdict(&RegisterModel, &[write(200, 0, 100), read(200, 10, 30), read(0, 40, 90)], false);
}

/// Goal: operations that begin and end at the same time. Vectors 3 and 4.
#[test]
fn operations_of_no_length() {
    let legal = [write(100, 0, 100), read(100, 25, 75), read(0, 30, 30), read(0, 30, 30)];
    assert_verdict(&RegisterModel, &legal, true);
    let illegal = [write(200, 0, 100), read(200, 10, 10), read(200, 10, 10), read(0, 40, 90)];
    assert_verdict(&RegisterModel, &illegal, false);
}

/// Goal: nothing happened, nothing is wrong. Vector 5.
#[test]
fn the_empty_history_is_linearizable() {
    let report = check(&RegisterModel, &[], &Budget { states: 0, ..Budget::default() });
    assert_eq!((report.verdict, report.parts.len(), report.states_explored), (Verdict::Ok, 0, 0));
}

/// Goal: a model whose outputs are collections. Vector 7.
#[test]
fn sets() {
    use SetInput::{Add, Read};
    assert_verdict(&SetModel, &set(&[(Add(100), None), (Add(0), None), (Read, Some(vec![100]))]), true);
    let both = |read| set(&[(Add(100), None), (Add(110), None), (Read, read)]);
    assert_verdict(&SetModel, &both(Some(vec![100, 110])), true);
    assert_verdict(&SetModel, &both(None), true);
    assert_verdict(&SetModel, &both(Some(vec![100, 100, 110])), false);
}

/// Goal: a model that makes choices. Vector 8.
#[test]
fn a_model_with_choices() {
    let concurrent = |(client, (input, output)): (usize, (AnyInput, Vec<i64>))| Operation {
        client,
        input,
        output,
        call: 0,
        ret: 100,
    };
    let history = |all: Vec<i64>| -> Vec<_> {
        let operations = [
            (AnyInput::PutAny, vec![1, 2, 3, 4]),
            (AnyInput::GetAny, vec![2]),
            (AnyInput::GetAny, vec![1, 4]),
            (AnyInput::GetAll, all),
        ];
        operations.into_iter().enumerate().map(concurrent).collect()
    };
    assert_verdict(&AnyModel, &history(vec![1, 2, 3]), false);
    assert_verdict(&AnyModel, &history(vec![1, 2, 4]), true);
}

/// Goal: an unknown outcome may have happened after all else, or never, but not before its call.
#[test]
fn a_pending_write() {
    let unknown =
        |value, call| Operation::pending(2, RegisterInput::Write(value), RegisterOutput::Unknown, call);
    assert_verdict(&RegisterModel, &[unknown(5, 0), read(0, 10, 20)], true);
    assert_verdict(&RegisterModel, &[unknown(5, 0), read(0, 10, 20), read(5, 30, 40)], true);
    assert_verdict(&RegisterModel, &[unknown(5, 0), read(5, 10, 20), read(0, 30, 40)], false);
    assert_verdict(&RegisterModel, &[unknown(5, 30), read(5, 10, 20)], false);
    assert_verdict(&RegisterModel, &[unknown(5, 0), unknown(6, 0)], true);
}
