//! What the suites of Labs 3 and 4 share: servers on a replicated state machine as members of a cluster ([`controls`]), what clients did and
//! whether that was linearizable ([`Log`]), clients' events in the trace ([`client_calls`]), and a titled section of a test
//! ([`Baseline`]).
//!
//! This crate must not know which service it is that runs on the machine, nor any test. Start reading at [`Log`].

mod clients;
mod history;
mod section;

use cluster::Controls;
use kvraft::{Server, StateMachine};

pub use clients::{client_calls, client_is_answered, client_returns, client_submits};
pub use history::Log;
pub use section::Baseline;

/// A server of a service as a member of a cluster.
pub fn controls<S: StateMachine>(server: &Server<S>) -> Controls {
    let (killed, asked, elected) = (server.clone(), server.clone(), server.clone());
    Controls {
        kill: Box::new(move || killed.kill()),
        services: server.services(),
        status: Box::new(move || asked.raft().status().map(|status| status.to_string())),
        leads: Box::new(move || elected.raft().get_state().1),
        state: server.raft().watch_state(),
    }
}
