//! From the names of servers to ends that reach them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use kvraft::clerk::Group;
use labrpc::End;

use crate::rpc::{ServerEnd, ShardKvServiceClient};

/// Makes an end to the server of a name. The labs' `make_end`.
pub type MakeEnd = Arc<dyn Fn(&str) -> End + Send + Sync>;

/// A port to one server, as the one who calls it sees it.
pub(crate) type Server = ShardKvServiceClient<ServerEnd>;

/// The ends made so far: one per server, however many calls and configurations there are.
pub(crate) struct Directory {
    make_end: MakeEnd,
    ends: Mutex<HashMap<String, Server>>,
}

impl Directory {
    pub(crate) fn new(make_end: MakeEnd) -> Self {
        Directory { make_end, ends: Mutex::default() }
    }

    /// The servers of these names, as a group to be asked.
    pub(crate) fn group(&self, servers: &[String]) -> Group<Server> {
        let mut ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        let mut end = |name: &String| {
            let make = || Server::from((self.make_end)(name).client());
            ends.entry(name.clone()).or_insert_with(make).clone()
        };
        Group::new(servers.iter().map(&mut end).collect())
    }
}
