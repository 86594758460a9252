//! A controller that asks for what the real one never does: hand-overs in both directions between two groups, in one configuration.

use cluster::Cluster;
use kvraft::{Server, StateMachine};
use labgob::{DecodeError, Decoder};
use labrpc::{End, Network};
use shardctrler::{Command, Config as Configuration, Refusal};
use simulator::Sim;

use super::group::SERVERS;

/// Speaks the controller's language. A Join divides the shards among the groups in turn; a Move, of whatever shard to whatever group,
/// gives every shard to the next group.
pub(super) struct Swapper {
    configs: Vec<Configuration>,
}

impl StateMachine for Swapper {
    type Command = Command;
    type Output = Result<Configuration, Refusal>;

    fn apply(&mut self, command: Command) -> Self::Output {
        let newest = self.configs.last().expect("there is a first one").clone();
        let mut next = Configuration { num: newest.num + 1, ..newest.clone() };
        match command {
            Command::Query { num } => {
                let index = usize::try_from(num).unwrap_or(usize::MAX);
                return Ok(self.configs.get(index).unwrap_or(&newest).clone());
            }
            Command::Join { servers } => next.groups.extend(servers),
            Command::Leave { .. } => return Err(Refusal::Nothing),
            Command::Move { .. } => {}
        }
        let gids: Vec<_> = next.groups.keys().copied().collect();
        let turn = usize::try_from(next.num).expect("a small number");
        for (shard, owner) in next.shards.iter_mut().enumerate() {
            *owner = gids[(shard + turn) % gids.len()];
        }
        self.configs.push(next.clone());
        Ok(next)
    }

    fn snapshot(&self, out: &mut Vec<u8>) {
        labgob::encode_into(&self.configs, out).expect("configurations can be encoded");
    }

    fn restore(&mut self, from: &mut Decoder<'_>) -> Result<(), DecodeError> {
        self.configs = from.get()?;
        Ok(())
    }
}

/// Starts its servers, whose names begin with `prefix`.
pub(super) fn start(sim: &Sim, net: &Network, prefix: &str) -> Cluster<Server<Swapper>> {
    let cluster = Cluster::named(sim, net.clone(), prefix, SERVERS);
    for i in 0..SERVERS {
        let ends = cluster.fresh_ends(i).iter().map(End::client).collect();
        let machine = Swapper { configs: vec![Configuration::default()] };
        let server = Server::start(ends, i, cluster.next_persister(i), None, machine);
        let controls = service::controls(&server);
        cluster.install(i, server, controls);
        cluster.connect(i);
    }
    cluster
}
