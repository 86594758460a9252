//! One hand-over of one shard: what goes, the name it goes by, and how far it has got at either end.

use std::sync::Arc;

use kvraft::{kv::Kv, session::ExactlyOnce};
use serde::{Deserialize, Serialize};
use shardctrler::ConfigNum;

/// The contents of a shard: its keys and values, **and the memory of who has changed them**, so that a retry is known as one
/// wherever the shard has gone. The two are one value, and no step of a hand-over could separate them.
pub type Shard = ExactlyOnce<Kv>;

/// Names one hand-over: configuration `num` gave `shard` to another group than the one that had it. Both groups know it by this
/// name, however far they have got since, and a message about it cannot be taken for one about another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct HandOver {
    /// The shard. First, so that the hand-overs of one shard stand together, in their order.
    pub shard: usize,
    /// The configuration that asks for it.
    pub num: ConfigNum,
}

/// A hand-over at the group that takes the shard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// The servers of the group that gives it.
    pub from: Vec<String>,
    /// Whether the contents are here. The giver has not been told of it yet, and still has them too.
    pub installed: bool,
}

/// A hand-over at the group that gives the shard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Departure {
    /// The contents are not here: they have to arrive from a third group first.
    Expected,
    /// The contents, frozen. Kept until the taker says that it has them for good. Shared, so that they can be encoded while the group
    /// goes on.
    Ready(Arc<Shard>),
}
