//! What a server of a group answers: to clerks, and to other groups.

use bytes::Bytes;
use kvraft::{kv, session::Request};
use labrpc::ClientEnd;
use serde::{Deserialize, Serialize};

use crate::handover::HandOver;

/// Why there is no answer. The labs' `Err`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// The key is not served by this group now: ask the controller. The request has not been carried out.
    WrongGroup,
    /// Ask another server of the group. The request may be carried out all the same.
    WrongLeader,
    /// This server has not got so far: it does not know the configuration yet, or has not got the shard itself.
    NotReady,
}

/// What a server answers.
#[tarpc::service]
pub trait ShardKvService {
    /// A clerk's Get, Put or Append.
    async fn submit(request: Request<kv::Command>) -> Result<String, Refusal>;
    /// The contents of a departing shard, encoded. Any server of the group that has got so far may answer: the contents are frozen.
    async fn pull(id: HandOver) -> Result<Bytes, Refusal>;
    /// The taker has committed the contents: the giver can delete its own. Answered when that is committed too.
    async fn delete(id: HandOver) -> Result<(), Refusal>;
}

/// A port to one server.
pub type ServerEnd = ClientEnd<ShardKvServiceRequest, ShardKvServiceResponse>;
