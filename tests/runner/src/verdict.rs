//! Passed or not: what a run said, and how its process ended, against each other.

use std::{io, process::ExitStatus, time::Duration};

use protocol::{Failure, FailureKind, Message, RunRecord, RunSpec, Section};

/// Longest line a run may send. Without a limit, a broken run could fill our memory.
const LINE_BYTES_MAX: usize = 16 << 20;

/// How the process of a run ended.
pub(crate) enum Exit {
    /// By itself, or by somebody else's signal.
    Ended(io::Result<ExitStatus>),
    /// By us, because it did not end in time.
    Killed,
}

/// Everything a run has said so far.
#[derive(Default)]
pub(crate) struct Talk {
    /// The line that is still coming in.
    line: Vec<u8>,
    begun: Option<String>,
    sections: Vec<Section>,
    record: Option<RunRecord>,
    /// A result came that was not ours to believe.
    forged: bool,
}

impl Talk {
    /// Whether the result has arrived.
    pub(crate) fn finished(&self) -> bool {
        self.record.is_some()
    }

    /// Takes in bytes from the socket and returns the messages about sections which they complete.
    pub(crate) fn hear(&mut self, bytes: &[u8], spec: &RunSpec) -> Vec<Message> {
        let mut messages = Vec::new();
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                // What is no message is not ours: the code under test can write to any open file.
                messages.extend(
                    serde_json::from_slice(&self.line).ok().and_then(|message| self.note(message, spec)),
                );
            }
            if piece.ends_with(b"\n") || self.line.len() > LINE_BYTES_MAX {
                self.line.clear();
            }
        }
        messages
    }

    fn note(&mut self, message: Message, spec: &RunSpec) -> Option<Message> {
        match &message {
            Message::Begin(title) => self.begun = Some(title.clone()),
            Message::Passed(section) => self.sections.push(section.clone()),
            Message::Done(record) => {
                self.accept(record, spec);
                return None;
            }
        }
        Some(message)
    }

    fn accept(&mut self, record: &RunRecord, spec: &RunSpec) {
        let ours = record.nonce == spec.nonce && record.test == spec.test && record.seed == spec.seed;
        if !ours {
            self.forged = true;
        } else if self.record.is_none() {
            self.record = Some(record.clone());
        }
    }

    /// A failure found from outside: all that is known of the place is the section.
    fn failed(self, kind: FailureKind, message: String, spec: &RunSpec, wall: Duration) -> RunRecord {
        // Not `sum`, which makes -0 of nothing.
        let seconds = self.sections.iter().fold(0.0, |sum, section| sum + section.seconds);
        let running = self.begun.filter(|title| self.sections.last().is_none_or(|last| last.title != *title));
        let failure = Failure {
            kind,
            message: if self.forged { message + "; it sent a forged result" } else { message },
            file: String::new(),
            line: 0,
            step: running.map(|title| format!("{title} ...")).unwrap_or_default(),
            seconds,
            servers: Vec::new(),
        };
        RunRecord { failure: Some(failure), sections: self.sections, seconds, ..blank(spec, wall) }
    }
}

/// The result that counts. An exit code alone proves nothing, and neither does a record alone: the process
/// must also have ended as one does that has nothing to hide.
pub(crate) fn judge(spec: &RunSpec, mut talk: Talk, exit: &Exit, wall: Duration) -> RunRecord {
    let Some(record) = talk.record.take() else {
        let (kind, message) = silent(exit, wall);
        return talk.failed(kind, message, spec, wall);
    };
    let trouble = match exit {
        Exit::Ended(Ok(status)) if status.success() => None,
        Exit::Ended(Ok(status)) => Some((FailureKind::Died, format!("its process ended with {status}"))),
        Exit::Ended(Err(error)) => Some((FailureKind::Harness, format!("its end was not seen: {error}"))),
        Exit::Killed => Some((FailureKind::Hang, "its process did not end and was killed".to_owned())),
    };
    match trouble {
        Some((kind, trouble)) if record.failure.is_none() => {
            talk.failed(kind, format!("the test passed, but afterwards {trouble}"), spec, wall)
        }
        _ => record,
    }
}

