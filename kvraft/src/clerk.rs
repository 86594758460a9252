//! The client's side: find the leader, ask until there is an answer.

use std::time::Duration;

use labrpc::End;
use tarpc::{
    client::{RpcError, stub::Stub},
    context,
};

use crate::{
    machine::StateMachine,
    service::{Reply, ServiceEnd},
    session::{ClientId, Request, Serial},
};

/// After this long without an answer, another server is asked. A leader that is cut off from the others cannot answer, and would
/// keep us waiting until the network is mended.
const ANSWER_TIMEOUT: Duration = Duration::from_millis(500);

/// How long to wait when no server is the leader: an election takes some hundred milliseconds. It also guarantees that time passes,
/// even on a network where every call fails at once.
pub const ROUND_PAUSE: Duration = Duration::from_millis(20);

/// A client of one group of servers. It makes one call at a time, which is what `&mut self` says.
pub struct Clerk<S: StateMachine> {
    group: Group<ServiceEnd<S>>,
    identity: Identity,
}

impl<S: StateMachine> Clerk<S> {
    /// A new client. `servers` holds one end per server, in any order.
    pub fn new(servers: &[End]) -> Self {
        Clerk { group: Group::new(servers.iter().map(End::client).collect()), identity: Identity::new() }
    }

    /// **Lab 3A.** Has a command carried out, exactly once, and returns its output. Retries for ever.
    pub async fn submit(&mut self, command: S::Command) -> S::Output {
        let request = self.identity.request(command);
        loop {
            if let Some(output) = self.group.ask_all(|server| ask::<S>(server, request.clone())).await {
                return output;
            }
            tokio::time::sleep(ROUND_PAUSE).await;
        }
    }
}

/// **Lab 3A, helper.** One attempt at one server.
async fn ask<S: StateMachine>(
    server: ServiceEnd<S>,
    request: Request<S::Command>,
) -> Result<Option<S::Output>, RpcError> {
    Ok(match server.call(context::current(), request).await? {
        Reply::Done(output) => Some(output),
        Reply::NotLeader => None,
    })
}

/// Who a client is, and how many calls it has made.
#[derive(Debug)]
pub struct Identity {
    id: ClientId,
    /// Number of the last call.
    serial: Serial,
}

impl Identity {
    /// A client that has never existed before.
    #[expect(clippy::new_without_default, reason = "no two are the same")]
    pub fn new() -> Self {
        Identity { id: rand::random(), serial: 0 }
    }

    /// **Lab 3A.** The next call. Every attempt at it sends this same request: that is what makes it a repetition.
    pub fn request<C>(&mut self, command: C) -> Request<C> {
        self.serial += 1;
        Request { client: self.id, serial: self.serial, command }
    }
}

/// The servers of one group, as a client knows them. `E` is an end: what a call needs to reach one server.
#[derive(Clone, Debug)]
pub struct Group<E> {
    servers: Vec<E>,
    /// Who answered last. An index into `servers`, and a clerk's order is its own: nobody could tell us a better one.
    leader: usize,
}

impl<E: Clone> Group<E> {
    /// One end per server, in any order.
    pub fn new(servers: Vec<E>) -> Self {
        Group { servers, leader: 0 }
    }

    /// **Lab 3A.** Asks one server after the other, beginning with the one that answered last, until one answers or all have failed to.
    /// `ask` makes one attempt at one server: `None` stands for "ask another".
    pub async fn ask_all<T, F>(&mut self, ask: impl Fn(E) -> F) -> Option<T>
    where
        F: Future<Output = Result<Option<T>, RpcError>>,
    {
        for _ in 0..self.servers.len() {
            if let Some(answer) = self.ask_patiently(&ask).await {
                return Some(answer);
            }
            self.leader = (self.leader + 1) % self.servers.len();
        }
        None
    }

    /// **Lab 3A, helper.** Asks one server, twice if need be: a lost message says nothing about who leads.
    async fn ask_patiently<T, F>(&self, ask: &impl Fn(E) -> F) -> Option<T>
    where
        F: Future<Output = Result<Option<T>, RpcError>>,
    {
        for _ in 0..2 {
            match tokio::time::timeout(ANSWER_TIMEOUT, ask(self.servers[self.leader].clone())).await {
                Ok(Ok(Some(answer))) => return Some(answer),
                Ok(Err(_)) => {}
                Ok(Ok(None)) | Err(_) => break,
            }
        }
        None
    }
}
