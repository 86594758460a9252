//! What encoding and decoding cost: the best of several rounds, in nanoseconds per call.

use std::hint::black_box;
use std::time::Instant;

use serde::{Deserialize, Serialize};

/// About the size of an AppendEntries message with one small command.
#[derive(Serialize, Deserialize)]
struct Sample {
    term: u64,
    leader: u64,
    index: u64,
    commit: u64,
    kind: u32,
    delta: i64,
    payload: bytes::Bytes,
}

fn time(name: &str, rounds: u32, mut call: impl FnMut()) {
    let round = |_| {
        let start = Instant::now();
        (0..rounds).for_each(|_| call());
        start.elapsed().as_secs_f64() * 1e9 / f64::from(rounds)
    };
    let best = (0..7).map(round).fold(f64::INFINITY, f64::min);
    println!("{name:24} {best:10.1} ns");
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sample = Sample {
        term: 1,
        leader: 300,
        index: 70_000,
        commit: u64::MAX,
        kind: 5,
        delta: -9,
        payload: vec![7; 100].into(),
    };
    let bytes = labgob::encode(&sample)?;
    println!("sample: {} bytes", bytes.len());
    time("encode", 200_000, || drop(black_box(labgob::encode(black_box(&sample)))));
    time("encoded_len", 200_000, || drop(black_box(labgob::encoded_len(black_box(&sample)))));
    time("decode", 200_000, || drop(black_box(labgob::decode::<Sample>(black_box(&bytes)))));

    let unit = labgob::encode(&())?;
    time("decode nothing but a tag", 200_000, || drop(black_box(labgob::decode::<()>(black_box(&unit)))));

    let numbers: Vec<u64> = (0..10_000).collect();
    let bytes = labgob::encode(&numbers)?;
    time("encode 10,000 integers", 500, || drop(black_box(labgob::encode(black_box(&numbers)))));
    time("decode 10,000 integers", 500, || drop(black_box(labgob::decode::<Vec<u64>>(black_box(&bytes)))));
    Ok(())
}
