//! Goal: the format does not change by accident. What a server saved before the change must be readable
//! after it. Method: bytes written down by hand. Tags are cut off: they depend on the compiler's spelling
//! of names.

use std::collections::BTreeMap;

use labgob::{decode, encode, encoded_len};
use serde::{Deserialize, Serialize};

fn body<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    encode(value).unwrap().split_off(4)
}

/// One byte up to 250; above it a mark (251, 252, 253, 254) and 2, 4, 8, 16 bytes, least significant first.
#[test]
fn unsigned_integers() {
    assert_eq!(body(&0_u64), [0]);
    assert_eq!(body(&250_u64), [250]);
    assert_eq!(body(&251_u64), [251, 251, 0]);
    assert_eq!(body(&0x1_0000_u32), [252, 0, 0, 1, 0]);
    assert_eq!(body(&u64::MAX), [253, 255, 255, 255, 255, 255, 255, 255, 255]);
    assert_eq!(body(&u128::MAX)[..3], [254, 255, 255]);
    assert_eq!(body(&255_u8), [255], "a byte is a byte");
    assert_eq!(body(&7_usize), body(&7_u16), "the width of the type does not show");
}

/// 0, -1, 1, -2 become 0, 1, 2, 3, so that small ones stay small.
#[test]
fn signed_integers() {
    assert_eq!(body(&0_i64), [0]);
    assert_eq!(body(&-1_i64), [1]);
    assert_eq!(body(&1_i32), [2]);
    assert_eq!(body(&-126_i16), [251, 251, 0]);
    assert_eq!(body(&-1_i8), [255]);
}

#[test]
fn other_items() {
    assert_eq!(body(&(false, true)), [0, 1]);
    assert_eq!(body(&1.5_f64), [0, 0, 0, 0, 0, 0, 0xF8, 0x3F]);
    assert_eq!(body(&'ö'), [0xC3, 0xB6]);
    assert_eq!(body(&()), []);
    assert_eq!(body("abc"), [3, b'a', b'b', b'c']);
    assert_eq!(body(&bytes::Bytes::from_static(&[9, 8])), [2, 9, 8]);
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct State {
    term: u64,
    voted_for: Option<usize>,
    log: Vec<Command>,
    last: BTreeMap<u8, i32>,
    pair: [u16; 2],
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Command {
    NoOp,
    Put(String, String),
    Move { shard: usize },
}

#[test]
fn a_struct_is_its_fields_and_nothing_else() {
    let state = State {
        term: 1000,
        voted_for: Some(2),
        log: vec![Command::NoOp, Command::Put("k".into(), "vw".into()), Command::Move { shard: 5 }],
        last: [(4, -3)].into(),
        pair: [6, 7],
    };
    let golden = [
        &[251, 0xE8, 3][..], // term
        &[1, 2],             // Some(2)
        &[3],                // three commands
        &[0],                // NoOp
        &[1, 1, b'k', 2, b'v', b'w'],
        &[2, 5],    // Move
        &[1, 4, 5], // one entry, 4: -3
        &[6, 7],    // an array has no length
    ]
    .concat();
    assert_eq!(body(&state), golden);

    let bytes = encode(&state).unwrap();
    assert_eq!(encoded_len(&state), Ok(4 + golden.len()), "four bytes of tag");
    assert_eq!(decode(&bytes), Ok(state));
}

/// TestBytes of the course allows 68 bytes over a string of 284, there and back; and 2D allows 2000 bytes
/// for a state of a dozen entries.
#[test]
fn overhead_is_small() {
    let text = "x".repeat(284);
    assert_eq!(encoded_len(&text), Ok(4 + 3 + 284));
    let entries: Vec<(u64, u64, i32)> = (1..=12).map(|index| (1000, index, i32::MAX)).collect();
    assert_eq!(encoded_len(&entries), Ok(4 + 1 + 12 * (3 + 1 + 5)));
}
