//! Goal: a refusal says what and where, in the very words written here.
//! Method: one damaged input per rule. Offsets count the four bytes of the tag.

use std::collections::BTreeMap;

use labgob::{
    DEPTH_MAX, DecodeError, Decoder, EMPTY_ELEMENTS_MAX, ENCODED_BYTES_MAX, EncodeError, Encoder, decode,
    encode, encode_into, encoded_len,
};
use serde::de::DeserializeOwned;
use serde::ser::SerializeSeq;
use serde::{Deserialize, Serialize, Serializer};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Vote {
    term: u64,
    name: String,
    granted: bool,
}

/// Of the same shape as [`Vote`], which is all that the bytes after the tag show.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Lease {
    number: u64,
    holder: String,
    valid: bool,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Role {
    Follower,
    Leader,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Chain {
    next: Option<Box<Chain>>,
}

fn vote() -> Vec<u8> {
    encode(&Vote { term: 1000, name: "server".to_owned(), granted: true }).unwrap()
}

/// `T`'s tag before bytes that may be anything.
fn tagged<T: Serialize>(any: &T, body: &[u8]) -> Vec<u8> {
    [&encode(any).unwrap()[..4], body].concat()
}

fn message<T: DeserializeOwned + std::fmt::Debug>(bytes: &[u8]) -> String {
    decode::<T>(bytes).unwrap_err().to_string()
}

/// Where a varint says 2^60.
const HUGE: [u8; 9] = [253, 0, 0, 0, 0, 0, 0, 0, 0x10];

#[test]
fn truncated_input() {
    let bytes = vote();
    assert_eq!(
        message::<Vote>(&bytes[..6]),
        "decoding errors::Vote at byte 4: input ends, 1 more byte(s) needed"
    );
    assert_eq!(
        message::<Vote>(&bytes[..bytes.len() - 1]),
        "decoding errors::Vote at byte 14: input ends, 1 more byte(s) needed"
    );
    assert_eq!(
        message::<Vote>(&bytes[..3]),
        "decoding errors::Vote at byte 0: input ends, 1 more byte(s) needed"
    );
    assert_eq!(message::<()>(&[]), "decoding () at byte 0: input ends, 4 more byte(s) needed");
    assert_eq!(
        message::<f64>(&tagged(&0.0, &[0; 3])),
        "decoding f64 at byte 4: input ends, 5 more byte(s) needed"
    );
}

#[test]
fn every_truncation_is_refused() {
    let bytes = vote();
    for len in 0..bytes.len() {
        assert!(decode::<Vote>(&bytes[..len]).is_err(), "{len} bytes");
    }
}

#[test]
fn trailing_bytes() {
    let mut bytes = vote();
    bytes.extend([0, 0]);
    assert_eq!(message::<Vote>(&bytes), "2 byte(s) left over at byte 15, after errors::Vote");

    let bytes = Encoder::new().put(&1_u8).unwrap().put(&2_u8).unwrap().finish();
    let mut decoder = Decoder::new(&bytes);
    assert_eq!(
        decoder.clone().finish().unwrap_err().to_string(),
        "10 byte(s) left over at byte 0, after nothing"
    );
    assert_eq!(decoder.get::<u8>(), Ok(1));
    assert_eq!(decoder.finish().unwrap_err().to_string(), "5 byte(s) left over at byte 5, after u8");
}

#[test]
fn oversized_lengths() {
    let text = tagged(&String::new(), &[200, b'a', b'b']);
    assert_eq!(
        message::<String>(&text),
        "decoding alloc::string::String at byte 4: length 200 claimed, 2 byte(s) left"
    );
    let text = tagged(&(0_u8, bytes::Bytes::new()), &[&[7], &HUGE[..], &[1, 2, 3]].concat());
    assert_eq!(
        message::<(u8, bytes::Bytes)>(&text),
        "decoding (u8, bytes::bytes::Bytes) at byte 5: length 1152921504606846976 claimed, 3 byte(s) left"
    );
    let numbers = tagged(&Vec::<u64>::new(), &HUGE);
    assert_eq!(
        message::<Vec<u64>>(&numbers),
        "decoding alloc::vec::Vec<u64> at byte 4: length 1152921504606846976 claimed, 0 byte(s) left"
    );
    let map = tagged(&BTreeMap::<u8, u8>::new(), &[&HUGE[..], &[1, 1]].concat());
    assert!(matches!(
        decode::<BTreeMap<u8, u8>>(&map),
        Err(DecodeError::LengthTooLarge { remaining: 2, .. })
    ));
}

/// Elements that take no bytes are bounded by nothing in the input, so a count bounds them.
#[test]
fn elements_of_no_bytes_cannot_spin() {
    let units = tagged(&vec![()], &HUGE);
    assert!(matches!(decode::<Vec<()>>(&units), Err(DecodeError::LengthTooLarge { .. })));

    let most = encode(&vec![(); EMPTY_ELEMENTS_MAX]).unwrap();
    assert_eq!(decode::<Vec<()>>(&most).unwrap().len(), EMPTY_ELEMENTS_MAX);

    // A million sequences of 4,096 nothings each would be four billion steps for four megabytes.
    let one = encode(&vec![(); EMPTY_ELEMENTS_MAX]).unwrap().split_off(4);
    let many = [&[252, 0x40, 0x42, 0x0F, 0][..], &one.repeat(1_000_000)].concat();
    assert_eq!(
        message::<Vec<Vec<()>>>(&tagged(&vec![vec![()]], &many)),
        "decoding alloc::vec::Vec<alloc::vec::Vec<()>> at byte 12: \
         more than 4096 elements that take no bytes"
    );
    let map = tagged(&BTreeMap::from([((), ())]), &[251, 0xFF, 0xFF]);
    assert!(decode::<BTreeMap<(), ()>>(&map).is_err());
}

#[test]
fn another_type() {
    let error = decode::<Lease>(&vote()).unwrap_err();
    let DecodeError::WrongType { offset: 0, found, expected, .. } = error else { panic!("{error:?}") };
    assert_ne!(found, expected);
    assert_eq!(
        error.to_string(),
        format!(
            "bytes hold another type than errors::Lease: tag {found:#010x} at byte 0, expected {expected:#010x}"
        )
    );
    assert!(matches!(decode::<u32>(&encode(&1_u64).unwrap()), Err(DecodeError::WrongType { .. })));
}

/// A wrong guess does not cost the value: the stream stands where it stood.
#[test]
fn a_refused_value_is_still_there() {
    let bytes = Encoder::new().put(&1_u8).unwrap().put("two").unwrap().finish();
    let mut decoder = Decoder::new(&bytes);
    decoder.get::<u8>().unwrap();
    assert!(matches!(decoder.get::<u8>(), Err(DecodeError::WrongType { offset: 5, .. })));
    assert_eq!(decoder.get::<String>().as_deref(), Ok("two"));
    assert!(matches!(decoder.get::<u8>(), Err(DecodeError::Truncated { offset: 13, missing: 4, .. })));
    assert_eq!(decoder.finish(), Ok(()));

    let bytes = tagged(&(0_u8, true), &[0, 7]);
    let mut decoder = Decoder::new(&bytes);
    let error = decoder.get::<(u8, bool)>().unwrap_err();
    assert_eq!(decoder.remaining(), bytes.len(), "also if it was refused half way through");
    assert_eq!(decoder.get::<(u8, bool)>(), Err(error));
}

#[test]
fn bytes_that_mean_nothing() {
    assert_eq!(
        message::<(u8, bool)>(&tagged(&(0_u8, true), &[0, 7])),
        "decoding (u8, bool) at byte 5: 7 is neither false (0) nor true (1)"
    );
    assert_eq!(
        message::<Option<u8>>(&tagged(&Some(0_u8), &[9])),
        "decoding core::option::Option<u8> at byte 4: 9 is neither None (0) nor Some (1)"
    );
    assert_eq!(
        message::<Role>(&tagged(&Role::Leader, &[2])),
        "decoding errors::Role at byte 4: invalid value: integer `2`, expected variant index 0 <= i < 2"
    );
    assert_eq!(
        message::<String>(&tagged(&"", &[2, b'a', 0xFF])),
        "decoding alloc::string::String at byte 4: \
         text is not UTF-8: invalid utf-8 sequence of 1 bytes from index 1"
    );
    assert_eq!(
        message::<u16>(&tagged(&0_u16, &HUGE)),
        "decoding u16 at byte 4: an integer marked U64 where U16 is wanted"
    );
    assert_eq!(
        message::<char>(&tagged(&' ', &[0xFF, 0, 0, 0])),
        "decoding char at byte 4: [ff, 00, 00, 00] does not start with a character in UTF-8"
    );
    assert_eq!(
        message::<std::num::NonZeroU8>(&tagged(&std::num::NonZeroU8::MIN, &[0])),
        "decoding core::num::nonzero::NonZero<u8> at byte 4: invalid value: integer `0`, expected a nonzero u8"
    );
}

/// Without a limit, a short input could overflow the stack, which no error handling survives.
#[test]
fn nesting_is_bounded() {
    let end = Chain { next: None };
    let chain = |levels| tagged(&end, &[vec![1; levels], vec![0]].concat());
    assert!(decode::<Chain>(&chain(DEPTH_MAX)).is_ok());
    assert_eq!(
        message::<Chain>(&chain(DEPTH_MAX + 1)),
        "decoding errors::Chain at byte 133: nested deeper than 128 levels"
    );
    // Side by side is not inside one another.
    let wide: Vec<_> = (0..10 * DEPTH_MAX).map(|_| Some(Role::Leader)).collect();
    assert_eq!(decode(&encode(&wide).unwrap()), Ok(wide));
    assert!(matches!(decode::<Chain>(&chain(10_000_000)), Err(DecodeError::TooDeep { .. })));
}

/// `serde_json::Value` and its like ask the bytes what they are; these cannot answer.
#[test]
fn types_that_ask_what_comes_next() {
    #[derive(Debug, Serialize, Deserialize)]
    #[serde(untagged)]
    enum Guess {
        Number(u64),
        Text(String),
    }
    let bytes = encode(&Guess::Number(1)).unwrap();
    assert_eq!(
        message::<Guess>(&bytes),
        "decoding errors::types_that_ask_what_comes_next::Guess at byte 4: \
         the type asks what comes next (untagged, flatten, ...): the bytes cannot tell"
    );
}

/// A value that is one run of bytes of a given length.
struct Blob(usize);

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&vec![0; self.0])
    }
}

