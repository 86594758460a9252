//! Goal: whatever goes in comes out again, alone or among others, and the bytes are used up exactly.
//! Method: random values of every shape in the zoo, 256 of each.

mod zoo;

use std::fmt::Debug;

use labgob::{Decoder, Encoder, decode, encode, encode_into, encoded_len};
use proptest::collection::{btree_map, hash_map, vec};
use proptest::option;
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use zoo::{Append, Bits, Command, Entry, Scalars, Snapshot, Tree};

fn bits() -> impl Strategy<Value = Bits> {
    any::<u64>().prop_map(|bits| Bits(f64::from_bits(bits)))
}

fn scalars() -> impl Strategy<Value = Scalars> {
    let integers = (any::<(u8, i8)>(), any::<(u16, i16)>(), any::<(u32, i32)>(), any::<(u64, i64)>());
    let others = (any::<bool>(), any::<(u128, i128)>(), any::<usize>(), any::<char>(), bits());
    (integers, others).prop_map(|((tiny, small, medium, large), (yes, huge, size, letter, float))| Scalars {
        yes,
        tiny,
        small,
        medium,
        large,
        huge,
        size,
        letter,
        float,
    })
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        Just(Command::NoOp),
        any::<String>().prop_map(Command::Get),
        (any::<String>(), vec(any::<u8>(), 0..300)).prop_map(|(key, value)| Command::Put(key, value.into())),
        any::<(usize, i64)>().prop_map(|(shard, gid)| Command::Move { shard, gid }),
    ]
}

fn append() -> impl Strategy<Value = Append> {
    let entry = (any::<u64>(), any::<u64>(), command());
    let entry = entry.prop_map(|(term, index, command)| Entry { term, index, command });
    (any::<u64>(), any::<usize>(), vec(entry, 0..20), option::of(option::of(any::<u32>())))
        .prop_map(|(term, leader, entries, hint)| Append { term, leader, entries, hint })
}

fn snapshot() -> impl Strategy<Value = Snapshot> {
    let values = btree_map(any::<String>(), vec(any::<u8>(), 0..50), 0..10);
    let sessions = hash_map(any::<u64>(), (any::<u64>(), option::of(any::<String>())), 0..10);
    let groups = [vec(any::<i32>(), 0..5), vec(any::<i32>(), 0..5), vec(any::<i32>(), 0..5)];
    let nothing = (0..300_usize).prop_map(|count| vec![(); count]);
    (values, sessions, groups, nothing).prop_map(|(values, sessions, groups, nothing)| Snapshot {
        values,
        sessions,
        groups,
        nothing,
    })
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = any::<u16>().prop_map(|value| Tree { value, ..Tree::default() });
    leaf.prop_recursive(6, 50, 4, |inner| {
        (any::<u16>(), vec(inner.clone(), 0..4), option::of(inner.prop_map(Box::new)))
            .prop_map(|(value, children, next)| Tree { value, children, next })
    })
}

/// The laws that hold for every value of every type.
fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    let bytes = encode(value).unwrap();
    assert_eq!(encoded_len(value), Ok(bytes.len()), "the length is known beforehand");
    assert_eq!(decode::<T>(&bytes).as_ref(), Ok(value), "the value comes back");

    let mut appended = b"before".to_vec();
    encode_into(value, &mut appended).unwrap();
    assert_eq!(appended, [b"before", &bytes[..]].concat(), "appending leaves the rest alone");

    for cut in [0, bytes.len() / 2, bytes.len() - 1] {
        assert!(decode::<T>(&bytes[..cut]).is_err(), "no value without its last byte");
    }
    appended.clone_from(&bytes);
    appended.push(0);
    assert!(decode::<T>(&appended).is_err(), "no value with a byte too many");
}

proptest! {
    #[test]
    fn scalars_round_trip(value in scalars()) {
        check(&value);
    }

    #[test]
    fn messages_round_trip(value in append()) {
        check(&value);
    }

    #[test]
    fn states_round_trip(value in snapshot()) {
        check(&value);
    }

    #[test]
    fn recursive_values_round_trip(value in tree()) {
        check(&value);
    }

    #[test]
    fn streams_are_read_in_order_and_used_up(
        a in scalars(), b in append(), text in any::<String>(), c in snapshot(), d in tree(),
    ) {
        let encoder = Encoder::new().put(&a).unwrap().put(&b).unwrap().put(text.as_str()).unwrap();
        let bytes = encoder.put(&c).unwrap().put(&()).unwrap().put(&d).unwrap().finish();

        let mut decoder = Decoder::new(&bytes);
        prop_assert_eq!(decoder.remaining(), bytes.len());
        prop_assert_eq!(decoder.get::<Scalars>(), Ok(a));
        prop_assert_eq!(decoder.get::<Append>(), Ok(b));
        prop_assert_eq!(decoder.get::<String>(), Ok(text));
        prop_assert_eq!(decoder.get::<Snapshot>(), Ok(c));
        prop_assert_eq!(decoder.get::<()>(), Ok(()));
        prop_assert!(!decoder.is_empty());
        prop_assert!(decoder.clone().finish().is_err());
        prop_assert_eq!(decoder.get::<Tree>(), Ok(d));
        prop_assert!(decoder.is_empty());
        prop_assert_eq!(decoder.finish(), Ok(()));
    }

    #[test]
    fn borrowed_forms_are_read_as_owned_ones(text in any::<String>(), numbers in vec(any::<i64>(), 0..20)) {
        prop_assert_eq!(encode(text.as_str()), encode(&text));
        prop_assert_eq!(encode(&&text), encode(&text));
        prop_assert_eq!(encode(numbers.as_slice()), encode(&numbers));
        prop_assert_eq!(decode::<Vec<i64>>(&encode(numbers.as_slice()).unwrap()), Ok(numbers));
        prop_assert_eq!(decode::<String>(&encode(text.as_str()).unwrap()), Ok(text));
    }
}
