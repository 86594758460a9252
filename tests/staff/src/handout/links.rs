//! Pages without what they say of files that are not handed out.

use std::{
    path::{Component, Path, PathBuf},
    sync::LazyLock,
};

use regex_lite::Regex;

/// Parts and labs as targets of `make`, and in names of tests.
static PART: LazyLock<Regex> =
    LazyLock::new(|| expression(r"\b(?:(?:test|soak|watch)-|Test\w*?)([1-4][A-D]?)\b"));
static CODE: LazyLock<Regex> = LazyLock::new(|| expression("`[^`]*`"));
static LINK: LazyLock<Regex> = LazyLock::new(|| expression(r"\]\(([^)\s]+)\)"));

fn expression(text: &str) -> Regex {
    Regex::new(text).expect("a valid expression")
}

/// What is not handed out.
pub(super) struct Absent<'a> {
    /// Whether this is a file of the reference alone.
    pub(super) file: &'a dyn Fn(&Path) -> bool,
    /// What `make` calls parts and labs that stay out.
    pub(super) names: &'a [&'a str],
}

/// Takes out of a page whatever names something absent: rows of tables, commands, else whole paragraphs. `page` is where it stands.
pub(super) fn without_absent(text: &str, page: &Path, absent: &Absent<'_>) -> String {
    let names_absent = |text: &str| {
        paths(text, page).iter().any(|path| (absent.file)(path))
            || parts(text).iter().any(|part| absent.names.contains(&&**part))
    };
    let is_row = |line: &str| ["|", "make ", "less "].iter().any(|start| line.starts_with(start));
    let mut kept = Vec::new();
    for paragraph in text.split("\n\n") {
        let others: Vec<&str> = paragraph.lines().filter(|line| !is_row(line)).collect();
        if names_absent(&others.join("\n")) {
            continue;
        }
        let stays = |line: &&str| !is_row(line) || !names_absent(line);
        let lines: Vec<&str> = paragraph.lines().filter(stays).collect();
        if paragraph.is_empty() || lines.iter().any(|line| *line != "```") {
            kept.push(lines.join("\n"));
        }
    }
    kept.join("\n\n").trim_end().to_owned() + "\n"
}

/// Parts and labs that a text speaks of as targets of `make` or in names of tests.
fn parts(text: &str) -> Vec<String> {
    PART.captures_iter(text).map(|captures| captures[1].to_owned()).collect()
}

/// What may be a path in a text: targets of links as seen from the page, words of code as seen from the page and from the root.
fn paths(text: &str, page: &Path) -> Vec<PathBuf> {
    let folder = page.parent().unwrap_or(Path::new(""));
    let words = CODE.find_iter(text).flat_map(|found| found.as_str().split(['`', ' ', '=', '\n']));
    let words = words.filter(|word| word.contains('/'));
    let in_code = words.flat_map(|word| [resolved(folder, word), resolved(Path::new(""), word)]);
    targets(text).map(|target| resolved(folder, target)).chain(in_code).collect()
}

/// The targets of a page's links that are files of the workspace.
pub fn targets(text: &str) -> impl Iterator<Item = &str> {
    let found: Vec<&str> =
        LINK.captures_iter(text).filter_map(|captures| captures.get(1)).map(|group| group.as_str()).collect();
    let own = found.into_iter().filter(|target| !target.contains("://") && !target.starts_with('#'));
    own.map(|target| target.split('#').next().unwrap_or(target))
}

/// A path without `.` and `..`.
pub fn resolved(folder: &Path, target: &str) -> PathBuf {
    let mut path = PathBuf::new();
    for component in folder.join(target).components() {
        match component {
            Component::ParentDir => drop(path.pop()),
            Component::CurDir => {}
            other => path.push(other),
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_an_absent_file_goes() {
        let text = "\
# Title

See [this](../there/README.md), and `b/there`.

See [that](../gone/README.md#part)
in two lines.

| a | b |
| --- | --- |
| `../gone/x` | no |
| [yes](x.md) | yes |

Call `make it DIR=gone/x`.

Not [here](https://gone/x), nor gone/x.

```
make test-2A      # one
make test-3A      # the other
```

```
make soak-3 TEST=x
make hint TEST=TestBasic3A
```

$ make watch-3A
";
        let absent = Absent { file: &|path| path.starts_with("gone"), names: &["3A", "3"] };
        let kept = without_absent(text, Path::new("a/README.md"), &absent);
        let expected = "\
# Title

See [this](../there/README.md), and `b/there`.

| a | b |
| --- | --- |
| [yes](x.md) | yes |

Not [here](https://gone/x), nor gone/x.

```
make test-2A      # one
```
";
        assert_eq!(kept, expected);
    }
}