#[test]
fn values_over_the_limit() {
    // Tag, mark and length take nine bytes.
    assert_eq!(encoded_len(&Blob(ENCODED_BYTES_MAX - 9)), Ok(ENCODED_BYTES_MAX));
    let too_large = EncodeError::TooLarge { type_name: "errors::Blob", bytes_max: ENCODED_BYTES_MAX };
    assert_eq!(encoded_len(&Blob(ENCODED_BYTES_MAX - 8)), Err(too_large.clone()));

    let mut out = b"before".to_vec();
    let error = encode_into(&Blob(ENCODED_BYTES_MAX - 8), &mut out).unwrap_err();
    assert_eq!(error.to_string(), "encoding errors::Blob: needs more than 268435456 bytes");
    assert_eq!(out, b"before", "what was written of the value is taken back");

    let encoder = Encoder::new().put(&0_u8).unwrap();
    assert_eq!(
        encoder.put(&Blob(ENCODED_BYTES_MAX - 13)).err(),
        Some(too_large),
        "a stream counts as a whole"
    );

    let input = vec![0; ENCODED_BYTES_MAX + 1];
    assert_eq!(message::<u8>(&input), "decoding u8: input of 268435457 bytes exceeds the limit of 268435456");
}

#[test]
fn values_that_refuse() {
    struct Unsized;
    impl Serialize for Unsized {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_seq(None)?.end()
        }
    }
    struct Sulking;
    impl Serialize for Sulking {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("not today"))
        }
    }
    assert_eq!(
        encode(&Unsized).unwrap_err().to_string(),
        "encoding errors::values_that_refuse::Unsized: a sequence or map without a known length (flatten?)"
    );
    assert_eq!(
        encode(&Sulking).unwrap_err().to_string(),
        "encoding errors::values_that_refuse::Sulking: not today"
    );
}
