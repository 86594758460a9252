//! How a server is started, and who takes what it applies.

use cluster::Controls;
use labrpc::Server;
use raft::{ApplyReceiver, Raft, apply_channel};

use super::{applier, config::Config};

/// A Raft server as a member of a cluster.
fn controls(raft: &Raft) -> Controls {
    let (killed, asked, elected) = (raft.clone(), raft.clone(), raft.clone());
    Controls {
        kill: Box::new(move || killed.kill()),
        services: Server::new().with(raft.service()),
        status: Box::new(move || asked.status().map(|status| status.to_string())),
        leads: Box::new(move || elected.get_state().1),
        state: raft.watch_state(),
    }
}

impl Config {
    /// Crashes a server, whatever its state, and starts it again from its storage. It is not connected by this.
    pub fn start_server(&self, i: usize) {
        let i = i % self.servers();
        self.crash(i);
        let cluster = &self.shared.cluster;
        let ends = cluster.fresh_ends(i).iter().map(labrpc::End::client).collect();
        self.logs().last_applied[i] = 0;
        let persister = cluster.next_persister(i);
        if persister.snapshot_size() > 0 {
            applier::restore(self, i, &persister.read_snapshot());
        }
        let (sender, receiver) = apply_channel();
        let raft = Raft::make(ends, i, persister, sender);
        self.start_applier(i, &raft, receiver);
        let controls = controls(&raft);
        cluster.install(i, raft, controls);
    }

    fn start_applier(&self, i: usize, raft: &Raft, receiver: ApplyReceiver) {
        let (config, raft) = (self.clone(), raft.clone());
        if self.shared.snapshots {
            tokio::spawn(applier::apply_and_snapshot(config, i, raft, receiver));
        } else {
            tokio::spawn(applier::apply(config, i, receiver));
        }
    }
}
