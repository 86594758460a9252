//! A source file, and changes to it by position: what is not changed keeps its layout and its comments.

use std::ops::Range;

/// Changes to one text. Positions are those of the text as it was.
pub(super) struct Edits<'a> {
    text: &'a str,
    /// What stands there from now on; `None`: whole lines have gone.
    edits: Vec<(Range<usize>, Option<String>)>,
}

impl<'a> Edits<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, edits: Vec::new() }
    }

    pub(super) fn replace(&mut self, range: Range<usize>, by: String) {
        self.edits.push((range, Some(by)));
    }

    /// Takes whole lines out. Around them one empty line is left at most, and none at the border of a block or of the file.
    pub(super) fn remove_lines(&mut self, range: Range<usize>) {
        let start = self.text[..range.start].rfind('\n').map_or(0, |newline| newline + 1);
        let end =
            self.text[range.end..].find('\n').map_or(self.text.len(), |newline| range.end + newline + 1);
        self.edits.push((start..end, None));
    }

    /// The indentation of the line at `position`.
    pub(super) fn indentation(&self, position: usize) -> &'a str {
        let start = self.text[..position].rfind('\n').map_or(0, |newline| newline + 1);
        let line = &self.text[start..];
        &line[..line.len() - line.trim_start_matches(' ').len()]
    }

    /// The text with all changes made. Of changes inside each other, the outer one counts.
    pub(super) fn apply(mut self) -> String {
        self.edits.sort_by_key(|(range, _)| (range.start, usize::MAX - range.end));
        let (mut text, mut position, mut is_cut) = (String::with_capacity(self.text.len()), 0, false);
        for (range, by) in self.edits {
            if range.start < position {
                continue;
            }
            append(&mut text, &self.text[position..range.start], is_cut);
            position = range.end;
            is_cut = by.is_none();
            text += &by.unwrap_or_default();
        }
        append(&mut text, &self.text[position..], is_cut);
        if is_cut { text.trim_end().to_owned() + "\n" } else { text }
    }
}

/// Appends what follows, `is_cut` if lines between have gone.
fn append(text: &mut String, rest: &str, is_cut: bool) {
    let code = rest.trim_start_matches('\n');
    if !is_cut || code.is_empty() {
        return text.push_str(rest);
    }
    let above = text.trim_end_matches('\n').len();
    let is_apart = text.len() > above + 1 || rest.len() > code.len();
    text.truncate(above);
    if !text.is_empty() {
        let is_border = text.ends_with('{') || code.trim_start().starts_with('}');
        text.push_str(if is_apart && !is_border { "\n\n" } else { "\n" });
    }
    text.push_str(code);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_go_with_one_empty_neighbour() {
        let text = "a\n\n  b\n  c\n\nd\n";
        let mut edits = Edits::new(text);
        edits.remove_lines(5..9);
        assert_eq!(edits.apply(), "a\n\nd\n");
    }

    #[test]
    fn no_empty_line_is_left_at_a_border() {
        let without = |text: &str, gone: &[&str]| {
            let mut edits = Edits::new(text);
            for gone in gone {
                let start = text.find(gone).expect("it is there");
                edits.remove_lines(start..start + gone.len());
            }
            edits.apply()
        };
        let text = "x {\n    a\n\n    b\n\n    c\n}\n\nd\n";
        assert_eq!(without(text, &["a"]), "x {\n    b\n\n    c\n}\n\nd\n");
        assert_eq!(without(text, &["a", "b"]), "x {\n    c\n}\n\nd\n");
        assert_eq!(without(text, &["b", "c"]), "x {\n    a\n}\n\nd\n");
        assert_eq!(without(text, &["c", "d"]), "x {\n    a\n\n    b\n}\n");
        assert_eq!(without("a\n\nb\n", &["a"]), "b\n");
        assert_eq!(without("a\nb\nc\n", &["b"]), "a\nc\n");
    }

    #[test]
    fn the_outer_of_two_changes_counts() {
        let mut edits = Edits::new("0123456789");
        edits.replace(3..4, "x".into());
        edits.replace(2..6, "-".into());
        edits.replace(8..9, "+".into());
        assert_eq!(edits.apply(), "01-67+9");
    }
}
