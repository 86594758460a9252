//! Submissions of every kind, good and bad.

use std::os::unix::fs::symlink;

use tempfile::TempDir;

use super::*;

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder can be made");
    for (path, text) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    }
    dir
}

fn pristine() -> Files {
    let files = [
        ("raft/Cargo.toml", "[dependencies]\nbytes = \"1\"\n"),
        ("raft/src/lib.rs", "reference"),
        ("kvraft/src/lib.rs", "reference"),
        ("tests/simulator/src/lib.rs", "pristine"),
    ];
    files.map(|(path, text)| (path.into(), text.into())).into()
}

fn take(dir: &Path) -> Result<Submission, String> {
    let manifest = Manifest::shipped();
    let mut found = Submission::find(dir, &manifest).expect("it can be listed");
    let labs = found.present.clone();
    found.take(&labs, &manifest, &pristine(), Path::new("/nowhere")).map(|()| found)
}

fn refusal(dir: &Path) -> String {
    take(dir).expect_err("it is to be refused")
}

#[test]
fn only_the_sources_count_and_the_rest_is_named() {
    let dir = folder(&[
        ("raft/src/lib.rs", "mine"),
        ("raft/src/more/deep.rs", "mine too"),
        ("raft/src/data.txt", "no"),
        ("raft/build.rs", "no"),
        ("tests/simulator/src/lib.rs", "edited"),
        (".cargo/config.toml", "no"),
    ]);
    let found = take(dir.path()).expect("it is good");
    assert_eq!(found.present, [Lab::Two]);
    let names: Vec<_> = found.files.keys().map(|path| path.display().to_string()).collect();
    assert_eq!(names, ["raft/src/lib.rs", "raft/src/more/deep.rs"]);
    let notes = found.notes.join("\n");
    for part in [
        "data.txt: not taken",
        "raft/build.rs: has no say",
        "tests/simulator/src/lib.rs: edited",
        ".cargo/config.toml: has no say",
    ] {
        assert!(notes.contains(part), "`{part}` is missing in\n{notes}");
    }
    assert_eq!(found.notes.len(), 4, "{notes}");
}

#[test]
fn a_lab_that_is_not_graded_is_ours() {
    let dir = folder(&[("raft/src/lib.rs", "mine"), ("kvraft/src/lib.rs", "mine")]);
    let manifest = Manifest::shipped();
    let mut found = Submission::find(dir.path(), &manifest).expect("it can be listed");
    found.take(&[Lab::Three], &manifest, &pristine(), Path::new("/nowhere")).expect("it is good");
    assert_eq!(found.files.len(), 1);
    assert_eq!(found.notes, ["raft/src: not graded, ours is used"]);
}

#[test]
fn a_workspace_in_a_folder_is_found() {
    let dir = folder(&[("ada-main/raft/src/lib.rs", "mine"), ("__MACOSX/junk", "")]);
    let found = take(dir.path()).expect("it is good");
    assert_eq!(found.files.len(), 1);
    assert!(found.notes[0].contains("ada-main"), "{:?}", found.notes);
}

#[test]
fn without_the_folders_it_says_what_is_there_and_what_should_be() {
    assert!(refusal(folder(&[]).path()).contains("it has no folders"));
    let text = refusal(folder(&[("paper/raft.tex", "")]).path());
    assert!(text.contains("its folders are: paper") && text.contains("raft/src"), "{text}");
    let text = refusal(folder(&[("raft/lib.rs", "")]).path());
    assert!(text.contains("there is no src in raft."), "{text}");
    assert!(refusal(folder(&[("raft/src/notes.txt", "")]).path()).contains("no Rust files"));
}

#[test]
fn extra_crates_are_refused_by_name() {
    let dir = folder(&[
        ("raft/src/lib.rs", ""),
        ("raft/Cargo.toml", "[dependencies]\nbytes = \"1\"\nrayon = \"1\"\n"),
    ]);
    let text = refusal(dir.path());
    assert!(text.contains("does not have: rayon.") && text.contains("there are bytes"), "{text}");
}

#[test]
fn links_are_not_followed() {
    let secret = folder(&[("lib.rs", "secret"), ("raft/src/lib.rs", "secret")]);
    let dir = folder(&[("raft/src/lib.rs", "mine")]);
    symlink(secret.path().join("lib.rs"), dir.path().join("raft/src/file.rs")).expect("a link can be made");
    symlink(secret.path(), dir.path().join("raft/src/folder")).expect("a link can be made");
    let found = take(dir.path()).expect("it is good");
    assert_eq!(found.files.len(), 1);
    assert_eq!(
        found.notes,
        ["raft/src/file.rs: a link, not followed", "raft/src/folder: a link, not followed"]
    );
    // Nor where they stand for a whole folder.
    let dir = folder(&[]);
    symlink(secret.path().join("raft"), dir.path().join("raft")).expect("a link can be made");
    assert!(refusal(dir.path()).contains("none of the folders"));
}

#[test]
fn junk_is_not_read() {
    let dir = folder(&[("raft/src/lib.rs", "mine"), ("raft/src/big.rs", "")]);
    let big = fs::File::options().write(true).open(dir.path().join("raft/src/big.rs")).expect("it is there");
    big.set_len(2 << 30).expect("a file may have holes");
    assert!(refusal(dir.path()).contains("raft/src/big.rs has 2097152 KB"));
    let many: Vec<String> = (0..600).map(|number| format!("raft/src/f{number}.rs")).collect();
    let files: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "")).collect();
    assert!(refusal(folder(&files).path()).contains("more than 500 files"));
}
