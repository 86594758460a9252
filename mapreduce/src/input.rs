//! Input files: which there are, how they are cut into map tasks, and how a task reads its piece.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    num::NonZeroU64,
    path::Path,
};

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};

use crate::Border;

/// How much is read at once when looking for a border.
const LOOK_BYTES: u64 = 4 << 10;

/// A piece of an input file: what one map task works on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// The file, as named on the command line.
    pub file: String,
    /// Bytes from here, or `None` if the task has the whole file.
    pub range: Option<(u64, u64)>,
}

/// An input file, as it was when the job began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// Its name, as given.
    pub file: String,
    /// Its size.
    pub bytes: u64,
    /// When it was last changed, in nanoseconds since 1970.
    pub changed: u128,
}

impl Input {
    /// Looks at `file`.
    ///
    /// # Errors
    /// If it cannot be read, or is not a file.
    pub fn look(file: &str) -> Result<Self> {
        let cannot = || format!("cannot read {file}");
        let metadata = File::open(file).and_then(|file| file.metadata()).with_context(cannot)?;
        ensure!(!metadata.is_dir(), "cannot read {file}: it is a directory");
        ensure!(metadata.is_file(), "cannot read {file}: it is not a regular file");
        let changed =
            metadata.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        let changed = changed.map_or(0, |since| since.as_nanos());
        Ok(Self { file: file.to_owned(), bytes: metadata.len(), changed })
    }

    /// The map tasks of this file: one, unless `split_bytes` is smaller than it.
    pub(crate) fn splits(&self, split_bytes: Option<NonZeroU64>) -> Vec<Split> {
        let file = &self.file;
        let Some(step) = split_bytes else { return vec![Split { file: file.clone(), range: None }] };
        let starts = (0..self.bytes.max(1)).step_by(usize::try_from(step.get()).unwrap_or(usize::MAX));
        let end = |start: u64| start.saturating_add(step.get()).min(self.bytes);
        starts.map(|start| Split { file: file.clone(), range: Some((start, end(start))) }).collect()
    }
}

/// Reads what `split` stands for. Both ends of a range move on to the next border, so that the pieces of a file make the file, and
/// no word or line is cut.
pub(crate) fn read(split: &Split, border: Border) -> Result<Vec<u8>> {
    read_piece(split, border).with_context(|| format!("cannot read {}", split.file))
}

fn read_piece(split: &Split, border: Border) -> Result<Vec<u8>> {
    let Some((start, end)) = split.range else { return Ok(std::fs::read(Path::new(&split.file))?) };
    if border == Border::Whole {
        bail!("this application must see whole files, so the coordinator cannot have --split-bytes");
    }
    let mut file = File::open(&split.file)?;
    let start = next_border(&mut file, start, border)?;
    let end = next_border(&mut file, end, border)?;
    file.seek(SeekFrom::Start(start))?;
    let mut contents = Vec::with_capacity(usize::try_from(end - start)?);
    file.take(end - start).read_to_end(&mut contents)?;
    Ok(contents)
}

/// The first position from `from` on with a border in front of it.
fn next_border(file: &mut File, from: u64, border: Border) -> Result<u64> {
    if from == 0 {
        return Ok(0);
    }
    let is_border = |byte: &u8| match border {
        Border::Line => *byte == b'\n',
        Border::Space | Border::Whole => byte.is_ascii_whitespace(),
    };
    // From the byte in front: a border that ends exactly here counts.
    let mut position = from - 1;
    file.seek(SeekFrom::Start(position))?;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        file.by_ref().take(LOOK_BYTES).read_to_end(&mut buffer)?;
        if let Some(found) = buffer.iter().position(is_border) {
            return Ok(position + found as u64 + 1);
        }
        if buffer.is_empty() {
            return Ok(position);
        }
        position += buffer.len() as u64;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// However a text is cut, the pieces make the text, and end behind a border.
        #[test]
        fn pieces_make_the_file(text in "[ab\\n é]{0,60}", step in 1_u64..70, lines: bool) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("input");
            std::fs::write(&path, &text).unwrap();
            let border = if lines { Border::Line } else { Border::Space };
            let input = Input::look(path.to_str().unwrap()).unwrap();
            let mut together = Vec::new();
            for split in input.splits(NonZeroU64::new(step)) {
                let piece = read(&split, border).unwrap();
                prop_assert!(std::str::from_utf8(&piece).is_ok(), "a character was cut");
                together.extend(piece);
                let ends_well = together.last().is_none_or(|last| if lines { *last == b'\n' } else { last.is_ascii_whitespace() });
                prop_assert!(ends_well || together.len() == text.len());
            }
            prop_assert_eq!(String::from_utf8(together).unwrap(), text);
        }
    }

    #[test]
    fn whole_files_are_one_task() {
        let input = Input { file: "f".into(), bytes: 10, changed: 0 };
        assert_eq!(input.splits(None), [Split { file: "f".into(), range: None }]);
        assert_eq!(input.splits(NonZeroU64::new(4)).len(), 3);
        assert_eq!(Input { bytes: 0, ..input }.splits(NonZeroU64::new(4)).len(), 1);
    }
}
