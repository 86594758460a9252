//! The client's side: find the group, then its leader.

use std::{collections::HashMap, sync::Arc, time::Duration};

use kvraft::{
    clerk::{Group, Identity},
    kv::Command,
    session::Request,
};
use labrpc::End;
use shardctrler::Config;
use tarpc::{client::RpcError, context};

use crate::{
    directory::{Directory, MakeEnd, Server},
    key::key2shard,
    rpc::Refusal,
};

/// How long to wait before the controller is asked for a newer configuration: the course's number.
const CONFIG_PAUSE: Duration = Duration::from_millis(100);

/// A client. It makes one call at a time, and retries for ever.
pub struct Clerk {
    controller: shardctrler::Clerk,
    directory: Arc<Directory>,
    /// The newest configuration heard of. Asked for again only when a group does not answer as it should.
    config: Config,
    groups: HashMap<Vec<String>, Group<Server>>,
    identity: Identity,
}

impl Clerk {
    /// A new client. `controller` holds one end per server of the controller; `make_end` makes ends to the servers that the
    /// configurations name.
    pub fn new(controller: &[End], make_end: MakeEnd) -> Self {
        Clerk {
            controller: shardctrler::Clerk::new(controller),
            directory: Arc::new(Directory::new(make_end)),
            config: Config::default(),
            groups: HashMap::new(),
            identity: Identity::new(),
        }
    }

    /// The value of a key, empty if there is none. Retries for ever.
    pub async fn get(&mut self, key: &str) -> String {
        self.submit(Command::Get { key: key.into() }).await
    }

    /// Replaces the value of a key. Retries for ever.
    pub async fn put(&mut self, key: &str, value: &str) {
        self.submit(Command::Put { key: key.into(), value: value.into() }).await;
    }

    /// Appends to the value of a key; to a missing one like a Put. Retries for ever.
    pub async fn append(&mut self, key: &str, value: &str) {
        self.submit(Command::Append { key: key.into(), value: value.into() }).await;
    }

    /// **Lab 4B.** Asks the group that has the shard of the command's key; asks the controller for a newer configuration when that
    /// group does not answer as it should. Every attempt is the same request, or it would not be known as a retry.
    async fn submit(&mut self, command: Command) -> String {
        let shard = key2shard(command.key());
        // One request for all attempts, at whichever group: its serial number is what makes a retry one.
        let request = self.identity.request(command);
        loop {
            if let Some(Ok(value)) = self.ask(shard, &request).await {
                return value;
            }
            tokio::time::sleep(CONFIG_PAUSE).await;
            self.config = self.controller.newest().await;
        }
    }

    /// **Lab 4B, helper.** Asks the group that has the shard, as far as we know. `None` if there is none, or none of its servers answers.
    async fn ask(&mut self, shard: usize, request: &Request<Command>) -> Option<Result<String, WrongGroup>> {
        let servers = self.config.servers_of(shard)?;
        if !self.groups.contains_key(servers) {
            self.groups.insert(servers.to_vec(), self.directory.group(servers));
        }
        let group = self.groups.get_mut(servers)?;
        group.ask_all(|server| attempt(server, request.clone())).await
    }
}

/// The group does not serve the key: no other server of it will.
struct WrongGroup;

/// **Lab 4B, helper.** One attempt at one server.
async fn attempt(
    server: Server,
    request: Request<Command>,
) -> Result<Option<Result<String, WrongGroup>>, RpcError> {
    Ok(match server.submit(context::current(), request).await? {
        Ok(value) => Some(Ok(value)),
        Err(Refusal::WrongGroup) => Some(Err(WrongGroup)),
        Err(Refusal::WrongLeader | Refusal::NotReady) => None,
    })
}
