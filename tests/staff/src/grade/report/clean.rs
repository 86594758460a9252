//! Text from elsewhere, made fit for a report: no colours, no control characters, a bearable length.

use console::strip_ansi_codes;

/// Longest text that is kept of one field, in bytes. A student's panic may carry megabytes.
const BYTES_MAX: usize = 64 << 10;

/// `raw` without escape sequences and control characters, apart from line breaks and tabs.
pub(super) fn text(raw: &str) -> String {
    let stripped = strip_ansi_codes(raw);
    let lines = stripped.replace("\r\n", "\n");
    let kept = |letter: &char| !letter.is_control() || matches!(letter, '\n' | '\t');
    cut(lines.chars().filter(kept).collect(), BYTES_MAX)
}

/// `text` with at most `bytes_max` bytes, and a word about the rest.
pub(super) fn cut(mut text: String, bytes_max: usize) -> String {
    if text.len() > bytes_max {
        text.truncate(text.floor_char_boundary(bytes_max));
        text.push_str("\n[the rest is not shown]");
    }
    text
}

/// The first `lines_max` lines of `text`, and how many were left out.
pub(super) fn first_lines(text: &str, lines_max: usize) -> String {
    let more = text.lines().count().saturating_sub(lines_max);
    if more == 0 {
        return text.to_owned();
    }
    let shown: Vec<&str> = text.lines().take(lines_max).collect();
    format!("{}\n[{more} further lines not shown]\n", shown.join("\n"))
}

/// The first line of `text`.
pub(super) fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_and_control_characters_go() {
        assert_eq!(text("\u{1b}[31mred\u{1b}[0m\u{7}\u{0}\tand\r\nnext\u{9b}"), "red\tand\nnext");
        assert_eq!(text("\u{1b}]8;;http://x\u{7}link\u{1b}]8;;\u{7} ü"), "link ü");
    }

    #[test]
    fn long_text_is_cut_between_letters() {
        let long = text(&"ü".repeat(BYTES_MAX));
        assert!(long.len() < BYTES_MAX + 40 && long.ends_with("[the rest is not shown]"));
    }

    #[test]
    fn what_is_left_out_is_counted() {
        assert_eq!(first_lines("a\nb\n", 2), "a\nb\n");
        assert_eq!(first_lines("a\nb\nc\nd\n", 2), "a\nb\n[2 further lines not shown]\n");
    }
}
