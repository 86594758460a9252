//! What can go wrong, in words that say what and where.
//!
//! Offsets are bytes from the start of the whole input, tags included, and point at the first byte of the
//! item that was refused. `type_name` is the type the caller asked for, not the field inside it.

use thiserror::Error;

/// Why a value could not be turned into bytes. Whatever was appended before the failure is taken back.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// The bytes would exceed [`ENCODED_BYTES_MAX`](crate::ENCODED_BYTES_MAX).
    #[error("encoding {type_name}: needs more than {bytes_max} bytes")]
    TooLarge {
        /// The type that was being encoded.
        type_name: &'static str,
        /// The limit, in bytes.
        bytes_max: usize,
    },
    /// The type's `Serialize` gave up, or asked for what the format does not have: a sequence whose length
    /// is not known beforehand (which is also what `#[serde(flatten)]` makes of a struct).
    #[error("encoding {type_name}: {reason}")]
    Refused {
        /// The type that was being encoded.
        type_name: &'static str,
        /// What was wrong, in words.
        reason: String,
    },
}

/// Why bytes could not be turned into a value.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The input as a whole exceeds [`ENCODED_BYTES_MAX`](crate::ENCODED_BYTES_MAX); nothing was looked at.
    #[error("decoding {type_name}: input of {bytes} bytes exceeds the limit of {bytes_max}")]
    TooLarge {
        /// The type that was to be decoded.
        type_name: &'static str,
        /// Length of the input, in bytes.
        bytes: usize,
        /// The limit, in bytes.
        bytes_max: usize,
    },
    /// The tag in front of the value is not that of the wanted type.
    #[error(
        "bytes hold another type than {type_name}: \
         tag {found:#010x} at byte {offset}, expected {expected:#010x}"
    )]
    WrongType {
        /// The type that was to be decoded.
        type_name: &'static str,
        /// Where the tag stands.
        offset: usize,
        /// The tag in the input.
        found: u32,
        /// The tag of `type_name`.
        expected: u32,
    },
    /// The input ends in the middle of the value.
    #[error("decoding {type_name} at byte {offset}: input ends, {missing} more byte(s) needed")]
    Truncated {
        /// The type that was being decoded.
        type_name: &'static str,
        /// Where the item starts that is cut off.
        offset: usize,
        /// How many bytes that item lacks (there may be more items after it).
        missing: usize,
    },
    /// A length prefix claims more than the rest of the input can hold. Nothing was allocated for it.
    #[error("decoding {type_name} at byte {offset}: length {claimed} claimed, {remaining} byte(s) left")]
    LengthTooLarge {
        /// The type that was being decoded.
        type_name: &'static str,
        /// Where the length prefix stands.
        offset: usize,
        /// The claimed length: bytes of a string or byte string, elements of a sequence or map.
        claimed: u64,
        /// Bytes that follow the length prefix.
        remaining: usize,
    },
    /// Sequences hold too many elements that take no bytes at all (such as `()`), so that the length of the
    /// input no longer bounds the work.
    #[error("decoding {type_name} at byte {offset}: more than {count_max} elements that take no bytes")]
    TooManyEmpty {
        /// The type that was being decoded.
        type_name: &'static str,
        /// Where the last item was read before the limit was met.
        offset: usize,
        /// The limit: [`EMPTY_ELEMENTS_MAX`](crate::EMPTY_ELEMENTS_MAX).
        count_max: usize,
    },
    /// The value nests deeper than [`DEPTH_MAX`](crate::DEPTH_MAX); going on would risk the stack.
    #[error("decoding {type_name} at byte {offset}: nested deeper than {depth_max} levels")]
    TooDeep {
        /// The type that was being decoded.
        type_name: &'static str,
        /// Where the content begins that is one level too deep.
        offset: usize,
        /// The limit, in levels.
        depth_max: usize,
    },
    /// The bytes are of the right number but mean nothing: a boolean of 7, an unknown enum variant, text
    /// that is not UTF-8, or whatever else the type's `Deserialize` refused.
    #[error("decoding {type_name} at byte {offset}: {reason}")]
    Invalid {
        /// The type that was being decoded.
        type_name: &'static str,
        /// Where the last item starts that was read.
        offset: usize,
        /// What was wrong, in words.
        reason: String,
    },
    /// The value is complete, but the input goes on.
    #[error("{trailing} byte(s) left over at byte {offset}, after {type_name}")]
    TrailingBytes {
        /// The last type that was decoded, `"nothing"` if none was.
        type_name: &'static str,
        /// Where the first byte stands that nobody asked for.
        offset: usize,
        /// How many bytes are left.
        trailing: usize,
    },
}
