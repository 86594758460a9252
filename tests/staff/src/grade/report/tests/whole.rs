//! Files are whole at any time.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use super::*;

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn all_files_are_there_and_readable_by_others() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("not/there/yet");
    write_all(&mixed(), &out).expect("written");
    let expected: BTreeSet<String> =
        FOR_STUDENTS.iter().map(|report| report.0).chain([COMPLETE]).map(str::to_owned).collect();
    assert_eq!(names(&out), expected);
    for name in &expected {
        let mode = fs::metadata(out.join(name)).expect("a file").permissions().mode();
        assert_eq!(mode & 0o444, 0o444, "{name}");
    }
    let read: Grade = serde_json::from_slice(&fs::read(out.join(COMPLETE)).expect("a file")).expect("JSON");
    assert_eq!(read, mixed());
}

/// Goal: no reader ever sees half a file. Method: one writes again and again, the other reads meanwhile. What is read is what a
/// kill in that moment would leave.
#[test]
fn no_file_is_ever_half() {
    let folder = tempfile::tempdir().expect("a folder");
    let (out, over) = (folder.path(), AtomicBool::new(false));
    write_all(&fresh(), out).expect("written");
    thread::scope(|scope| {
        scope.spawn(|| {
            for grade in [mixed(), uncompilable(), fresh()].iter().cycle().take(60) {
                write_all(grade, out).expect("written");
            }
            over.store(true, Ordering::Relaxed);
        });
        while !over.load(Ordering::Relaxed) {
            for name in ["results.json", CLASSROOM, COMPLETE] {
                let bytes = fs::read(out.join(name)).expect("it is always there");
                serde_json::from_slice::<Value>(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
            }
            let xml = fs::read_to_string(out.join("junit.xml")).expect("it is always there");
            quick_junit::Report::deserialize_from_str(&xml).expect("whole XML");
        }
    });
}

#[test]
fn a_folder_that_cannot_be_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("file"), "").expect("written");
    assert!(write_all(&mixed(), &folder.path().join("file")).is_err());
}
