//! Goal: no input whatsoever makes decoding panic, and whatever decodes is a value like any other. Method:
//! 1,000,000 inputs, most of them valid encodings that were then damaged, each decoded as two types.
//! Panics, overflows and aborts fail the test by themselves. Same seed, same inputs.

mod zoo;

use std::fmt::Debug;

use labgob::{DecodeError, decode, encode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zoo::{Append, Bits, Command, Entry, Scalars, Snapshot, Tree};

const INPUTS: usize = 1_000_000;
const SEED: u64 = 0x6824_6824_6824_6824;

/// Xorshift: random enough for this, and the same everywhere for ever.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    fn bytes(&mut self, len_max: usize) -> Vec<u8> {
        let len = self.below(len_max + 1);
        // Small bytes are lengths, variants and booleans: they get further than others.
        let mask = if self.below(2) == 0 { 0xFF } else { 0x03 };
        (0..len).map(|_| self.next() as u8 & mask).collect()
    }
}

/// One type under attack.
struct Target {
    tag: [u8; 4],
    /// A valid value without its tag.
    body: Vec<u8>,
    attempt: fn(&[u8]) -> Outcome,
}

enum Outcome {
    Decoded,
    Refused(DecodeError),
}

fn target<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) -> Target {
    let bytes = encode(value).unwrap();
    let (tag, body) = bytes.split_first_chunk().unwrap();
    Target { tag: *tag, body: body.to_vec(), attempt: attempt::<T> }
}

fn attempt<T: Serialize + DeserializeOwned + PartialEq + Debug>(bytes: &[u8]) -> Outcome {
    match decode::<T>(bytes) {
        Ok(value) => {
            let again = decode::<T>(&encode(&value).unwrap());
            assert_eq!(again.as_ref(), Ok(&value), "decoded from {bytes:02x?}");
            Outcome::Decoded
        }
        Err(error) => Outcome::Refused(error),
    }
}

fn targets() -> Vec<Target> {
    let put = Command::Put("key".into(), vec![0xAB; 40].into());
    let entry = |index, command| Entry { term: 7, index, command };
    let log = vec![entry(1, put), entry(300, Command::Move { shard: 9, gid: -100 }), Entry::default()];
    let leaf = Tree { value: 1000, ..Tree::default() };
    vec![
        target(&Scalars {
            letter: 'ö',
            huge: (u128::MAX, i128::MIN),
            float: Bits(0.5),
            ..Scalars::default()
        }),
        target(&Append { term: 70_000, leader: 2, entries: log, hint: Some(Some(8)) }),
        target(&Snapshot {
            values: [("a".to_owned(), vec![1, 2, 3]), ("bc".to_owned(), vec![])].into(),
            sessions: [(u64::MAX, (1, Some("reply".to_owned())))].into(),
            groups: [vec![1, -1], vec![], vec![i32::MAX]],
            nothing: vec![(); 3],
        }),
        target(&Tree { value: 1, children: vec![leaf.clone(), leaf.clone()], next: Some(Box::new(leaf)) }),
        target(&"some text, with ümläuts".to_owned()),
        target(&vec![1_u64, 1 << 10, 1 << 20, 1 << 40]),
        target(&(vec![vec![(), ()]], Some(bytes::Bytes::from_static(b"raw")), 'x')),
    ]
}

/// Every integer of the format can be written wider than it must be, so this is a length prefix in any
/// position.
fn huge_length(random: &mut Random) -> Vec<u8> {
    let value = random.next() >> random.below(64);
    match random.below(3) {
        0 => [&[251], &(value as u16).to_le_bytes()[..]].concat(),
        1 => [&[252], &(value as u32).to_le_bytes()[..]].concat(),
        _ => [&[253], &value.to_le_bytes()[..]].concat(),
    }
}

fn damage(bytes: &mut Vec<u8>, random: &mut Random) {
    let at = random.below(bytes.len());
    match random.below(6) {
        0 if !bytes.is_empty() => bytes[at] ^= 1 << random.below(8),
        1 if !bytes.is_empty() => bytes[at] = random.next() as u8,
        2 => bytes.truncate(at),
        3 => bytes.extend(random.bytes(20)),
        4 => {
            let end = (at + random.below(3)).min(bytes.len());
            bytes.splice(at..end, huge_length(random));
        }
        _ => {
            let end = (at + random.below(8)).min(bytes.len());
            let insert = random.bytes(8);
            bytes.splice(at..end, insert);
        }
    }
}

fn input(targets: &[Target], random: &mut Random) -> Vec<u8> {
    if random.below(8) == 0 {
        return random.bytes(64);
    }
    let mut bytes = targets[random.below(targets.len())].body.clone();
    for _ in 0..random.below(4) {
        damage(&mut bytes, random);
    }
    bytes
}

/// What became of the inputs, so that a fuzzer that tests nothing is found out.
#[derive(Debug, Default)]
struct Tally {
    decoded: usize,
    wrong_type: usize,
    truncated: usize,
    length: usize,
    invalid: usize,
    trailing: usize,
    others: usize,
}

impl Tally {
    fn count(&mut self, outcome: Outcome, len: usize) {
        let (counter, offset) = match outcome {
            Outcome::Decoded => (&mut self.decoded, 0),
            Outcome::Refused(error) => match error {
                DecodeError::WrongType { offset, .. } => (&mut self.wrong_type, offset),
                DecodeError::Truncated { offset, .. } => (&mut self.truncated, offset),
                DecodeError::LengthTooLarge { offset, .. } => (&mut self.length, offset),
                DecodeError::Invalid { offset, .. } => (&mut self.invalid, offset),
                DecodeError::TrailingBytes { offset, .. } => (&mut self.trailing, offset),
                DecodeError::TooDeep { offset, .. } | DecodeError::TooManyEmpty { offset, .. } => {
                    (&mut self.others, offset)
                }
                other => panic!("not expected of short inputs: {other}"),
            },
        };
        *counter += 1;
        assert!(offset <= len, "byte {offset} of {len}");
    }
}

#[test]
fn a_million_inputs() {
    let targets = targets();
    let mut random = Random(SEED);
    let mut tally = Tally::default();
    for _ in 0..INPUTS {
        let body = input(&targets, &mut random);
        for _ in 0..2 {
            let target = &targets[random.below(targets.len())];
            // Nearly always with the right tag: else no input would get past the first four bytes.
            let tag = if random.below(50) == 0 { [0; 4] } else { target.tag };
            let bytes = [&tag, &body[..]].concat();
            tally.count((target.attempt)(&bytes), bytes.len());
        }
    }
    println!("{tally:?}");
    let Tally { decoded, wrong_type, truncated, length, invalid, trailing, .. } = tally;
    for count in [decoded, wrong_type, truncated, length, invalid, trailing] {
        assert!(count > INPUTS / 100, "every outcome must be met often: {tally:?}");
    }
}
