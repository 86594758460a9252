//! A titled section of a test that is under way, for Labs 3 and 4: where the counters stood when it began.

use std::time::Duration;

use labrpc::Network;
use protocol::Section;
use simulator::Sim;

/// The counters at the begin of a section.
#[derive(Default)]
pub struct Baseline {
    title: String,
    at: Duration,
    rpcs: u64,
}

impl Baseline {
    /// Announces a section and notes the counters.
    pub fn begin(sim: &Sim, net: &Network, title: &str) -> Self {
        sim.begin(title);
        Baseline { title: title.into(), at: sim.now(), rpcs: net.total_count() }
    }

    /// What has been counted since. Warning and line are empty: each lab prints other figures.
    pub fn section(&self, sim: &Sim, net: &Network, servers: usize, operations: u64) -> Section {
        Section {
            title: self.title.clone(),
            warning: String::new(),
            line: String::new(),
            seconds: (sim.now() - self.at).as_secs_f64(),
            servers,
            rpcs: net.total_count() - self.rpcs,
            // Printed by neither lab.
            bytes: 0,
            operations,
        }
    }
}
