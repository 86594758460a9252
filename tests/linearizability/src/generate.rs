//! Histories made from a seed: for benchmarks, and for trying the checker.
use rand::{RngExt, SeedableRng, rngs::SmallRng};

use super::history::Operation;
use super::kv::{Input, Op, Output};

/// What a generated history looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Clients, each with one operation at a time.
    pub clients: usize,
    /// Operations of all clients together.
    pub operations: usize,
    /// Keys, chosen evenly.
    pub keys: usize,
    /// Same seed, same history.
    pub seed: u64,
}

/// An operation under way.
struct Open {
    input: Input,
    call: u64,
    /// Set once it has taken effect.
    output: Option<Output>,
}

/// A linearizable key/value history: clients call, a store executes at some later moment, they return. Half of the
/// operations append, one in ten puts, the rest get, as in the labs' random-keys tests; all values written are distinct.
pub fn linearizable(shape: &Shape) -> Vec<Operation<Input, Output>> {
    let mut random = SmallRng::seed_from_u64(shape.seed);
    let mut store = vec![String::new(); shape.keys];
    let mut open: Vec<Option<Open>> = (0..shape.clients).map(|_| None).collect();
    let mut history = Vec::with_capacity(shape.operations);
    let mut called = 0;
    for now in 0.. {
        if history.len() == shape.operations {
            break;
        }
        let client = random.random_range(0..shape.clients);
        match &mut open[client] {
            None if called == shape.operations => {}
            None => {
                let input = request(&mut random, shape.keys, client, called);
                open[client] = Some(Open { input, call: now, output: None });
                called += 1;
            }
            Some(Open { input, output: output @ None, .. }) => *output = Some(execute(&mut store, input)),
            slot => {
                let Some(Open { input, call, output: Some(output) }) = slot.take() else { continue };
                history.push(Operation { client, input, output, call, ret: now });
            }
        }
    }
    history
}

/// The same with one wrong answer, about the middle: a Get that misses the last character of what it read.
///
/// # Panics
///
/// If no Get read anything.
pub fn illegal(shape: &Shape) -> Vec<Operation<Input, Output>> {
    let mut history = linearizable(shape);
    let middle = history.len() / 2;
    let reads = |operation: &&mut Operation<Input, Output>| {
        operation.input.op == Op::Get && !operation.output.is_empty()
    };
    let stale = history.iter_mut().skip(middle).find(reads).expect("a Get that read something");
    stale.output.pop();
    history
}

fn request(random: &mut SmallRng, keys: usize, client: usize, number: usize) -> Input {
    let op = match random.random_range(0..10) {
        0..5 => Op::Append,
        5 => Op::Put,
        _ => Op::Get,
    };
    let value = if op == Op::Get { String::new() } else { format!("x {client} {number} y") };
    Input { op, key: random.random_range(0..keys).to_string(), value }
}

fn execute(store: &mut [String], input: &Input) -> Output {
    let value = &mut store[input.key.parse::<usize>().expect("generated keys are numbers")];
    match input.op {
        Op::Get => return value.clone(),
        Op::Put => value.clone_from(&input.value),
        Op::Append => value.push_str(&input.value),
    }
    String::new()
}
