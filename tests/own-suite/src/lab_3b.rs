//! Lab 3B: the same harness for another state machine.

use std::{
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use kvraft::StateMachine;
use kvraft_suite::{ELECTION_TIMEOUT, Harness};
use labgob::{DecodeError, Decoder};
use linearizability::Model;
use serde::{Deserialize, Serialize};
use simulator::{Case, Sim, case};

pub(crate) const CASES: &[Case] =
    &[case!("3B", Extra, "TestMine3B", mine_3b, "Test: tickets, with partitions and restarts (3B)")];

/// Hands out numbers: 1, 2, 3 …
#[derive(Default)]
struct Tickets {
    last: u64,
}

/// The one thing to ask for: the next number.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Take;

impl StateMachine for Tickets {
    type Command = Take;
    type Output = u64;

    fn apply(&mut self, _: Take) -> u64 {
        self.last += 1;
        self.last
    }

    fn snapshot(&self, out: &mut Vec<u8>) {
        labgob::encode_into(&self.last, out).expect("a number can be encoded");
    }

    fn restore(&mut self, from: &mut Decoder<'_>) -> Result<(), DecodeError> {
        self.last = from.get()?;
        Ok(())
    }
}

/// What one client alone would see of it.
struct TicketsModel;

impl Model for TicketsModel {
    type State = u64;
    type Input = Take;
    type Output = u64;

    fn init(&self) -> u64 {
        0
    }

    fn step(&self, last: &u64, _: &Take, number: &u64) -> Option<u64> {
        (*number == last + 1).then_some(*number)
    }

    fn describe_operation(&self, _: &Take, number: &u64) -> String {
        format!("take() -> {number}")
    }

    fn describe_state(&self, last: &u64) -> String {
        format!("{last} is the last")
    }
}

/// Goal: no number is given twice, none is left out, and who comes later gets a higher one. Method: five clients take twenty numbers each
/// while the servers are split at random; in the end all servers crash, and go on from their snapshots.
async fn mine_3b(sim: Sim) {
    let title = "Test: tickets, with partitions and restarts (3B)";
    let cfg = Harness::<Tickets>::make(&sim, 5, true, Some(1000));
    cfg.begin(title);
    let log = cfg.log().beside(TicketsModel);
    let take = |me: usize, count: usize| {
        let (cfg, log) = (cfg.clone(), log.clone());
        tokio::spawn(async move {
            cfg.sim().scatter().await;
            let mut client = cfg.make_client(&cfg.all());
            for _ in 0..count {
                let call = log.stamp();
                let number = client.submit(Take).await;
                log.write_down(me, call, Take, number);
                tokio::time::sleep(Duration::from_millis(cfg.random(200))).await;
            }
        })
    };
    let partitions = tokio::spawn(cfg.clone().partition_at_random(Arc::new(AtomicBool::new(false))));
    let clients: Vec<_> = (0..5).map(|me| take(me, 20)).collect();
    tokio::time::sleep(5 * ELECTION_TIMEOUT).await;
    partitions.abort();
    cfg.connect_all();
    for client in clients {
        client.await.expect("the client ends well");
    }
    cfg.all().into_iter().for_each(|i| cfg.shutdown_server(i));
    cfg.all().into_iter().for_each(|i| cfg.start_server(i));
    cfg.connect_all();
    take(0, 1).await.expect("the client ends well");
    cfg.check_sizes();
    log.must_be_linearizable(&sim, title);
    cfg.end();
    cfg.cleanup();
}
