//! What is written, and for whom.

use std::{io, path::Path};

use tempfile::NamedTempFile;

use super::result::Grade;

/// Writes all reports into a folder. A reader sees the old one or the new one, never half of one.
pub(super) fn write_all(grade: &Grade, out: &Path) -> io::Result<()> {
    let file = NamedTempFile::new_in(out)?;
    serde_json::to_writer_pretty(&file, grade)?;
    file.persist(out.join("grade.json")).map(drop).map_err(|error| error.error)
}
