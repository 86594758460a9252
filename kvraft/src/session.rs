//! Exactly once: the memory that tells a retry from a new request.
//!
//! A clerk whose request or answer was lost sends the request again, perhaps to another server; so it may stand in the log
//! twice. Both entries reach every server, in the same order, and the second must not be carried out. Three rules, all
//! enforced here:
//!
//! * **The memory is part of the replicated state.** It changes only by applied entries, so all servers agree on what is
//!   a repetition; a table filled by request handlers would differ from server to server.
//! * **It is part of the snapshot**, saved in one step with the state it belongs to. A server that restored one without the other
//!   would carry out a repetition, or skip a command.
//! * **Memory and command go together.** Looking up, carrying out and remembering happen in one `apply`.
//!
//! # How much is remembered
//!
//! One serial number and at most one answer per client: a client makes one call at a time, so a new serial number says that it
//! has seen the answer to the one before. Answers to reads are not kept at all.
//!
//! # What is never forgotten
//!
//! A session lasts for ever, about ten bytes each: no server can know that a clerk will not come back with a retry.
//! Forgetting by a local clock would make the servers differ. A system with many short-lived clients would put the time into the
//! log, as a command of the leader, and let all servers forget at the same entry; a client that comes back after that must be refused,
//! or a very late retry would count as new. The labs have a few dozen clerks.

use std::collections::HashMap;

use labgob::{DecodeError, Decoder};
use serde::{Deserialize, Serialize};

use crate::machine::StateMachine;

/// Names a client. Drawn at random, unique for all time.
pub type ClientId = u64;

/// Numbers the calls of one client, upwards from 1. A retry keeps its number.
pub type Serial = u64;

/// A command with the identity by which a repetition is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request<C> {
    /// Who asks.
    pub client: ClientId,
    /// Which of the client's calls this is.
    pub serial: Serial,
    /// What is asked.
    pub command: C,
}

/// What the sessions know of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen<T> {
    /// Never carried out, or it was a read: carry it out.
    No,
    /// Carried out, with this answer.
    Yes(T),
    /// Carried out long ago; the client has had its answer, and made newer calls since.
    Outdated,
}

/// The last call of every client. A service whose state moves from group to group in parts (Lab 4B) keeps one per part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sessions<T> {
    last: HashMap<ClientId, (Serial, Option<T>)>,
}

impl<T> Default for Sessions<T> {
    fn default() -> Self {
        Sessions { last: HashMap::new() }
    }
}

impl<T: Clone> Sessions<T> {
    /// **Lab 3A.** Whether a request has been carried out (the paper's §8).
    pub fn seen(&self, client: ClientId, serial: Serial) -> Seen<T> {
        match self.last.get(&client) {
            Some((last, _)) if serial < *last => Seen::Outdated,
            Some((last, Some(answer))) if serial == *last => Seen::Yes(answer.clone()),
            _ => Seen::No,
        }
    }

    /// **Lab 3A.** A request has been carried out. Forgets the client's one before.
    pub fn remember(&mut self, client: ClientId, serial: Serial, answer: Option<T>) {
        self.last.insert(client, (serial, answer));
    }

    /// How many clients are remembered.
    pub fn len(&self) -> usize {
        self.last.len()
    }

    /// Whether nobody is remembered.
    pub fn is_empty(&self) -> bool {
        self.last.is_empty()
    }
}

/// Any state machine, with each request carried out exactly once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound = "S: Serialize + serde::de::DeserializeOwned")]
pub struct ExactlyOnce<S: StateMachine> {
    machine: S,
    sessions: Sessions<S::Output>,
}

impl<S: StateMachine> ExactlyOnce<S> {
    /// Wraps a machine. Nothing has been seen yet.
    pub fn new(machine: S) -> Self {
        ExactlyOnce { machine, sessions: Sessions::default() }
    }

    /// The machine inside.
    pub fn machine(&self) -> &S {
        &self.machine
    }

    /// Who has been here.
    pub fn sessions(&self) -> &Sessions<S::Output> {
        &self.sessions
    }
}

impl<S: StateMachine> StateMachine for ExactlyOnce<S> {
    type Command = Request<S::Command>;
    /// `None` for an outdated request: nobody waits for it any more.
    type Output = Option<S::Output>;

