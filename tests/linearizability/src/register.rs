//! Small models: one register, and a set.
use std::collections::BTreeSet;

use super::model::Model;

/// One integer register with compare-and-set, as in the public etcd histories. Empty at first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RegisterModel;

/// A request to the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegisterInput {
    /// Read it.
    Read,
    /// Replace its value.
    Write(i64),
    /// Replace the first value by the second, if it is there.
    CompareAndSet(i64, i64),
}

/// The register's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegisterOutput {
    /// Read: this was there (`None`: nothing yet).
    Value(Option<i64>),
    /// Write: done. Compare-and-set: done (`true`) or another value was there (`false`).
    Done(bool),
    /// Nobody knows.
    Unknown,
}

impl Model for RegisterModel {
    type State = Option<i64>;
    type Input = RegisterInput;
    type Output = RegisterOutput;

    fn init(&self) -> Option<i64> {
        None
    }

    fn step(
        &self,
        state: &Option<i64>,
        input: &RegisterInput,
        output: &RegisterOutput,
    ) -> Option<Option<i64>> {
        let unknown = *output == RegisterOutput::Unknown;
        match *input {
            RegisterInput::Read => (unknown || *output == RegisterOutput::Value(*state)).then_some(*state),
            RegisterInput::Write(value) => Some(Some(value)),
            RegisterInput::CompareAndSet(from, to) => {
                let hit = *state == Some(from);
                let next = if hit { Some(to) } else { *state };
                (unknown || *output == RegisterOutput::Done(hit)).then_some(next)
            }
        }
    }

    fn only_reads(&self, input: &RegisterInput) -> bool {
        *input == RegisterInput::Read
    }

    fn describe_operation(&self, input: &RegisterInput, output: &RegisterOutput) -> String {
        let input = match input {
            RegisterInput::Read => "read()".to_owned(),
            RegisterInput::Write(value) => return format!("write({value})"),
            RegisterInput::CompareAndSet(from, to) => format!("cas({from}, {to})"),
        };
        match output {
            RegisterOutput::Value(value) => format!("{input} -> {}", self.describe_state(value)),
            RegisterOutput::Done(done) => format!("{input} -> {}", if *done { "done" } else { "failed" }),
            RegisterOutput::Unknown => format!("{input} -> unknown"),
        }
    }

    fn describe_state(&self, state: &Option<i64>) -> String {
        state.map_or_else(|| "empty".to_owned(), |value| value.to_string())
    }
}

/// A growing set of integers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SetModel;

/// A request to the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetInput {
    /// Add a member.
    Add(i64),
    /// Read all members.
    Read,
}

impl Model for SetModel {
    type State = BTreeSet<i64>;
    type Input = SetInput;
    /// What a read returned, with its doubles; `None`: nobody knows, or an add.
    type Output = Option<Vec<i64>>;

    fn init(&self) -> BTreeSet<i64> {
        BTreeSet::new()
    }

    fn step(
        &self,
        state: &BTreeSet<i64>,
        input: &SetInput,
        output: &Option<Vec<i64>>,
    ) -> Option<BTreeSet<i64>> {
        match (input, output) {
            (SetInput::Add(member), _) => Some(state.iter().copied().chain([*member]).collect()),
            (SetInput::Read, None) => Some(state.clone()),
            (SetInput::Read, Some(read)) => {
                let exact = read.len() == state.len() && read.iter().all(|member| state.contains(member));
                exact.then(|| state.clone())
            }
        }
    }

    fn only_reads(&self, input: &SetInput) -> bool {
        *input == SetInput::Read
    }

    fn describe_operation(&self, input: &SetInput, output: &Option<Vec<i64>>) -> String {
        match (input, output) {
            (SetInput::Add(member), _) => format!("add({member})"),
            (SetInput::Read, None) => "read() -> unknown".to_owned(),
            (SetInput::Read, Some(read)) => format!("read() -> {read:?}"),
        }
    }

    fn describe_state(&self, state: &BTreeSet<i64>) -> String {
        format!("{state:?}")
    }
}
