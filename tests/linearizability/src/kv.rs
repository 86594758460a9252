//! The key/value service of the labs, one key at a time.
use super::model::Model;
use super::value::Value;

/// Get, Put and Append on one key; a missing key is an empty value. Histories are partitioned by key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KvModel;

/// What to do with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Read it.
    Get,
    /// Replace its value.
    Put,
    /// Add to the end of its value.
    Append,
}

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// What to do.
    pub op: Op,
    /// With which key.
    pub key: String,
    /// What to put or append; unused for Get.
    pub value: String,
}

/// What a Get read; anything for Put and Append.
pub type Output = String;

impl Model for KvModel {
    type State = Value;
    type Input = Input;
    type Output = Output;

    fn init(&self) -> Value {
        Value::default()
    }

    fn step(&self, state: &Value, input: &Input, output: &Output) -> Option<Value> {
        match input.op {
            Op::Get => state.is(output).then(|| state.clone()),
            Op::Put => Some(Value::from(input.value.as_str())),
            Op::Append => Some(state.append(&input.value)),
        }
    }

    fn partition(&self, input: &Input) -> Option<String> {
        Some(input.key.clone())
    }

    fn only_reads(&self, input: &Input) -> bool {
        input.op == Op::Get
    }

    fn describe_operation(&self, input: &Input, output: &Output) -> String {
        match input.op {
            Op::Get => format!("get('{}') -> '{output}'", input.key),
            Op::Put => format!("put('{}', '{}')", input.key, input.value),
            Op::Append => format!("append('{}', '{}')", input.key, input.value),
        }
    }

    fn describe_state(&self, state: &Value) -> String {
        format!("'{state}'")
    }
}
