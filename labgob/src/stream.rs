//! Several values, one after another: what the course does with one `LabEncoder` and several `Encode`
//! calls.

use std::any::type_name;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::fault::Fault;
use crate::reader::Reader;
use crate::tag::{self, TAG_BYTES};
use crate::{DecodeError, ENCODED_BYTES_MAX, EncodeError, writer};

/// Room made at the first value: most messages of the labs fit, and the buffer need not grow in steps of 8,
/// 16, 32.
pub(crate) const CAPACITY_FIRST: usize = 128;

/// Writes several values into one stream of bytes, each with a tag of its own.
///
/// ```
/// let bytes = labgob::Encoder::new().put(&7_u64)?.put("seven")?.finish();
///
/// let mut decoder = labgob::Decoder::new(&bytes);
/// assert_eq!(decoder.get::<u64>()?, 7);
/// assert_eq!(decoder.get::<String>()?, "seven");
/// decoder.finish()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct Encoder {
    bytes: Vec<u8>,
}

impl Encoder {
    /// An empty stream.
    #[inline]
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends `value`.
    ///
    /// # Errors
    /// As [`encode`](crate::encode); the limit [`ENCODED_BYTES_MAX`] holds for the stream as a whole.
    #[inline]
    pub fn put<T: Serialize + ?Sized>(mut self, value: &T) -> Result<Self, EncodeError> {
        if self.bytes.is_empty() {
            self.bytes.reserve(CAPACITY_FIRST);
        }
        let bytes_max = ENCODED_BYTES_MAX - self.bytes.len();
        writer::append(value, &mut self.bytes, bytes_max)?;
        Ok(self)
    }

    /// The bytes of all values put so far.
    #[inline]
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// Reads the values of one stream, in the order in which they were put.
///
/// A value that could not be read is not skipped: the decoder stays in front of it, and the same bytes may
/// be tried as another type.
#[derive(Debug, Clone)]
pub struct Decoder<'a> {
    bytes: &'a [u8],
    offset: usize,
    type_name_last: &'static str,
}

impl<'a> Decoder<'a> {
    /// Reads from the start of `bytes`.
    #[inline]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, offset: 0, type_name_last: "nothing" }
    }

    /// The next value, always a new one: there is no decoding into an existing value.
    ///
    /// # Errors
    /// As [`decode`](crate::decode), except that bytes may follow.
    #[inline]
    pub fn get<T: DeserializeOwned>(&mut self) -> Result<T, DecodeError> {
        let body = self.after_tag(tag::of::<T>(), type_name::<T>())?;
        let mut reader = Reader::new(body);
        match T::deserialize(&mut reader) {
            Ok(value) => {
                self.offset = self.bytes.len() - reader.remaining();
                self.type_name_last = type_name::<T>();
                Ok(value)
            }
            Err(fault) => Err(self.locate(fault, &reader, type_name::<T>())),
        }
    }

    /// Checks size and tag; what is left is the value and what follows it.
    fn after_tag(&self, expected: u32, type_name: &'static str) -> Result<&'a [u8], DecodeError> {
        let (bytes, offset) = (self.bytes.len(), self.offset);
        if bytes > ENCODED_BYTES_MAX {
            return Err(DecodeError::TooLarge { type_name, bytes, bytes_max: ENCODED_BYTES_MAX });
        }
        let Some((tag, body)) = self.bytes[offset..].split_first_chunk::<TAG_BYTES>() else {
            let missing = TAG_BYTES - self.remaining();
            return Err(DecodeError::Truncated { type_name, offset, missing });
        };
        let found = u32::from_le_bytes(*tag);
        if found != expected {
            return Err(DecodeError::WrongType { type_name, offset, found, expected });
        }
        Ok(body)
    }

    #[cold]
    fn locate(&self, fault: Fault, reader: &Reader<'_>, type_name: &'static str) -> DecodeError {
        fault.locate(type_name, self.bytes.len() - reader.remaining_at_item())
    }

    /// Bytes not yet read.
    #[inline]
    pub fn remaining(&self) -> usize {
        self.bytes.len() - self.offset
    }

    /// Whether every byte has been read.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.remaining() == 0
    }

    /// Ends the reading: whoever has read all values they expect says so here.
    ///
    /// # Errors
    /// [`DecodeError::TrailingBytes`] if there is more, which means that writer and reader disagree.
    #[inline]
    pub fn finish(self) -> Result<(), DecodeError> {
        if self.is_empty() {
            return Ok(());
        }
        Err(DecodeError::TrailingBytes {
            type_name: self.type_name_last,
            offset: self.offset,
            trailing: self.remaining(),
        })
    }
}
