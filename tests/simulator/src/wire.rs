//! Where a run's messages go: to its parent over a socket, or to a person at a debugger.

use std::{
    io::{BufRead, BufReader, Read, Write},
    os::{
        fd::{AsFd, AsRawFd},
        unix::net::UnixStream,
    },
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use protocol::{Failure, Message, RunSpec};

/// Where a run's messages go. Clones go there too.
#[derive(Clone)]
pub(crate) struct Wire {
    end: Arc<End>,
}

enum End {
    Parent(Mutex<UnixStream>),
    /// Whether the run has failed.
    Terminal(AtomicBool),
}

impl Wire {
    /// Takes the socket away from standard input, so that the code under test cannot read or write it by accident, and
    /// reads the order for this run.
    pub(crate) fn accept() -> std::io::Result<(Wire, RunSpec)> {
        let socket = UnixStream::from(std::io::stdin().as_fd().try_clone_to_owned()?);
        take_standard_input()?;
        let mut line = String::new();
        BufReader::new(socket.try_clone()?).read_line(&mut line)?;
        let spec = serde_json::from_str(&line)?;
        end_with_parent(socket.try_clone()?);
        Ok((Wire { end: Arc::new(End::Parent(Mutex::new(socket))) }, spec))
    }

    /// To whoever looks at standard output.
    pub(crate) fn terminal() -> Wire {
        Wire { end: Arc::new(End::Terminal(AtomicBool::new(false))) }
    }

    /// Whether a failure was told to a terminal.
    pub(crate) fn has_failed(&self) -> bool {
        matches!(&*self.end, End::Terminal(failed) if failed.load(Ordering::Acquire))
    }

    /// Sends one message. If the parent is gone, there is nobody left to run for.
    pub(crate) fn send(&self, message: &Message) {
        match &*self.end {
            End::Terminal(failed) => {
                let is_failure = matches!(message, Message::Done(record) if record.failure.is_some());
                failed.fetch_or(is_failure, Ordering::AcqRel);
                println!("{}", told(message));
            }
            End::Parent(socket) => {
                let mut line = serde_json::to_vec(message).expect("a message is plain JSON");
                line.push(b'\n');
                let mut socket = socket.lock().unwrap_or_else(PoisonError::into_inner);
                if socket.write_all(&line).is_err() {
                    std::process::exit(1);
                }
            }
        }
    }
}

/// A message for a person.
fn told(message: &Message) -> String {
    match message {
        Message::Begin(title) => format!("{title} ..."),
        Message::Passed(section) => section.line.clone(),
        Message::Done(record) => match &record.failure {
            None => format!("passed (seed {}, {:.3} s)", record.seed, record.seconds),
            Some(failure) => {
                format!("failed (seed {}, {:.3} s)\n{}", record.seed, failure.seconds, place(failure))
            }
        },
    }
}

fn place(failure: &Failure) -> String {
    let Failure { message, file, line, step, servers, .. } = failure;
    format!("{file}:{line}: {message}\nduring: {step}\n{}", servers.join("\n"))
}

/// From now on, whoever reads standard input reads nothing.
#[allow(unsafe_code)]
fn take_standard_input() -> std::io::Result<()> {
    let nothing = std::fs::File::open("/dev/null")?;
    // SAFETY: both descriptors are open, and nobody has borrowed that of standard input.
    let copied = unsafe { libc::dup2(nothing.as_raw_fd(), libc::STDIN_FILENO) };
    if copied < 0 { Err(std::io::Error::last_os_error()) } else { Ok(()) }
}

/// Ends this process when its parent does, whatever the test is doing.
fn end_with_parent(mut socket: UnixStream) {
    std::thread::spawn(move || {
        let mut byte = [0];
        while matches!(socket.read(&mut byte), Ok(1)) {}
        std::process::exit(1);
    });
}
