//! TestGOB, TestCapital and TestDefault.

use std::collections::{BTreeMap, HashMap};

use labgob::{DecodeError, Decoder, EncodeError, Encoder};
use serde::{Deserialize, Serialize};
use simulator::{Case, Sim, case};

pub(super) const CASES: &[Case] = &[
    case!("labgob", Official, "TestGOB", gob, ""),
    case!("labgob", Official, "TestCapital", capital, ""),
    case!("labgob", Official, "TestDefault", default, ""),
];

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct T1 {
    int0: i64,
    int1: i64,
    string0: String,
    string1: String,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct T2 {
    slice: Vec<T1>,
    map: HashMap<i64, Box<T1>>,
    any: Any,
    nothing: Option<Box<T2>>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct T3 {
    int999: i64,
}

/// Where Go has a field of any type and a register of types, Rust has an enum.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Any {
    Nothing,
    T3(T3),
    Text(String),
}

fn t1() -> T1 {
    T1 { int0: 0, int1: 1, string0: String::new(), string1: "6.824".into() }
}

fn t2() -> T2 {
    let second = T1 { int0: 2, int1: -3, ..t1() };
    let map = [(99, Box::new(T1 { int0: 4, ..t1() }))].into();
    T2 { slice: vec![t1(), second], map, any: Any::T3(T3 { int999: 999 }), nothing: None }
}

fn encode_all() -> Result<Vec<u8>, EncodeError> {
    Ok(Encoder::new().put(&0_i64)?.put(&1_i64)?.put(&t1())?.put(&t2())?.finish())
}

/// Reads what [`encode_all`] wrote, and that there is nothing more.
fn decode_all(bytes: &[u8]) -> Result<(i64, i64, T1, T2), DecodeError> {
    let mut decoder = Decoder::new(bytes);
    let all = (decoder.get()?, decoder.get()?, decoder.get()?, decoder.get()?);
    decoder.finish()?;
    Ok(all)
}

/// Goal: whatever servers tell each other arrives as it was sent. Method: defaults and other values, slices, maps, boxes
/// and a field of several types, all in one stream; they come back equal, in their order, and nothing is left over.
async fn gob(sim: Sim) {
    let warnings = labgob::warnings();
    let bytes = encode_all().unwrap_or_else(|e| sim.fail(format!("encoding failed: {e}")));
    let (x0, x1, first, second) =
        decode_all(&bytes).unwrap_or_else(|e| sim.fail(format!("decoding failed: {e}")));
    sim.check(x0 == 0, format!("the first integer is {x0}, not 0"));
    sim.check(x1 == 1, format!("the second integer is {x1}, not 1"));
    sim.check(first == t1(), format!("wrong struct {first:?}"));
    sim.check(second.slice.len() == 2, format!("the slice has {} items, not 2", second.slice.len()));
    sim.check(second.slice[1] == t2().slice[1], format!("wrong second item {:?}", second.slice[1]));
    sim.check(second.map.len() == 1, format!("the map has {} items, not 1", second.map.len()));
    sim.check(second.map.get(&99) == t2().map.get(&99), format!("wrong item in the map {:?}", second.map));
    sim.check(second.any == Any::T3(T3 { int999: 999 }), format!("wrong field of any type {:?}", second.any));
    sim.check(second == t2(), format!("wrong struct {second:?}"));
    for any in [Any::Nothing, Any::T3(T3 { int999: -999 }), Any::Text("999".into())] {
        sim.check(labgob::check_round_trip(&any), format!("{any:?} changes on the way"));
    }
    sim.check(labgob::warnings() == warnings, "there were warnings, but nothing was wrong");
}

/// A field that does not travel: in Go because its name begins with a small letter, here because an attribute says so.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct T4 {
    yes: i64,
    #[serde(skip)]
    no: i64,
}

/// Goal: a field that is lost on the way is reported, once. Method: a struct with such a field, as the key of a map in a
/// slice, is met twice. The original finds it in the type of an empty slice; here a value is tried, so there must be one.
async fn capital(sim: Sim) {
    let warnings = labgob::warnings();
    let value = vec![BTreeMap::from([(Box::new(T4 { yes: 87, no: 99 }), 1_i64)])];
    for meeting in ["first", "second"] {
        let survived = labgob::check_round_trip(&value);
        sim.check(!survived, format!("a lost field was not noticed when met the {meeting} time"));
    }
    let grown = labgob::warnings() - warnings;
    sim.check(grown == 1, format!("{grown} warnings about one lost field, not 1"));
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct D1 {
    int: i64,
    text: String,
    list: Vec<u8>,
    maybe: Option<i64>,
}

/// Goal: a reply variable that is used again keeps nothing of the reply before. Method: a default is decoded over a value
/// without a single default. In Go this is what goes wrong, so the original counts one warning; here it goes right, so
/// it must not count any.
async fn default(sim: Sim) {
    let warnings = labgob::warnings();
    let bytes = labgob::encode(&D1::default()).unwrap_or_else(|e| sim.fail(format!("encoding failed: {e}")));
    let mut replies = [D1 { int: 99, text: "old".into(), list: vec![9, 9], maybe: Some(99) }];
    for reply in &mut replies {
        *reply = labgob::decode(&bytes).unwrap_or_else(|e| sim.fail(format!("decoding failed: {e}")));
        sim.check(*reply == D1::default(), format!("something old is left in {reply:?}"));
    }
    sim.check(labgob::warnings() == warnings, "there were warnings, but nothing was wrong");
}
