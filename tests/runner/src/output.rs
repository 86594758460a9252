//! Writing to people: notes on standard error, results on standard output.

use std::{
    fmt::Write as _,
    io::{self, Write as _},
};

use crate::exit::{BROKEN_PIPE, HARNESS_FAULT};

/// Writes a line to standard error. If nobody listens there, there is nobody to complain to either.
pub fn note(line: &str) {
    writeln!(io::stderr(), "{line}").ok();
}

/// Writes a line to standard output, at once.
pub fn line(text: &str) -> io::Result<()> {
    let mut out = io::stdout();
    writeln!(out, "{text}")?;
    out.flush()
}

/// `text` with every line indented by `width` spaces, and a line break at its end.
pub fn indented(text: &str, width: usize) -> String {
    text.lines().fold(String::new(), |mut out, line| {
        writeln!(out, "{:width$}{line}", "").expect("a String takes everything");
        out
    })
}

/// Output that cannot be written is no fault of the tests. A closed pipe is silent, as everywhere in Unix. Returns the exit code.
pub fn complain(error: &io::Error) -> u8 {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return BROKEN_PIPE;
    }
    note(&format!("error: {error}"));
    HARNESS_FAULT
}

#[cfg(test)]
mod tests {
    use super::indented;

    #[test]
    fn every_line_is_indented() {
        assert_eq!(indented("a\nb", 4), "    a\n    b\n");
        assert_eq!(indented("", 4), "");
    }
}
