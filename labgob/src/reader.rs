//! The input while a value is decoded: where we are, and what the rest of the bytes can still justify.
//!
//! Single items are decoded by bincode, one at a time; strings, lengths and nesting are ours, because they
//! are where hostile input would make us allocate, spin or overflow the stack.

use bincode::config::{self, Configuration};
use bincode::de::read::Reader as BincodeReader;
use bincode::de::{Decode, DecoderImpl};
use bincode::error::DecodeError as BincodeError;

use crate::fault::Fault;
use crate::{DEPTH_MAX, EMPTY_ELEMENTS_MAX};

/// A cursor over one value's bytes, with the budgets that the value may use up.
///
/// * `promised` never exceeds `rest.len()` at the time a promise is made: the elements that all open
///   sequences have announced to their collections, each worth at least one byte of input.
/// * `depth_left` is the same before and after each item that decodes without an error.
pub(crate) struct Reader<'de> {
    rest: &'de [u8],
    /// Length of `rest` when the current item began: all that is needed to say where an error is.
    item_rest: usize,
    promised: usize,
    empties_left: usize,
    depth_left: usize,
}

impl<'de> Reader<'de> {
    #[inline]
    pub(crate) fn new(bytes: &'de [u8]) -> Self {
        Self {
            rest: bytes,
            item_rest: bytes.len(),
            promised: 0,
            empties_left: EMPTY_ELEMENTS_MAX,
            depth_left: DEPTH_MAX,
        }
    }

    /// Bytes not yet read.
    #[inline]
    pub(crate) fn remaining(&self) -> usize {
        self.rest.len()
    }

    /// Bytes not yet read when the current item began.
    pub(crate) fn remaining_at_item(&self) -> usize {
        self.item_rest
    }

    /// Decodes one integer, float, boolean or character.
    #[inline]
    pub(crate) fn item<T: Decode<()>>(&mut self) -> Result<T, Fault> {
        self.item_rest = self.rest.len();
        let config: Configuration = config::standard();
        T::decode(&mut DecoderImpl::new(Cursor(&mut self.rest), config, ())).map_err(Fault::from)
    }

    /// The next byte as it stands; the fastest of all items, and the most frequent (a `Vec<u8>` is made of
    /// them).
    #[inline]
    pub(crate) fn byte(&mut self) -> Result<u8, Fault> {
        self.item_rest = self.rest.len();
        let (&byte, rest) = self.rest.split_first().ok_or_else(|| Fault::truncated(1))?;
        self.rest = rest;
        Ok(byte)
    }

    /// A length-prefixed run of bytes, borrowed from the input: nothing is allocated for a length that
    /// lies.
    pub(crate) fn bytes(&mut self) -> Result<&'de [u8], Fault> {
        let claimed = self.item::<u64>()?;
        let split = usize::try_from(claimed).ok().and_then(|len| self.rest.split_at_checked(len));
        let (bytes, rest) = split.ok_or_else(|| Fault::length(claimed, self.rest.len()))?;
        self.rest = rest;
        Ok(bytes)
    }

    pub(crate) fn str(&mut self) -> Result<&'de str, Fault> {
        let bytes = self.bytes()?;
        std::str::from_utf8(bytes).map_err(|error| Fault::invalid(format!("text is not UTF-8: {error}")))
    }

    /// The length prefix of a sequence or map. Elements take at least one byte each, unless they are of the
    /// few that take none.
    pub(crate) fn sequence_len(&mut self) -> Result<usize, Fault> {
        let claimed = self.item::<u64>()?;
        match usize::try_from(claimed) {
            Ok(len) if len <= self.rest.len().max(EMPTY_ELEMENTS_MAX) => Ok(len),
            _ => Err(Fault::length(claimed, self.rest.len())),
        }
    }

    /// How many elements a collection may make room for at once: as many as announced, but over all open
    /// sequences together no more than there are bytes left. Undone by [`Reader::keep_promise`].
    #[inline]
    pub(crate) fn promise(&mut self, len: usize) -> usize {
        let granted = len.min(self.rest.len().saturating_sub(self.promised));
        self.promised += granted;
        granted
    }

    /// `count` of the promised elements have arrived (or never will).
    #[inline]
    pub(crate) fn keep_promise(&mut self, count: usize) {
        self.promised -= count;
    }

    /// Notes an element that took no bytes.
    #[inline]
    pub(crate) fn count_empty(&mut self) -> Result<(), Fault> {
        self.empties_left = self.empties_left.checked_sub(1).ok_or_else(Fault::too_many_empty)?;
        Ok(())
    }

    /// Goes one level deeper for the time of `body`.
    #[inline]
    pub(crate) fn nested<T>(&mut self, body: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        let Some(depth_left) = self.depth_left.checked_sub(1) else {
            self.item_rest = self.rest.len();
            return Err(Fault::too_deep());
        };
        self.depth_left = depth_left;
        let value = body(self)?;
        self.depth_left += 1;
        Ok(value)
    }
}

/// What bincode sees of the reader: the bytes, and nothing that allocates.
struct Cursor<'a, 'de>(&'a mut &'de [u8]);

impl BincodeReader for Cursor<'_, '_> {
    #[inline]
    fn read(&mut self, bytes: &mut [u8]) -> Result<(), BincodeError> {
        match self.0.split_at_checked(bytes.len()) {
            Some((head, rest)) => {
                bytes.copy_from_slice(head);
                *self.0 = rest;
                Ok(())
            }
            None => Err(BincodeError::UnexpectedEnd { additional: bytes.len() - self.0.len() }),
        }
    }

    #[inline]
    fn peek_read(&mut self, count: usize) -> Option<&[u8]> {
        self.0.get(..count)
    }

    #[inline]
    fn consume(&mut self, count: usize) {
        *self.0 = self.0.get(count..).unwrap_or_default();
    }
}
