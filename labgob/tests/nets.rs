//! Goal: the nets of the course's labgob hold in their Rust form. Method: types with the mistakes the nets
//! are for. The counter belongs to the process and tests run side by side, so everything that counts stands
//! in one test.

use labgob::{Decoder, Encoder, check_round_trip, decode, encode, warnings};
use serde::{Deserialize, Deserializer, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Healthy {
    term: u64,
    name: String,
}

/// The relative of Go's private field: it is not sent, and nobody says so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Forgetful {
    term: u64,
    #[serde(skip)]
    voted_for: Option<usize>,
}

/// What is left out in writing is missed in reading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Sparing {
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<u8>,
}

#[test]
fn each_type_is_reported_once() {
    let healthy = Healthy { term: 1, name: "s0".to_owned() };
    assert!(check_round_trip(&healthy));
    assert_eq!(warnings(), 0, "no warning without a reason");

    let forgetful = Forgetful { term: 1, voted_for: Some(2) };
    assert!(!check_round_trip(&forgetful));
    assert_eq!(warnings(), 1);
    assert!(!check_round_trip(&forgetful), "still wrong");
    assert!(!check_round_trip(&Forgetful { term: 9, voted_for: Some(0) }));
    assert_eq!(warnings(), 1, "but not said again");
    assert!(check_round_trip(&Forgetful { term: 1, voted_for: None }), "nothing lost this time");

    assert!(!check_round_trip(&vec![forgetful]), "found inside another type");
    assert_eq!(warnings(), 2, "which is another type");

    assert!(!check_round_trip(&Sparing { hint: None }), "what cannot be decoded did not come back");
    assert_eq!(warnings(), 3);
    assert!(!check_round_trip(&f64::NAN), "what does not equal itself cannot be told from a loss");
    assert_eq!(warnings(), 4);
}

/// The course's TestDefault: Go decodes into an existing variable and leaves its old value where a default
/// was sent. Here there is only decoding into a new value.
#[test]
fn old_values_never_survive() {
    let bytes = Encoder::new().put(&vec![1, 2, 3]).unwrap().put(&Vec::<i32>::new()).unwrap().put(&0).unwrap();
    let bytes = bytes.finish();
    let mut decoder = Decoder::new(&bytes);
    let mut list: Vec<i32> = decoder.get().unwrap();
    assert_eq!(list, [1, 2, 3]);
    list.push(4);
    list = decoder.get().unwrap();
    assert_eq!(list, [], "neither old elements nor pushed ones");
    let mut number = 99;
    assert_eq!(number, 99);
    number = decoder.get().unwrap();
    assert_eq!(number, 0);
}

/// Not even a type that knows how to be decoded in place is asked to do so.
#[test]
fn decoding_in_place_is_never_used() {
    #[derive(Debug, PartialEq, Serialize)]
    struct InPlace(u32);

    impl<'de> Deserialize<'de> for InPlace {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            u32::deserialize(deserializer).map(Self)
        }

        fn deserialize_in_place<D: Deserializer<'de>>(_: D, _: &mut Self) -> Result<(), D::Error> {
            panic!("decoded in place")
        }
    }

    let values = vec![InPlace(0), InPlace(1)];
    let bytes = encode(&values).unwrap();
    assert_eq!(decode::<Vec<InPlace>>(&bytes), Ok(values));
}

/// `bytes::Bytes` and the like go in one piece; a `Vec<u8>` goes as numbers, byte by byte, to the same
/// bytes.
#[test]
fn byte_strings_and_lists_of_bytes_look_alike() {
    let list: Vec<u8> = (0..=255).collect();
    let string = bytes::Bytes::from(list.clone());
    assert_eq!(encode(&list).unwrap()[4..], encode(&string).unwrap()[4..]);
}
