//! A server of a group: what it answers, and what it does by itself.

use std::sync::Arc;

use bytes::Bytes;
use kvraft::{Rsm, kv, session::Request};
use labrpc::{End, Service};
use raft::{Persister, Raft, RaftEnd, ServerId};
use shardctrler::Gid;
use tarpc::{context::Context, server::Serve as _};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::{
    directory::{Directory, MakeEnd},
    handover::{Departure, HandOver},
    machine::{Command, Output, ShardKv},
    rpc::{Refusal, ShardKvService},
    shared::Shared,
};

/// A server. Clones are handles to the same server.
#[derive(Clone)]
pub struct ShardKvServer {
    pub(crate) shared: Arc<Shared>,
}

/// Where a server of a group is put: the arguments of the labs' `StartServer`.
pub struct Place {
    /// Ends to the servers of the same group, in their order.
    pub peers: Vec<RaftEnd>,
    /// Which of them this is.
    pub me: ServerId,
    /// Its storage.
    pub persister: Persister,
    /// The labs' `maxraftstate`, in bytes; `None` for "never snapshot".
    pub raft_state_bytes_max: Option<usize>,
    /// Its group.
    pub gid: Gid,
    /// Ends to the servers of the controller.
    pub controller: Vec<End>,
    /// Makes ends to servers of other groups.
    pub make_end: MakeEnd,
}

impl ShardKvServer {
    /// Starts a server, with the state in its storage if there is any. Returns at once.
    pub fn start(place: Place) -> ShardKvServer {
        let Place { peers, me, persister, raft_state_bytes_max, gid, controller, make_end } = place;
        let name = peers[me].server_name().unwrap_or_default();
        let shared = Arc::new(Shared {
            gid,
            name,
            rsm: Rsm::make(peers, me, persister, raft_state_bytes_max, ShardKv::new(gid)),
            directory: Directory::new(make_end),
            behind: Notify::new(),
            reconfigured: Notify::new(),
            killed: CancellationToken::new(),
        });
        let server = ShardKvServer { shared };
        server
            .until_killed(server.shared.clone().follow_configurations(shardctrler::Clerk::new(&controller)));
        server.until_killed(server.shared.clone().move_shards());
        server
    }

    fn until_killed(&self, forever: impl Future<Output = ()> + Send + 'static) {
        let killed = self.shared.killed.clone();
        tokio::spawn(async move { killed.run_until_cancelled(forever).await });
    }

    /// The Raft server below.
    pub fn raft(&self) -> &Raft {
        self.shared.rsm.raft()
    }

    /// The replicated state machine.
    pub fn rsm(&self) -> &Rsm<ShardKv> {
        &self.shared.rsm
    }

    /// What it offers on the network: itself to clerks and other groups, and its Raft server to the others of its group.
    pub fn services(&self) -> labrpc::Server {
        let server = self.clone();
        let service =
            Service::new("ShardKvService", move |ctx, request| server.clone().serve().serve(ctx, request));
        labrpc::Server::new().with(service).with(self.raft().service())
    }

    /// The server has been given up.
    pub fn kill(&self) {
        self.shared.killed.cancel();
        self.shared.rsm.kill();
    }
}

impl ShardKvService for ShardKvServer {
    /// **Lab 4B.** Has a clerk's request carried out through the log.
    async fn submit(self, _: Context, request: Request<kv::Command>) -> Result<String, Refusal> {
        // Whose the key is, is decided where the request is applied. Here, it could be ours now and another group's then.
        match self.shared.rsm.submit(Command::Client(request)).await {
            Ok(Output::Answer(Some(value))) => Ok(value),
            Ok(Output::WrongGroup) => Err(Refusal::WrongGroup),
            Ok(Output::Answer(None) | Output::Done) | Err(_) => Err(Refusal::WrongLeader),
        }
    }

    /// **Lab 4B.** Gives the contents of a departing shard to the group that takes it.
    async fn pull(self, _: Context, id: HandOver) -> Result<Bytes, Refusal> {
        if self.shared.rsm.inspect(|group| group.config().num) < id.num {
            // It is high time to ask for the configuration of this hand-over.
            self.shared.behind.notify_one();
            return Err(Refusal::NotReady);
        }
        let contents = self.shared.rsm.inspect(|group| match group.departures().get(&id) {
            Some(Departure::Ready(contents)) => Some(contents.clone()),
            Some(Departure::Expected) | None => None,
        });
        let encoded = labgob::encode(&*contents.ok_or(Refusal::NotReady)?);
        Ok(encoded.expect("a shard can be encoded").into())
    }

    /// **Lab 4B.** Deletes a departed shard through the log, now that the taker has it for good (challenge 1).
    ///
    /// This entry stands behind the one by which the shard departed, whoever leads: the taker has pulled the contents from a server that
    /// had applied it, so it was committed (Leader Completeness, Figure 3).
    async fn delete(self, _: Context, id: HandOver) -> Result<(), Refusal> {
        let done = self.shared.rsm.submit(Command::Delete(id)).await;
        done.map(drop).map_err(|_| Refusal::WrongLeader)
    }
}
