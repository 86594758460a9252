//! Values to bytes and back: the checking codec of the labs.
//!
//! Three things in the labs leave a server's memory: the arguments and replies of RPCs, the Raft state that
//! is saved before anything is answered, and the snapshots of services. All three go through this crate,
//! and only through it: serde says what a value consists of, bincode 2 says what that looks like in bytes,
//! and neither shows on the outside, so that the format can be exchanged here alone.
//!
//! ```
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Debug, PartialEq, Serialize, Deserialize)]
//! struct RequestVoteReply {
//!     term: u64,
//!     vote_granted: bool,
//! }
//!
//! let reply = RequestVoteReply { term: 7, vote_granted: true };
//! let bytes = labgob::encode(&reply)?;
//! assert_eq!(bytes.len(), 4 + 1 + 1); // type tag, term, flag
//! assert_eq!(labgob::encoded_len(&reply)?, 6);
//! assert_eq!(labgob::decode::<RequestVoteReply>(&bytes)?, reply);
//!
//! let error = labgob::decode::<RequestVoteReply>(&bytes[..5]).unwrap_err();
//! assert!(error.to_string().ends_with("at byte 5: input ends, 1 more byte(s) needed"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What the bytes look like
//!
//! The fields in the order of their declaration, and nothing in between: no names, no types. Unsigned
//! integers up to 250 take one byte, larger ones a mark and 2, 4, 8 or 16 bytes; signed ones are first
//! folded (0, -1, 1, -2 become 0, 1, 2, 3). Strings, sequences and maps begin with their length; an
//! `Option` with 0 or 1; an enum with the number of its variant. `tests/golden.rs` spells this out. Two
//! consequences:
//!
//! * **Order is meaning.** Whoever swaps two fields or inserts a variant in the middle has a new format,
//!   and what was saved before is read wrongly or not at all. A type whose bytes outlive the program
//!   deserves a golden-bytes test.
//! * **`Vec<u8>` is a list of numbers** to serde, and goes byte by byte. `bytes::Bytes` has the very same
//!   encoding and is copied in one piece: prefer it for payloads.
//!
//! # Why each value carries a tag
//!
//! Go's gob sends a description of each type along, and refuses bytes that do not fit. A positional format
//! cannot: the bytes of a vote decode happily as a lease, if both are a number, a text and a flag. So four
//! bytes stand in front of each value, a hash of its type's name, and decoding refuses a mismatch before it
//! looks further. (The course's format spends 50 to 250 bytes per message on the same question.)
//!
//! `T`, `&T`, `str` and `String`, `[T]` and `Vec<T>` share their tags, so what is encoded from a borrow is
//! decoded as the owned type; that goes for the outermost type only, not for what stands inside a tuple or
//! a struct. The name is the compiler's: tags are stable between binaries built from the same source by the
//! same compiler, no further. And a name is not a schema: a type that has grown a field keeps its tag.
//!
//! # What cannot go wrong here
//!
//! The course's labgob is a wrapper that watches for two mistakes which Go makes easy. Here is what became
//! of them:
//!
//! | in Go | here |
//! | --- | --- |
//! | A field in lower case is private, so it is silently not sent, and arrives as zero. | Derives send every field, private or not. What can still lose data is an attribute (`#[serde(skip)]`, `default`) or a hand-written `Serialize`: [`check_round_trip`] finds it by trying. |
//! | Zero values are not sent and decoding fills in an existing variable, so a reused reply keeps its old value. | [`decode`] returns a new value. There is no decoding into an existing one, on purpose. |
//! | A type must be registered before it can travel inside an interface value. | The compiler knows every type; generic code is generic over its command. |
//! | Unknown or missing fields are passed over. | There are no names to compare; trailing bytes are refused. |
//! | Warnings are printed once, and counted for the tests. | The same: [`warnings`]. |
//!
//! `labgob.NewEncoder(w)` with several `Encode(x)` is [`Encoder`] with several [`put`](Encoder::put);
//! `NewDecoder(r)` with `Decode(&x)` is [`Decoder`] with [`get`](Decoder::get), in the same order. Unlike
//! in Go, an error cannot be overlooked: it stands where the value would.
//!
//! # Hostile input
//!
//! Decoding never panics, and never allocates on the mere word of the input. Lengths are compared with the
//! bytes that are left before room is made; collections that stand inside one another share that allowance;
//! strings are looked at in place and copied once they are known to exist. What the input's length does not
//! bound has a limit of its own: nesting ([`DEPTH_MAX`]) because of the stack, elements without bytes
//! ([`EMPTY_ELEMENTS_MAX`]) because of time, the message as a whole ([`ENCODED_BYTES_MAX`]) because of
//! memory. Those first two limits bind the reader only; a value beyond them can be encoded, and
//! [`check_round_trip`] says that it will not come back.
//!
//! Every [`DecodeError`] names the type that was wanted and the byte where it went wrong.
//!
//! # Where things stand
//!
//! `tag.rs` the four bytes; `writer.rs` bytes out; `reader.rs` bytes in, with all budgets; `guard.rs`
//! serde's questions put to the reader; `fault.rs` and `error.rs` what went wrong, on the way up and at the
//! top; `stream.rs` several values in a row; `round_trip.rs` the net.

mod error;
mod fault;
mod guard;
mod reader;
mod round_trip;
mod stream;
mod tag;
mod writer;

pub use error::{DecodeError, EncodeError};
pub use round_trip::{check_round_trip, warnings};
pub use stream::{Decoder, Encoder};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The most bytes one message may have, a single value or a whole stream: 256 MiB.
pub const ENCODED_BYTES_MAX: usize = 256 << 20;

/// The most levels of sequences, maps, options and enums inside one another.
///
/// Only these count, because only through them can a type contain itself.
pub const DEPTH_MAX: usize = 128;

/// The most elements of sequences and maps in one value that take no bytes, such as `()`.
///
/// All others are bounded by the length of the input.
pub const EMPTY_ELEMENTS_MAX: usize = 4096;

/// Encodes `value`, with its type tag in front.
///
/// # Errors
/// [`EncodeError::TooLarge`] above [`ENCODED_BYTES_MAX`], [`EncodeError::Refused`] if the type's
/// `Serialize` gives up.
#[inline]
pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, EncodeError> {
    let mut out = Vec::with_capacity(stream::CAPACITY_FIRST);
    encode_into(value, &mut out)?;
    Ok(out)
}

/// Encodes `value` and appends the bytes to `out`; after an error `out` is as it was.
///
/// # Errors
/// As [`encode`]. The limit holds for the bytes appended.
#[inline]
pub fn encode_into<T: Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    writer::append(value, out, ENCODED_BYTES_MAX)
}

/// Decodes one `T` that fills `bytes` exactly.
///
/// # Errors
/// Any [`DecodeError`]: `bytes` are cut off, too many, of another type, or not what `T` accepts.
#[inline]
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    let mut decoder = Decoder::new(bytes);
    let value = decoder.get()?;
    decoder.finish()?;
    Ok(value)
}

/// How many bytes [`encode`] would make of `value`, tag included; the bytes themselves are not made.
///
/// # Errors
/// As [`encode`].
#[inline]
pub fn encoded_len<T: Serialize + ?Sized>(value: &T) -> Result<usize, EncodeError> {
    writer::count(value)
}
