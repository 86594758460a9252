//! The run's end of the socket to its parent, see [`crate::protocol`].

use std::{
    io::{BufRead, BufReader, Read, Write},
    os::{fd::AsFd, unix::net::UnixStream},
    sync::{Mutex, PoisonError},
};

use crate::protocol::{Message, RunSpec};

/// Where a run's messages go.
pub(crate) struct Wire {
    socket: Mutex<UnixStream>,
}

impl Wire {
    /// Takes the socket away from standard input, so that the code under test cannot read or write it by accident, and
    /// reads the order for this run.
    pub(crate) fn accept() -> std::io::Result<(Wire, RunSpec)> {
        let socket = UnixStream::from(std::io::stdin().as_fd().try_clone_to_owned()?);
        let nothing = std::fs::File::open("/dev/null")?;
        nix::unistd::dup2_stdin(nothing)?;
        let mut line = String::new();
        BufReader::new(socket.try_clone()?).read_line(&mut line)?;
        let spec = serde_json::from_str(&line)?;
        end_with_parent(socket.try_clone()?);
        Ok((Wire { socket: Mutex::new(socket) }, spec))
    }

    /// Sends one message. If the parent is gone, there is nobody left to run for.
    pub(crate) fn send(&self, message: &Message) {
        let mut line = serde_json::to_vec(message).expect("a message is plain JSON");
        line.push(b'\n');
        let mut socket = self.socket.lock().unwrap_or_else(PoisonError::into_inner);
        if socket.write_all(&line).is_err() {
            std::process::exit(1);
        }
    }
}

/// Ends this process when its parent does, whatever the test is doing.
fn end_with_parent(mut socket: UnixStream) {
    std::thread::spawn(move || {
        let mut byte = [0];
        while matches!(socket.read(&mut byte), Ok(1)) {}
        std::process::exit(1);
    });
}
