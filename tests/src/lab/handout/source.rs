//! A source file, and changes to it by position: what is not changed keeps its layout and its comments.

use std::ops::Range;

/// Changes to one text. Positions are those of the text as it was.
pub(super) struct Edits<'a> {
    text: &'a str,
    edits: Vec<(Range<usize>, String)>,
}

impl<'a> Edits<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, edits: Vec::new() }
    }

    pub(super) fn replace(&mut self, range: Range<usize>, by: String) {
        self.edits.push((range, by));
    }

    /// Takes whole lines out, and one of the empty lines around them.
    pub(super) fn remove_lines(&mut self, range: Range<usize>) {
        let start = self.text[..range.start].rfind('\n').map_or(0, |newline| newline + 1);
        let end =
            self.text[range.end..].find('\n').map_or(self.text.len(), |newline| range.end + newline + 1);
        let above_is_empty = start == 0 || self.text[..start].ends_with("\n\n");
        let below_is_empty = self.text[end..].starts_with('\n');
        self.edits.push((start..end + usize::from(above_is_empty && below_is_empty), String::new()));
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
        let (mut text, mut position) = (String::with_capacity(self.text.len()), 0);
        for (range, by) in self.edits {
            if range.start >= position {
                text += &self.text[position..range.start];
                text += &by;
                position = range.end;
            }
        }
        text + &self.text[position..]
    }
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
    fn the_outer_of_two_changes_counts() {
        let mut edits = Edits::new("0123456789");
        edits.replace(3..4, "x".into());
        edits.replace(2..6, "-".into());
        edits.replace(8..9, "+".into());
        assert_eq!(edits.apply(), "01-67+9");
    }
}
