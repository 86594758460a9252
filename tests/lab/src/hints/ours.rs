//! Hints for tests that are ours: there are no levels, but each begins with its goal, which is read from the source.
//!
//! Read when somebody asks, and not built in: a hint must be there whatever is in this build.

use std::{
    fs,
    path::{Path, PathBuf},
};

use regex_lite::{Regex, escape};

/// What can be told about a test of ours.
#[derive(Debug, PartialEq)]
pub(super) struct Goal {
    part: String,
    name: String,
    function: String,
    /// Where it stands, below the root of the workspace.
    file: PathBuf,
    words: String,
}

impl Goal {
    /// As `lab hint` shows it.
    pub(super) fn told(&self) -> String {
        let Goal { part, name, function, file, words } = self;
        let words = super::text::wrapped(words);
        format!("{part} {name} (ours: one level only)\n{words}  in {}, fn {function}\n", file.display())
    }
}

/// The goal of the test that is meant, by its name or its function; `None` if the workspace at `root` has no such test of ours.
pub(super) fn find(root: &Path, pattern: &str) -> Option<Goal> {
    let name = escape(pattern.rsplit(['/', ':']).next()?);
    let case = format!(
        r#"case!\(\s*"([^"]+)",\s*(?:Extra|Scenario),\s*(?:"({name})",\s*(\w+)|"([^"]+)",\s*({name})),"#
    );
    let case = Regex::new(&case).ok()?;
    sources(&root.join("tests")).into_iter().find_map(|path| {
        let text = fs::read_to_string(&path).ok()?;
        let found = case.captures(&text)?;
        let group =
            |one, other| found.get(one).or_else(|| found.get(other)).map(|group| group.as_str().to_owned());
        let (name, function) = (group(2, 4)?, group(3, 5)?);
        let words = documentation(&text, &function)?;
        let file = path.strip_prefix(root).unwrap_or(&path).to_owned();
        Some(Goal { part: found[1].to_owned(), name, function, file, words })
    })
}

/// What stands above a function, as one paragraph.
fn documentation(text: &str, function: &str) -> Option<String> {
    let above = &text[..text.find(&format!("async fn {function}("))?];
    let lines = above.lines().rev().skip_while(|line| !line.starts_with("///"));
    let mut words: Vec<&str> = lines.map_while(|line| line.strip_prefix("///")).map(str::trim).collect();
    words.reverse();
    // No hint shows code.
    Some(words.join(" ").replace('`', "")).filter(|words| !words.trim().is_empty())
}

/// All Rust files below a folder, in the order of their names.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    let below = |path: PathBuf| if path.is_dir() { sources(&path) } else { vec![path] };
    let all = paths.into_iter().flat_map(below);
    all.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}
