//! How hints are laid out.

use protocol::TestCase;

use crate::cli::Level;

/// Lines are no longer than this: hints are prose, and wide lines are hard to read.
const WIDTH_MAX: usize = 88;
const INDENT: &str = "     ";

/// `words` in indented lines.
pub(super) fn wrapped(words: &str) -> String {
    let mut lines = String::new();
    let mut line = String::from(INDENT);
    for word in words.split_whitespace() {
        if line.len() > INDENT.len() && line.chars().count() + 1 + word.chars().count() > WIDTH_MAX {
            lines += line.trim_end();
            lines += "\n";
            line = String::from(INDENT);
        }
        if line.len() > INDENT.len() {
            line.push(' ');
        }
        line += word;
    }
    lines + &line + "\n"
}

/// How to see more: the next level, or else the end of what there is.
pub(super) fn next(found: &[TestCase], patterns: &[String], level: Level) -> String {
    let Some(next) = level.next() else { return String::new() };
    let wanted = match found {
        [case] => super::pattern(case),
        _ => patterns.join(" "),
    };
    format!("next: lab hint {wanted} --level {next}    (or: make hint TEST='{wanted}' LEVEL={next})\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_and_short_ones_fit() {
        let text = wrapped(&"word ".repeat(60));
        assert!(text.lines().all(|line| line.starts_with(INDENT) && line.len() <= WIDTH_MAX), "{text}");
        assert_eq!(text.split_whitespace().count(), 60);
        assert_eq!(wrapped("x"), format!("{INDENT}x\n"));
    }
}
