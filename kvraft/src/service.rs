//! What clerks and servers say to each other: one method, for every state machine.
//!
//! Where Raft declares its RPCs with `#[tarpc::service]`, this one is written out by hand: the macro knows no generics, and this
//! service is the same for every machine.

use labrpc::{ClientEnd, Service};
use serde::{Deserialize, Serialize};
use tarpc::RequestName;

use crate::{machine::StateMachine, rsm::Rsm, session::ExactlyOnce, session::Request};

/// Name of the service on the network.
const SERVICE: &str = "Rsm";

/// The answer to a [`Request`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply<T> {
    /// Carried out, exactly once, with this output.
    Done(T),
    /// Ask another server. The request may be carried out all the same.
    NotLeader,
}

/// The clerk's end of the connection to one server.
pub type ServiceEnd<S> = ClientEnd<Request<<S as StateMachine>::Command>, Reply<<S as StateMachine>::Output>>;

impl<C> RequestName for Request<C> {
    fn name(&self) -> &str {
        "Rsm.submit"
    }
}

/// The service of one server. Its handler returns when [`Rsm::submit`] does, so it never outlives the leadership.
pub(crate) fn service<S: StateMachine>(rsm: &Rsm<ExactlyOnce<S>>) -> Service {
    let rsm = rsm.clone();
    Service::new(SERVICE, move |_context, request: Request<S::Command>| {
        let rsm = rsm.clone();
        async move { Ok(answer(rsm.submit(request).await.ok().flatten())) }
    })
}

/// An outdated request has no output: its client has had it, and does not listen any more.
fn answer<T>(output: Option<T>) -> Reply<T> {
    output.map_or(Reply::NotLeader, Reply::Done)
}
