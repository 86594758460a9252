//! Intermediate files `mr-X-Y`: a header, then blocks of sorted records, all encoded by labgob.
//!
//! A block keeps its records in one text and one list of lengths. So a record costs its bytes and two small numbers, and a block is
//! read with two allocations instead of two per record.

use std::{
    fs::File,
    io::{BufReader, BufWriter, ErrorKind, Read, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{Values, collect::Group, values::length};

/// A block is written when it has so many bytes of text.
const BLOCK_BYTES: usize = 64 << 10;
/// No block is larger than labgob allows; a larger length in a file is damage.
const FRAME_BYTES_MAX: u32 = labgob::ENCODED_BYTES_MAX as u32;

/// What an intermediate file says of itself, so that one of another job, left over or written late, is never taken for ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Header {
    pub(crate) job: u64,
    pub(crate) map: u32,
    pub(crate) reduce: u32,
}

/// Records in a row: key, value, key, value, …
#[derive(Default, Serialize, Deserialize)]
struct Block {
    text: String,
    lengths: Vec<u32>,
}

/// **Lab 1.** Writes one file: header, and one record for every value, in the order given. Returns how many bytes. Any format will do that
/// [`Reader`] can read (§3.1, steps 4 and 5): the fields of `Block` are ours.
pub(crate) fn write(file: &mut File, header: Header, groups: &[Group<'_>]) -> Result<u64> {
    let mut out = Output { file: BufWriter::with_capacity(2 * BLOCK_BYTES, file), bytes: 0 };
    let records: u64 = groups.iter().map(|(_, values)| values.len() as u64).sum();
    out.put(&(header, records))?;
    let mut block = Block::default();
    for (key, values) in groups {
        for value in values.iter() {
            block.text.push_str(key);
            block.text.push_str(value);
            block.lengths.extend([length(key), length(value)]);
            if block.text.len() >= BLOCK_BYTES {
                out.put(&block)?;
                block.text.clear();
                block.lengths.clear();
            }
        }
    }
    if !block.lengths.is_empty() {
        out.put(&block)?;
    }
    out.file.flush()?;
    Ok(out.bytes)
}

struct Output<W> {
    file: W,
    bytes: u64,
}

impl<W: Write> Output<W> {
    /// **Lab 1, helper.** One frame: a length, and what labgob makes of a value.
    fn put<T: Serialize>(&mut self, value: &T) -> Result<()> {
        let bytes = labgob::encode(value)?;
        let length = u32::try_from(bytes.len())?;
        self.file.write_all(&length.to_le_bytes())?;
        self.file.write_all(&bytes)?;
        self.bytes += 4 + u64::from(length);
        Ok(())
    }
}

/// Reads one file record by record; no more than a block of it is in memory.
pub(crate) struct Reader {
    path: PathBuf,
    file: BufReader<File>,
    frame: Vec<u8>,
    block: Block,
    /// The next record's lengths in `block.lengths`.
    next: usize,
    /// Where the current record's key and value begin, and where the value ends.
    start: usize,
    middle: usize,
    end: usize,
    left: u64,
}

impl Reader {
    /// **Lab 1.** Opens a file and makes sure that it is the one that `header` describes.
    pub(crate) fn open(path: &Path, header: Header) -> Result<Self> {
        let file =
            File::open(path).with_context(|| format!("cannot open intermediate file {}", path.display()))?;
        let mut reader = Self {
            path: path.to_owned(),
            file: BufReader::new(file),
            frame: Vec::new(),
            block: Block::default(),
            next: 0,
            start: 0,
            middle: 0,
            end: 0,
            left: 0,
        };
        let (found, records): (Header, u64) = reader.frame()?;
        ensure!(found == header, "{} belongs to another job or task ({found:?})", path.display());
        reader.left = records;
        Ok(reader)
    }

    /// **Lab 1.** Goes on to the next record, whose text [`Reader::key`] and [`Reader::value`] show then; false if there is none. A file that
    /// ends early is an error.
    pub(crate) fn advance(&mut self) -> Result<bool> {
        if self.left == 0 {
            return Ok(false);
        }
        if self.next == self.block.lengths.len() {
            self.block = self.frame()?;
            (self.next, self.end) = (0, 0);
        }
        let &[key, value] = self.block.lengths.get(self.next..self.next + 2).unwrap_or_default() else {
            bail!("{} is damaged: a block without records", self.path.display());
        };
        self.start = self.end;
        self.middle = self.start + key as usize;
        self.end = self.middle + value as usize;
        let text = &self.block.text;
        let whole =
            self.end <= text.len() && text.is_char_boundary(self.middle) && text.is_char_boundary(self.end);
        ensure!(whole, "{} is damaged: lengths do not fit the text", self.path.display());
        self.next += 2;
        self.left -= 1;
        Ok(true)
    }

    pub(crate) fn key(&self) -> &str {
        &self.block.text[self.start..self.middle]
    }

    pub(crate) fn value(&self) -> &str {
        &self.block.text[self.middle..self.end]
    }

    /// **Lab 1, helper.** Reads what `put` has written.
    fn frame<T: DeserializeOwned>(&mut self) -> Result<T> {
        let mut read = || -> Result<T> {
            let mut length = [0; 4];
            self.file.read_exact(&mut length)?;
            let length = u32::from_le_bytes(length);
            ensure!(length <= FRAME_BYTES_MAX, "a block of {length} bytes");
            self.frame.clear();
            // By `take`, so that memory grows with what is there and not with what is claimed.
            self.file.by_ref().take(u64::from(length)).read_to_end(&mut self.frame)?;
            ensure!(self.frame.len() == length as usize, std::io::Error::from(ErrorKind::UnexpectedEof));
            Ok(labgob::decode(&self.frame)?)
        };
        read().with_context(|| format!("{} is damaged", self.path.display()))
    }
}

/// A reader and the key it stands at, ordered so that a heap gives the smallest key first.
struct Head {
    key: String,
    reader: Reader,
}

impl Head {
    /// **Lab 1, helper.** Moves all values of the current key to `values`; false if nothing follows.
    fn take(&mut self, values: &mut Values) -> Result<bool> {
        while self.reader.key() == self.key {
            values.push(self.reader.value());
            if !self.reader.advance()? {
                return Ok(false);
            }
        }
        self.key.clear();
        self.key.push_str(self.reader.key());
        Ok(true)
    }
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        other.key.cmp(&self.key)
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Head {}

/// **Lab 1.** Calls `each` once for every key of all files, in byte order, with all its values (§3.1, step 5).
///
/// The files are sorted already, so a merge is enough, and memory is bounded by the values of one key.
pub(crate) fn merge(readers: Vec<Reader>, mut each: impl FnMut(&str, &Values) -> Result<()>) -> Result<()> {
    let mut heap = std::collections::BinaryHeap::new();
    for mut reader in readers {
        if reader.advance()? {
            heap.push(Head { key: reader.key().to_owned(), reader });
        }
    }
    let (mut key, mut values) = (String::new(), Values::default());
    while let Some(first) = heap.peek() {
        key.clone_from(&first.key);
        values.clear();
        while heap.peek().is_some_and(|head| head.key == key) {
            let mut head = heap.pop().expect("it was there a line ago");
            if head.take(&mut values)? {
                heap.push(head);
            }
        }
        each(&key, &values)?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "intermediate_tests.rs"]
mod tests;
