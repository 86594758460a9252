//! One request on its way, and where it leads.

use std::sync::Arc;

use tarpc::context::Context;
use tokio::sync::oneshot;

use crate::server::Server;

/// One request on its way. Dropping `reply_to` tells the caller that there is no answer.
#[derive(Debug)]
pub(crate) struct Call {
    /// Numbers the calls of a network, for its events.
    pub(crate) id: u64,
    pub(crate) end: usize,
    pub(crate) service: Arc<str>,
    pub(crate) context: Context,
    pub(crate) bytes: Vec<u8>,
    pub(crate) reply_to: oneshot::Sender<Vec<u8>>,
}

impl Call {
    /// Takes the caller's wait away from the request. Dropped, it tells the caller that there is no answer.
    pub(crate) fn hang_up(&mut self) -> oneshot::Sender<Vec<u8>> {
        let (nobody, _) = oneshot::channel();
        std::mem::replace(&mut self.reply_to, nobody)
    }
}

/// Where a request leads, and by what modes it travels: those that held when the network took it.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) slot: usize,
    pub(crate) server: Arc<Server>,
    pub(crate) reliable: bool,
    pub(crate) long_reordering: bool,
    pub(crate) late_requests: bool,
    pub(crate) is_kept: bool,
}
