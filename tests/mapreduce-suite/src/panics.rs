//! What a panic looks like from outside: lines on standard error.

/// What follows a panic's message, once per process.
const ADVICE: &str = "note: run with `RUST_BACKTRACE";
const BACKTRACE: &str = "stack backtrace:";
const HEADLINE: &str = " panicked at ";

/// A panic of another process.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Panic {
    pub(super) file: String,
    pub(super) line: u32,
    pub(super) message: String,
}

/// Hears what a process writes, line by line, and notices the first panic.
#[derive(Default)]
pub(super) struct Listener {
    /// The panic whose message is coming in.
    coming: Option<Panic>,
}

impl Listener {
    /// Takes in one more line. Returns a panic whose message is complete.
    pub(super) fn hear(&mut self, line: &str) -> Option<Panic> {
        let line = line.trim_end();
        match &mut self.coming {
            None => self.coming = headline(line),
            Some(_) if line.starts_with(ADVICE) || line == BACKTRACE => return self.coming.take(),
            Some(panic) if panic.message.is_empty() => panic.message = line.to_owned(),
            Some(panic) => panic.message += &format!("\n{line}"),
        }
        None
    }

    /// Nothing more will come.
    pub(super) fn end(self) -> Option<Panic> {
        self.coming
    }
}

/// The first panic in all that a process has written.
pub(super) fn in_log(text: &str) -> Option<Panic> {
    let mut listener = Listener::default();
    text.lines().find_map(|line| listener.hear(line)).or_else(|| listener.end())
}

/// `thread 'main' (1234) panicked at mapreduce/src/worker.rs:94:9:`
fn headline(line: &str) -> Option<Panic> {
    let (thread, place) = line.split_once(HEADLINE)?;
    let mut place = place.trim_end_matches(':').rsplitn(3, ':');
    let (_column, line, file) = (place.next()?, place.next()?.parse().ok()?, place.next()?);
    let is_ours = thread.starts_with("thread ");
    is_ours.then(|| Panic { file: file.to_owned(), line, message: String::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_told_from_other_complaints() {
        assert_eq!(in_log("error: a worker panicked at noon\nmap: 8 tasks done\n"), None);
        let panic = |message: &str| {
            Some(Panic { file: "mapreduce/src/a.rs".into(), line: 7, message: message.into() })
        };
        let text = "x\n\nthread 'main' (12) panicked at mapreduce/src/a.rs:7:9:\nnot yet\nat all\n";
        assert_eq!(in_log(text), panic("not yet\nat all"));
        let advice = "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\nmore\n";
        assert_eq!(in_log(&format!("{text}{advice}")), panic("not yet\nat all"));
        assert_eq!(in_log(&format!("{text}stack backtrace:\n   0: main\n")), panic("not yet\nat all"));
    }
}
