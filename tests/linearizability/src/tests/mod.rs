//! The checker against what is known about histories: brute force on small ones, published vectors, and its own promises.
mod budget;
mod generated;
mod models;
mod oracle;
mod page;
mod partial;
mod random;
mod ties;
mod vectors;

use super::kv::{Input, Op};
use super::{Operation, Verdict};

type Kv = Operation<Input, String>;

/// A key/value operation of client 0. `text` is the value written or read.
fn kv(op: Op, key: &str, text: &str, call: u64, ret: u64) -> Kv {
    let read = if op == Op::Get { text } else { "" };
    let written = if op == Op::Get { "" } else { text };
    let input = Input { op, key: key.into(), value: written.into() };
    Operation { client: 0, input, output: read.into(), call, ret }
}

fn get(key: &str, text: &str, call: u64, ret: u64) -> Kv {
    kv(Op::Get, key, text, call, ret)
}

fn put(key: &str, text: &str, call: u64, ret: u64) -> Kv {
    kv(Op::Put, key, text, call, ret)
}

fn append(key: &str, text: &str, call: u64, ret: u64) -> Kv {
    kv(Op::Append, key, text, call, ret)
}

/// Ok for `true`, Illegal for `false`.
fn verdict(ok: bool) -> Verdict {
    if ok { Verdict::Ok } else { Verdict::Illegal }
}
