//! Models that only tests need.
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::Model;
use crate::kv::{Input, KvModel, Op};

/// The key/value service with all keys in one state: what partitioning must agree with.
pub(super) struct WholeKv;

impl Model for WholeKv {
    type State = BTreeMap<String, String>;
    type Input = Input;
    type Output = String;

    fn init(&self) -> Self::State {
        BTreeMap::new()
    }

    fn step(&self, state: &Self::State, input: &Input, output: &String) -> Option<Self::State> {
        let mut next = state.clone();
        let value = next.entry(input.key.clone()).or_default();
        match input.op {
            Op::Get => return (value == output).then_some(next),
            Op::Put => value.clone_from(&input.value),
            Op::Append => value.push_str(&input.value),
        }
        Some(next)
    }

    fn describe_operation(&self, input: &Input, output: &String) -> String {
        KvModel.describe_operation(input, output)
    }

    fn describe_state(&self, state: &Self::State) -> String {
        format!("{state:?}")
    }
}

/// A store that may keep any part of what it is given: the power-set construction of a model that makes choices. The state is the
/// set of all contents that are still possible.
pub(super) struct AnyModel;

#[derive(Clone, Copy, Debug)]
pub(super) enum AnyInput {
    /// Stores some subset of the values.
    PutAny,
    /// Reads some of the contents.
    GetAny,
    /// Reads all of them.
    GetAll,
}

impl Model for AnyModel {
    type State = BTreeSet<Vec<i64>>;
    type Input = AnyInput;
    type Output = Vec<i64>;

    fn init(&self) -> Self::State {
        BTreeSet::from([vec![]])
    }

    fn step(&self, state: &Self::State, input: &AnyInput, values: &Vec<i64>) -> Option<Self::State> {
        let next: BTreeSet<Vec<i64>> = match input {
            AnyInput::PutAny => (0..1_u32 << values.len()).map(|choice| subset(values, choice)).collect(),
            AnyInput::GetAny => {
                let possible = |content: &&Vec<i64>| values.iter().all(|value| content.contains(value));
                state.iter().filter(possible).cloned().collect()
            }
            AnyInput::GetAll => state.iter().filter(|content| *content == values).cloned().collect(),
        };
        (!next.is_empty()).then_some(next)
    }

    fn describe_operation(&self, input: &AnyInput, values: &Vec<i64>) -> String {
        format!("{input:?} {values:?}")
    }

    fn describe_state(&self, state: &Self::State) -> String {
        format!("{state:?}")
    }
}

fn subset(values: &[i64], choice: u32) -> Vec<i64> {
    values.iter().enumerate().filter(|(at, _)| choice >> at & 1 == 1).map(|(_, &value)| value).collect()
}

/// A model that needs a millisecond per step and never comes to an end soon: every operation of part "slow" leads to a new state.
/// Operations of part "bad" are all illegal.
pub(super) struct SlowModel;

impl Model for SlowModel {
    type State = Vec<u64>;
    type Input = (&'static str, u64);
    type Output = ();

    fn init(&self) -> Vec<u64> {
        Vec::new()
    }

    fn step(&self, state: &Vec<u64>, &(part, number): &Self::Input, &(): &()) -> Option<Vec<u64>> {
        std::thread::sleep(Duration::from_micros(50));
        let possible = part == "slow" && number != u64::MAX;
        possible.then(|| [state.as_slice(), &[number]].concat())
    }

    fn partition(&self, &(part, _): &Self::Input) -> Option<String> {
        Some(part.to_owned())
    }

    fn describe_operation(&self, input: &Self::Input, &(): &()) -> String {
        format!("{input:?}")
    }

    fn describe_state(&self, state: &Vec<u64>) -> String {
        format!("{state:?}")
    }
}
