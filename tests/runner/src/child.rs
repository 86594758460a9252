//! One run: one process, watched from its start to its end.

use std::{
    io::{self, Write},
    mem,
    os::{fd::OwnedFd, unix::net},
    pin::Pin,
    process::Stdio,
    time::Duration,
};

use protocol::{Message, RUN_ARGUMENT, RunRecord, RunSpec};
use tokio::{
    net::UnixStream,
    process::{Child, ChildStderr, ChildStdout, Command},
    time::{Instant, sleep, timeout},
};

use crate::{
    family::{self, Group},
    source::{Output, Source},
    verdict::{Exit, Talk, judge, not_started},
};

/// A run ends itself at its wall limit. If it cannot even do that, we end it this much later.
const GUARD_DELAY: Duration = Duration::from_secs(3);
/// How long a process may take to end after it has reported its result, or was killed.
const EXIT_TIME_MAX: Duration = Duration::from_secs(5);

/// What became of a run.
pub struct Ended {
    /// The result that counts.
    pub record: RunRecord,
    /// What it printed, apart from what was passed on in [`Step`]s.
    pub output: Output,
}

/// A section of a run began or ended.
pub struct Step {
    /// What was printed since the step before.
    pub printed: Output,
    /// Which section, and how it ended.
    pub message: Message,
}

/// Who is told of the steps of one run. If nobody listens any more, the run is about to be killed.
pub type Live = dyn Fn(Step) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync;

/// Does one run. If the future is dropped, the process and all it started are killed.
///
/// `command` is the program to start, or that of a guard with the program as its argument.
pub async fn run(command: Command, spec: &RunSpec, live: Option<&Live>) -> Ended {
    let started = Instant::now();
    let mut process = match Process::start(command, spec) {
        Ok(process) => process,
        Err(error) => return Ended { record: not_started(spec, &error), output: Output::default() },
    };
    let exit = process.watch(spec, live).await;
    let Process { talk, output, .. } = process;
    Ended { record: judge(spec, talk, &exit, started.elapsed()), output }
}

struct Process {
    child: Child,
    // The run also takes the end of this socket for our death: it must stay open as long as the run lives.
    socket: Source<UnixStream>,
    stdout: Source<ChildStdout>,
    stderr: Source<ChildStderr>,
    talk: Talk,
    /// The result is there; only the process has to end.
    reported: bool,
    output: Output,
    group: Group,
}

impl Process {
    fn start(mut command: Command, spec: &RunSpec) -> io::Result<Self> {
        let (mut ours, theirs) = net::UnixStream::pair()?;
        // A few hundred bytes fit into any socket buffer, so this cannot block, and the run need not wait for
        // it.
        ours.write_all(&line(spec)?)?;
        command
            .arg(RUN_ARGUMENT)
            // What is left out of a handout may ask it, see `handout`.
            .env("LAB_PART", &spec.part)
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // A group of its own: Ctrl-C on the terminal reaches us alone, and one kill reaches all it
            // starts.
            .process_group(0)
            .kill_on_drop(true);
        let (mut child, group) = family::start(&mut command)?;
        let missing = || io::Error::other("a pipe to the run is missing");
        let stdout = child.stdout.take().ok_or_else(missing)?;
        let stderr = child.stderr.take().ok_or_else(missing)?;
        ours.set_nonblocking(true)?;
        Ok(Self {
            socket: Source::new(UnixStream::from_std(ours)?),
            stdout: Source::new(stdout),
            stderr: Source::new(stderr),
            talk: Talk::default(),
            reported: false,
            output: Output::default(),
            child,
            group,
        })
    }

    /// Listens until the process has ended, by itself or by force.
    async fn watch(&mut self, spec: &RunSpec, live: Option<&Live>) -> Exit {
        let deadline = sleep(Duration::from_secs_f64(spec.wall_limit_seconds) + GUARD_DELAY);
        tokio::pin!(deadline);
        let exit = loop {
            tokio::select! {
                bytes = self.socket.next() => self.hear(&bytes, spec, live).await,
                bytes = self.stdout.next() => self.output.stdout.push(&bytes),
                bytes = self.stderr.next() => self.output.stderr.push(&bytes),
                status = self.child.wait() => break Exit::Ended(status),
                () = &mut deadline => break self.overdue().await,
            }
            // Once it has reported it has nothing left to do but to end.
            if self.talk.finished() && !self.reported {
                self.reported = true;
                let earlier = deadline.deadline().min(Instant::now() + EXIT_TIME_MAX);
                deadline.as_mut().reset(earlier);
            }
        };
        // What it left behind must not outlive it, nor write into the pipes that are now emptied.
        self.group.kill();
        let rest = self.socket.drain();
        self.hear(&rest, spec, live).await;
        self.collect_output();
        exit
    }

    async fn overdue(&mut self) -> Exit {
        // If it was this process that stood still, the run may have ended in good time.
        if let Ok(Some(status)) = self.child.try_wait() {
            return Exit::Ended(Ok(status));
        }
        self.group.kill();
        timeout(EXIT_TIME_MAX, self.child.wait()).await.ok();
        Exit::Killed
    }

    /// Takes in what came over the socket, and passes it on together with what was printed before.
    async fn hear(&mut self, bytes: &[u8], spec: &RunSpec, live: Option<&Live>) {
        for message in self.talk.hear(bytes, spec) {
            let Some(live) = live else { continue };
            // Output comes through other pipes. What is there when a section ends was printed in it, more or
            // less; what is there when one begins may already be its own, and belongs under its title.
            let printed = match message {
                Message::Passed(_) => self.take_output(),
                _ => Output::default(),
            };
            live(Step { printed, message }).await;
        }
    }

    fn take_output(&mut self) -> Output {
        self.collect_output();
        mem::take(&mut self.output)
    }

    fn collect_output(&mut self) {
        self.output.stdout.push(&self.stdout.drain());
        self.output.stderr.push(&self.stderr.drain());
    }
}

fn line(spec: &RunSpec) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(spec)?;
    line.push(b'\n');
    Ok(line)
}
