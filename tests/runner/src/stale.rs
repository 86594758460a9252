//! Whether a program is still what its sources say.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A source file that is newer than `program`. Cargo has written beside it which files it was made from.
pub(crate) fn newer_source(program: &Path) -> Option<PathBuf> {
    let built = fs::metadata(program).and_then(|file| file.modified()).ok()?;
    let list = fs::read_to_string(program.with_extension("d")).ok()?;
    let is_newer = |source: &PathBuf| {
        fs::metadata(source).and_then(|file| file.modified()).is_ok_and(|changed| changed > built)
    };
    sources(&list).into_iter().find(is_newer)
}

/// The files behind the colon; a space in a name has a backslash before it.
fn sources(list: &str) -> Vec<PathBuf> {
    let Some((_, files)) = list.lines().next().and_then(|line| line.split_once(": ")) else {
        return Vec::new();
    };
    let (mut found, mut file) = (Vec::new(), String::new());
    let mut rest = files.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' if rest.peek() == Some(&' ') => file.extend(rest.next()),
            ' ' => found.push(std::mem::take(&mut file).into()),
            other => file.push(other),
        }
    }
    found.push(file.into());
    found
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    #[test]
    fn names_may_contain_spaces() {
        let list = "/t/x-suite: /a/b.rs /c\\ d/e.rs\n";
        assert_eq!(sources(list), [PathBuf::from("/a/b.rs"), PathBuf::from("/c d/e.rs")]);
        assert!(sources("").is_empty());
    }

    #[test]
    fn a_newer_source_is_named() {
        let dir = tempfile::tempdir().expect("a temporary folder can be made");
        let (program, source) = (dir.path().join("x-suite"), dir.path().join("a.rs"));
        for file in [&program, &source] {
            fs::write(file, "").expect("it can be written");
        }
        fs::write(dir.path().join("x-suite.d"), format!("{}: {}\n", program.display(), source.display()))
            .expect("it can be written");
        let date = |path: &Path, time| {
            let file = fs::File::options().append(true).open(path).expect("it is there");
            file.set_modified(time).expect("it can be dated");
        };
        let now = SystemTime::now();
        date(&program, now);
        date(&source, now - Duration::from_secs(5));
        assert_eq!(newer_source(&program), None);
        date(&source, now + Duration::from_secs(5));
        assert_eq!(newer_source(&program), Some(source));
    }
}
