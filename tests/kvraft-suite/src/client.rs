//! A clerk as the tests use it: counts its operations, and writes them down if asked to.

use std::{fmt::Debug, panic::Location};

use kvraft::{Clerk, Kv, StateMachine};
use labrpc::End;
use linearizability::kv::Op;
use protocol::FailureKind;
use service::Log;

use super::config::Harness;

/// A clerk and its harness.
pub struct Client<S: StateMachine = Kv> {
    config: Harness<S>,
    clerk: Clerk<S>,
    number: u64,
    /// Where its operations are written down, and as whose.
    log: Option<(Log, usize)>,
}

impl<S: StateMachine + Default> Harness<S> {
    /// A new clerk, which reaches the servers in `to` only. It has all of them in an order of its own.
    pub fn make_client(&self, to: &[usize]) -> Client<S> {
        let (number, ends) = self.next_clerk();
        let client = Client::new(self.clone(), number, &ends);
        self.connect_client(number, to);
        client
    }
}

impl<S: StateMachine> Client<S> {
    pub(super) fn new(config: Harness<S>, number: u64, ends: &[End]) -> Self {
        Client { config, clerk: Clerk::new(ends), number, log: None }
    }

    /// Names its ends in the network: what [`Harness::connect_client`] and [`Harness::disconnect_client`] want to know.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The clerk itself, for calls that are neither counted nor written down.
    pub fn bare(&mut self) -> &mut Clerk<S> {
        &mut self.clerk
    }
}

impl<S: StateMachine<Command: Debug, Output: Debug> + Default> Client<S> {
    /// Has a command carried out, whatever the machine is, and returns its output. Retries for ever.
    #[track_caller]
    pub fn submit(&mut self, command: S::Command) -> impl Future<Output = S::Output> {
        let step = self.config.sim().step(format!("{command:?}"));
        async move {
            let _step = step;
            let (name, text) = (format!("client {}", self.number), format!("{command:?}"));
            service::client_submits(&name, &text);
            let output = self.clerk.submit(command).await;
            service::client_is_answered(&name, &text, &output);
            self.config.op();
            output
        }
    }
}

/// What the key/value service offers.
impl Client {
    /// From here on, operations are written down as those of `client`.
    pub fn logged(mut self, log: &Log, client: usize) -> Self {
        self.log = Some((log.clone(), client));
        self
    }

    /// The value of a key, empty if there is none.
    pub async fn get(&mut self, key: &str) -> String {
        let call = self.begin(Op::Get, key, "");
        let value = self.clerk.get(key).await;
        self.write_down(call, Op::Get, key, "", &value);
        value
    }

    /// Replaces the value of a key.
    pub async fn put(&mut self, key: &str, value: &str) {
        let call = self.begin(Op::Put, key, value);
        self.clerk.put(key, value).await;
        self.write_down(call, Op::Put, key, value, "");
    }

    /// Appends to the value of a key.
    pub async fn append(&mut self, key: &str, value: &str) {
        let call = self.begin(Op::Append, key, value);
        self.clerk.append(key, value).await;
        self.write_down(call, Op::Append, key, value, "");
    }

    /// Reads a key, and fails unless it has this value.
    #[track_caller]
    pub fn check(&mut self, key: &str, wanted: &str) -> impl Future<Output = ()> + Send {
        let at = Location::caller();
        let (key, wanted) = (key.to_owned(), wanted.to_owned());
        async move {
            let got = self.get(&key).await;
            if got != wanted {
                let message = format!("Get({key}): expected:\n{wanted}\nreceived:\n{got}");
                self.config.sim().fail_at(FailureKind::Check, message, at);
            }
        }
    }

    fn begin(&self, op: Op, key: &str, value: &str) -> u64 {
        service::client_calls(format_args!("client {}", self.number), op, key, value);
        self.log.as_ref().map_or(0, |(log, _)| log.stamp())
    }

    fn write_down(&self, call: u64, op: Op, key: &str, value: &str, output: &str) {
        service::client_returns(format_args!("client {}", self.number), op, key, output);
        self.config.op();
        if let Some((log, client)) = &self.log {
            log.add(*client, call, op, [key, value, output]);
        }
    }
}

/// The text a client appends: its number and a running number.
pub fn element(client: usize, j: usize) -> String {
    format!("x {client} {j} y")
}

/// All elements of `client` up to `count` are in `value`, once, in their order. Other text is tolerated.
///
/// # Errors
/// Says what is wrong, in the course's words.
pub fn check_appends(client: usize, value: &str, count: usize) -> Result<(), String> {
    let mut last = None;
    for j in 0..count {
        let wanted = element(client, j);
        let Some(at) = value.find(&wanted) else {
            return Err(format!("{client} missing element {wanted} in Append result {value}"));
        };
        if value.rfind(&wanted) != Some(at) {
            return Err(format!("duplicate element {wanted} in Append result"));
        }
        if last.is_some_and(|last| at <= last) {
            return Err(format!("wrong order for element {wanted} in Append result"));
        }
        last = Some(at);
    }
    Ok(())
}
