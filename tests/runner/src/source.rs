//! What comes out of a run's process: bytes, read as they come or all that is there.

use std::{future, os::fd::AsFd};

use nix::unistd::read;
use tokio::io::{AsyncRead, AsyncReadExt};

/// How much of each output stream of a run is kept.
const KEPT_BYTES_MAX: usize = 64 << 10;
const CHUNK_BYTES: usize = 16 << 10;
/// Far more than a pipe can hold, but an end: a process that is still alive could write for ever.
const DRAINED_BYTES_MAX: usize = 1 << 20;

/// The reading end of a pipe or socket.
pub struct Source<T> {
    stream: T,
    open: bool,
}

impl<T: AsyncRead + AsFd + Unpin> Source<T> {
    /// Takes over a stream, which tokio has made non-blocking.
    pub fn new(stream: T) -> Self {
        Self { stream, open: true }
    }

    /// The next bytes. Pending for ever after the end, so that it can stay in a `select!`. Cancel safe.
    pub async fn next(&mut self) -> Vec<u8> {
        let mut buffer = vec![0; CHUNK_BYTES];
        if self.open {
            // A process that was killed resets its socket: an end like any other.
            let length = self.stream.read(&mut buffer).await.unwrap_or(0);
            if length > 0 {
                buffer.truncate(length);
                return buffer;
            }
            self.open = false;
        }
        future::pending().await
    }

    /// All bytes that are there already.
    ///
    /// Past tokio, which reads only after its reactor has seen the data: when a run has ended, or has
    /// reported a section, everything it wrote before belongs in front of that.
    pub fn drain(&self) -> Vec<u8> {
        let (mut all, mut buffer) = (Vec::new(), [0; CHUNK_BYTES]);
        while self.open && all.len() < DRAINED_BYTES_MAX {
            match read(&self.stream, &mut buffer) {
                Ok(length) if length > 0 => all.extend_from_slice(&buffer[..length]),
                _ => break,
            }
        }
        all
    }
}

/// The end of a stream of output, however long the stream was.
#[derive(Debug, Default)]
pub struct Tail {
    bytes: Vec<u8>,
    dropped: u64,
}

impl Tail {
    /// Appends `bytes`, and forgets the oldest ones if it gets too long.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        // Cutting at twice the size moves every byte once on average, not once per push.
        if self.bytes.len() > 2 * KEPT_BYTES_MAX {
            self.cut();
        }
    }

    fn cut(&mut self) {
        let excess = self.bytes.len().saturating_sub(KEPT_BYTES_MAX);
        self.bytes.drain(..excess);
        self.dropped += excess as u64;
    }

    /// What was kept as text, with a note in front if it is not all, and a line break at its end.
    pub fn text(mut self, name: &str) -> String {
        self.cut();
        let mut text = String::new();
        if self.dropped > 0 {
            text = format!("[{} earlier bytes of {name} dropped]\n", self.dropped);
        }
        text.push_str(&String::from_utf8_lossy(&self.bytes));
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        text
    }
}

/// What the code under test printed.
#[derive(Debug, Default)]
pub struct Output {
    /// Its standard output.
    pub stdout: Tail,
    /// Its standard error.
    pub stderr: Tail,
}

impl Output {
    /// Both streams, one after the other: they came through different pipes.
    pub fn text(self) -> String {
        self.stdout.text("standard output") + &self.stderr.text("standard error")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_output_is_kept_whole() {
        let mut tail = Tail::default();
        tail.push(b"hello\nwor");
        tail.push(b"ld");
        assert_eq!(tail.text("x"), "hello\nworld\n");
        assert_eq!(Tail::default().text("x"), "");
    }

    #[test]
    fn of_a_long_output_the_end_is_kept_and_the_loss_is_told() {
        let mut tail = Tail::default();
        for _ in 0..10 {
            tail.push(&[b'a'; KEPT_BYTES_MAX / 4]);
        }
        tail.push(b"the end\n");
        let text = tail.text("standard output");
        let dropped = KEPT_BYTES_MAX / 4 * 10 + 8 - KEPT_BYTES_MAX;
        assert!(
            text.starts_with(&format!("[{dropped} earlier bytes of standard output dropped]\naaa")),
            "{text:.80}"
        );
        assert!(text.ends_with("aaathe end\n"));
        assert_eq!(text.lines().nth(1).map(str::len), Some(KEPT_BYTES_MAX - 1));
    }
}
