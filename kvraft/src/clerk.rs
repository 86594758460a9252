//! The client's side: find the leader, ask until there is an answer.

use std::time::Duration;

use labrpc::End;
use tarpc::{client::stub::Stub, context};

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
const ROUND_PAUSE: Duration = Duration::from_millis(20);

/// A client of one group of servers. It makes one call at a time, which is what `&mut self` says.
pub struct Clerk<S: StateMachine> {
    servers: Vec<ServiceEnd<S>>,
    id: ClientId,
    /// Number of the last call.
    serial: Serial,
    /// Who answered last. An index into `servers`, and a clerk's order is its own: nobody could tell us a better one.
    leader: usize,
}

impl<S: StateMachine> Clerk<S> {
    /// A new client. `servers` holds one end per server, in any order.
    pub fn new(servers: &[End]) -> Self {
        let servers = servers.iter().map(End::client).collect();
        Clerk { servers, id: rand::random(), serial: 0, leader: 0 }
    }

    /// Has a command carried out, exactly once, and returns its output. Retries for ever.
    pub async fn submit(&mut self, command: S::Command) -> S::Output {
        self.serial += 1;
        // Every attempt carries the same serial number: that is what makes it a repetition.
        let request = Request { client: self.id, serial: self.serial, command };
        loop {
            for _ in 0..self.servers.len() {
                if let Some(output) = self.ask_patiently(&request).await {
                    return output;
                }
                self.leader = (self.leader + 1) % self.servers.len();
            }
            tokio::time::sleep(ROUND_PAUSE).await;
        }
    }

    /// Asks one server, twice if need be: a lost message says nothing about who leads.
    async fn ask_patiently(&self, request: &Request<S::Command>) -> Option<S::Output> {
        for _ in 0..2 {
            match tokio::time::timeout(ANSWER_TIMEOUT, self.ask(request)).await {
                Ok(Ok(Reply::Done(output))) => return Some(output),
                Ok(Err(_)) => {}
                Ok(Ok(Reply::NotLeader)) | Err(_) => break,
            }
        }
        None
    }

    async fn ask(&self, request: &Request<S::Command>) -> Result<Reply<S::Output>, tarpc::client::RpcError> {
        self.servers[self.leader].call(context::current(), request.clone()).await
    }
}
