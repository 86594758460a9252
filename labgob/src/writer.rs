//! Where encoded bytes go: to the end of a `Vec`, or only to be counted; within the limit either way.

use std::any::type_name;

use bincode::config;
use bincode::enc::write::Writer;
use bincode::error::EncodeError as BincodeError;
use serde::Serialize;

use crate::tag::{self, TAG_BYTES};
use crate::{ENCODED_BYTES_MAX, EncodeError};

/// Appends tag and value to `out`, at most `bytes_max` bytes in all. After an error `out` is as before.
#[inline]
pub(crate) fn append<T: Serialize + ?Sized>(
    value: &T,
    out: &mut Vec<u8>,
    bytes_max: usize,
) -> Result<(), EncodeError> {
    let start = out.len();
    let mut writer = Appending { len_max: start.saturating_add(bytes_max), out };
    let result = write(value, &mut writer);
    if result.is_err() {
        writer.out.truncate(start);
    }
    result
}

/// Counts the bytes of tag and value.
pub(crate) fn count<T: Serialize + ?Sized>(value: &T) -> Result<usize, EncodeError> {
    let mut writer = Counting { bytes: 0 };
    write(value, &mut writer)?;
    Ok(writer.bytes)
}

#[inline]
fn write<T: Serialize + ?Sized>(value: &T, writer: &mut impl Writer) -> Result<(), EncodeError> {
    let tag: [u8; TAG_BYTES] = tag::of::<T>().to_le_bytes();
    writer
        .write(&tag)
        .and_then(|()| bincode::serde::encode_into_writer(value, writer, config::standard()))
        .map_err(|error| translate(error, type_name::<T>()))
}

#[cold]
fn translate(error: BincodeError, type_name: &'static str) -> EncodeError {
    let reason = match error {
        BincodeError::UnexpectedEnd => {
            return EncodeError::TooLarge { type_name, bytes_max: ENCODED_BYTES_MAX };
        }
        BincodeError::Serde(_) => "a sequence or map without a known length (flatten?)".to_owned(),
        BincodeError::OtherString(reason) => reason,
        other => other.to_string(),
    };
    EncodeError::Refused { type_name, reason }
}

struct Appending<'a> {
    out: &'a mut Vec<u8>,
    len_max: usize,
}

impl Writer for Appending<'_> {
    /// The limit is checked before the bytes are copied, so an oversized value costs no oversized buffer.
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> Result<(), BincodeError> {
        if bytes.len() > self.len_max - self.out.len() {
            return Err(BincodeError::UnexpectedEnd);
        }
        self.out.extend_from_slice(bytes);
        Ok(())
    }
}

struct Counting {
    bytes: usize,
}

impl Writer for Counting {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> Result<(), BincodeError> {
        if bytes.len() > ENCODED_BYTES_MAX - self.bytes {
            return Err(BincodeError::UnexpectedEnd);
        }
        self.bytes += bytes.len();
        Ok(())
    }
}
