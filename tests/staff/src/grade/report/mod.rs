//! Reports: one result, many files. Each writer is a pure function of the [`Grade`].
//!
//! | file | for | written by |
//! | --- | --- | --- |
//! | `results.json` | Gradescope | `gradescope` |
//! | `junit.xml` | anything that reads JUnit, in the dialect of nextest | `junit` |
//! | `classroom.json` | GitHub Classroom, and `lab grade-step` | `classroom` |
//! | `results.csv` | spreadsheets | `table` |
//! | `results.jsonl` | programs | `lines` |
//! | `summary.md` | people, in a browser | `markdown` |
//! | `official.txt` | scripts made for the course's output | `official` |
//! | `grade.json` | staff alone: everything, hidden seeds too | this file |
//!
//! All but `grade.json` may be shown to students: they are written from the copy that `student` makes.

pub(super) mod classroom;
mod clean;
mod gradescope;
mod junit;
mod lines;
mod markdown;
mod official;
mod story;
mod student;
pub(super) mod table;
#[cfg(test)]
pub(super) mod tests;

use std::{fs, io, os::unix::fs::PermissionsExt, path::Path};

use super::result::Grade;

/// The file that staff alone may see, and that says whether a submission was graded to its end.
pub(super) const COMPLETE: &str = "grade.json";
/// The file that `lab grade-step` reads.
pub(super) const CLASSROOM: &str = "classroom.json";

/// A report: file name, whether its reader knows who may see what, and its writer.
type Report = (&'static str, bool, fn(&Grade) -> Vec<u8>);

/// All that students may see. The first one is what a global time-out must find.
const FOR_STUDENTS: [Report; 7] = [
    ("results.json", true, gradescope::write),
    (CLASSROOM, false, classroom::write),
    ("junit.xml", false, junit::write),
    ("results.csv", false, table::write),
    ("results.jsonl", false, lines::write),
    ("summary.md", false, markdown::write),
    ("official.txt", false, official::write),
];

/// Writes all reports of `grade` into the folder `out`, which is made if it is not there. Each file is whole at any time,
/// whatever happens to this process: the old one or the new one.
///
/// # Errors
///
/// If the folder or a file in it cannot be written.
pub(super) fn write_all(grade: &Grade, out: &Path) -> io::Result<()> {
    fs::create_dir_all(out)?;
    for (name, bytes) in for_students(grade) {
        replace(&out.join(name), &bytes)?;
    }
    // The last one: where it says that nothing is left to be done, the others are complete.
    replace(&out.join(COMPLETE), &json(grade))
}

/// The reports that students may see, by file name.
fn for_students(grade: &Grade) -> Vec<(&'static str, Vec<u8>)> {
    let shown = student::copy(grade);
    let public = student::public(&shown);
    let written = |(name, knows, write): Report| (name, write(if knows { &shown } else { &public }));
    FOR_STUDENTS.into_iter().map(written).collect()
}

/// Puts `bytes` in the place of a file, in one step.
///
/// # Errors
///
/// If the folder cannot be written.
pub(super) fn replace(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let readable = fs::Permissions::from_mode(0o644);
    let temporary = tempfile::Builder::new().prefix(".lab-").permissions(readable).tempfile_in(folder)?;
    fs::write(temporary.path(), bytes)?;
    temporary.persist(file)?;
    Ok(())
}

/// Pretty JSON with a line break at its end.
fn json(value: &impl serde::Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).expect("reports have text keys only");
    bytes.push(b'\n');
    bytes
}
