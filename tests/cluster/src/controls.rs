//! What a cluster can do with a server, whatever lab it is of.

use labrpc::Server;
use raft::Term;
use tokio::sync::watch;

/// How a server is handled from outside. Each suite makes them for the servers of its lab.
pub struct Controls {
    /// Tells the server that it has been given up.
    pub kill: Box<dyn Fn() + Send + Sync>,
    /// What it offers on the network.
    pub services: Server,
    /// What it is doing, in one line. Must not block: `None` if it is busy.
    pub status: Box<dyn Fn() -> Option<String> + Send + Sync>,
    /// Whether it believes that it leads.
    pub leads: Box<dyn Fn() -> bool + Send + Sync>,
    /// Its term, and whether it believes that it leads, with every change.
    pub state: watch::Receiver<(Term, bool)>,
}