    /// **Lab 3A.** Carries the command out, unless it is a repetition: then the answer is the one from before (the paper's §8).
    fn apply(&mut self, Request { client, serial, command }: Self::Command) -> Self::Output {
        match self.sessions.seen(client, serial) {
            Seen::Yes(answer) => Some(answer),
            Seen::Outdated => None,
            Seen::No => {
                let is_read = S::is_read(&command);
                let output = self.machine.apply(command);
                let answer = if is_read { None } else { Some(output.clone()) };
                self.sessions.remember(client, serial, answer);
                Some(output)
            }
        }
    }

    /// **Lab 3B.** The machine's state together with the memory of requests: neither may ever be without the other.
    fn snapshot(&self, out: &mut Vec<u8>) {
        labgob::encode_into(&self.sessions, out).expect("sessions can be encoded");
        self.machine.snapshot(out);
    }

    /// **Lab 3B.** Reads what `snapshot` has written.
    fn restore(&mut self, from: &mut Decoder<'_>) -> Result<(), DecodeError> {
        self.sessions = from.get()?;
        self.machine.restore(from)
    }

    fn is_read(request: &Self::Command) -> bool {
        S::is_read(&request.command)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kv::{Command, Kv};

    fn append(client: ClientId, serial: Serial, value: &str) -> Request<Command> {
        Request { client, serial, command: Command::Append { key: "k".into(), value: value.into() } }
    }

    fn get(client: ClientId, serial: Serial) -> Request<Command> {
        Request { client, serial, command: Command::Get { key: "k".into() } }
    }

    fn value(kv: &mut ExactlyOnce<Kv>) -> String {
        kv.apply(get(99, u64::MAX)).expect("a read of the newest serial number is carried out")
    }

    #[test]
    fn a_repetition_is_answered_and_not_carried_out() {
        let mut kv = ExactlyOnce::new(Kv::default());
        assert_eq!(kv.apply(append(1, 1, "a")), kv.apply(append(1, 1, "a")));
        assert_eq!(value(&mut kv), "a");
    }

    #[test]
    fn clients_do_not_share_serial_numbers() {
        let mut kv = ExactlyOnce::new(Kv::default());
        kv.apply(append(1, 1, "a"));
        kv.apply(append(2, 1, "b"));
        assert_eq!(value(&mut kv), "ab");
    }

    #[test]
    fn a_very_late_repetition_is_not_carried_out() {
        let mut kv = ExactlyOnce::new(Kv::default());
        kv.apply(append(1, 1, "a"));
        kv.apply(append(1, 2, "b"));
        assert_eq!(kv.apply(append(1, 1, "a")), None);
        assert_eq!(value(&mut kv), "ab");
    }

    #[test]
    fn a_repeated_read_sees_the_present_and_a_late_one_moves_nothing_back() {
        let mut kv = ExactlyOnce::new(Kv::default());
        kv.apply(append(1, 1, "a"));
        assert_eq!(kv.apply(get(1, 2)).as_deref(), Some("a"));
        kv.apply(append(2, 1, "b"));
        assert_eq!(kv.apply(get(1, 2)).as_deref(), Some("ab"));
        kv.apply(append(1, 3, "c"));
        assert_eq!(kv.apply(get(1, 2)), None);
        assert_eq!(kv.apply(append(1, 3, "c")).as_deref(), Some(""));
        assert_eq!(value(&mut kv), "abc");
    }

    #[test]
    fn the_memory_survives_a_snapshot() {
        let mut kv = ExactlyOnce::new(Kv::default());
        kv.apply(append(1, 1, "a"));
        let mut snapshot = Vec::new();
        kv.snapshot(&mut snapshot);
        let mut restored = ExactlyOnce::new(Kv::default());
        let mut decoder = Decoder::new(&snapshot);
        restored.restore(&mut decoder).expect("its own snapshot");
        decoder.finish().expect("nothing is left over");
        restored.apply(append(1, 1, "a"));
        assert_eq!(value(&mut restored), "a");
    }

    #[test]
    fn ten_thousand_clients_take_ten_bytes_each() {
        let mut kv = ExactlyOnce::new(Kv::default());
        for client in 0..10_000 {
            kv.apply(Request {
                client: u64::MAX - client,
                serial: 1,
                command: Command::Put { key: "k".into(), value: "v".repeat(100) },
            });
        }
        assert_eq!(kv.sessions().len(), 10_000);
        let mut snapshot = Vec::new();
        kv.snapshot(&mut snapshot);
        assert!(snapshot.len() < 13 * 10_000, "{} bytes", snapshot.len());
    }
}