/// A run that ended without a result.
fn silent(exit: &Exit, wall: Duration) -> (FailureKind, String) {
    match exit {
        Exit::Ended(Ok(status)) => {
            (FailureKind::Died, format!("the process ended with {status} and had reported no result"))
        }
        Exit::Ended(Err(error)) => {
            (FailureKind::Harness, format!("the end of the process was not seen: {error}"))
        }
        Exit::Killed => (
            FailureKind::Hang,
            format!("no result after {:.1} s of wall time, process killed", wall.as_secs_f64()),
        ),
    }
}

/// A run that never began.
pub(crate) fn not_started(spec: &RunSpec, error: &io::Error) -> RunRecord {
    let message = format!("the run could not be started: {error}");
    Talk::default().failed(FailureKind::Harness, message, spec, Duration::ZERO)
}

fn blank(spec: &RunSpec, wall: Duration) -> RunRecord {
    RunRecord {
        nonce: spec.nonce.clone(),
        part: spec.part.clone(),
        test: spec.test.clone(),
        seed: spec.seed,
        clock: spec.clock,
        failure: None,
        sections: Vec::new(),
        seconds: 0.0,
        wall_seconds: wall.as_secs_f64(),
        trace_hash: None,
        trace_events: 0,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;
    use protocol::{Clock, TraceMode};

    const WALL: Duration = Duration::from_secs(1);

    fn spec() -> RunSpec {
        RunSpec {
            nonce: "secret".into(),
            part: "2A".into(),
            test: "TestX".into(),
            seed: 7,
            clock: Clock::Virtual,
            trace: TraceMode::Off,
            wall_limit_seconds: 1.0,
        }
    }

    fn line(message: &Message) -> Vec<u8> {
        let mut line = serde_json::to_vec(message).expect("messages always encode");
        line.push(b'\n');
        line
    }

    fn ended(raw: i32) -> Exit {
        Exit::Ended(Ok(ExitStatus::from_raw(raw)))
    }

    fn verdict(messages: &[Message], exit: &Exit) -> Option<FailureKind> {
        let (spec, mut talk) = (spec(), Talk::default());
        for message in messages {
            talk.hear(&line(message), &spec);
        }
        judge(&spec, talk, exit, WALL).failure.map(|failure| failure.kind)
    }

    fn done(change: impl FnOnce(&mut RunRecord)) -> Message {
        let mut record = blank(&spec(), WALL);
        change(&mut record);
        Message::Done(record)
    }

    #[test]
    fn only_a_record_and_a_good_end_count_as_passed() {
        assert_eq!(verdict(&[done(|_| ())], &ended(0)), None);
        assert_eq!(verdict(&[], &ended(0)), Some(FailureKind::Died));
        assert_eq!(verdict(&[done(|_| ())], &ended(6)), Some(FailureKind::Died));
        assert_eq!(verdict(&[done(|_| ())], &Exit::Killed), Some(FailureKind::Hang));
        assert_eq!(verdict(&[], &Exit::Killed), Some(FailureKind::Hang));
    }

    #[test]
    fn a_record_of_another_run_is_a_forgery() {
        for forgery in [
            done(|record| record.nonce = "guess".into()),
            done(|record| record.test = "TestY".into()),
            done(|record| record.seed = 8),
        ] {
            assert_eq!(verdict(&[forgery], &ended(0)), Some(FailureKind::Died));
        }
    }

    #[test]
    fn a_reported_failure_stands_however_the_process_ends() {
        let failure = not_started(&spec(), &io::Error::other("x")).failure.map(|mut failure| {
            failure.kind = FailureKind::Check;
            failure
        });
        for exit in [ended(0), ended(256), ended(9), Exit::Killed] {
            let failed = done(|record| record.failure.clone_from(&failure));
            assert_eq!(verdict(&[failed], &exit), Some(FailureKind::Check));
        }
    }

    #[test]
    fn lines_may_come_in_pieces_and_among_rubbish() {
        let (spec, mut talk) = (spec(), Talk::default());
        let begin = line(&Message::Begin("Test: x".into()));
        let (first, second) = begin.split_at(5);
        assert!(talk.hear(b"rubbish\n", &spec).is_empty());
        assert!(talk.hear(first, &spec).is_empty());
        assert_eq!(talk.hear(second, &spec).len(), 1);
        let record = judge(&spec, talk, &ended(6), WALL);
        assert_eq!(record.failure.map(|failure| failure.step).as_deref(), Some("Test: x ..."));
    }
}
