//! The course's seventh test.

use std::time::Duration;

use futures::future::join3;
use simulator::{Case, Sim, case};

use super::rig::Rig;

pub(super) const CASES: &[Case] = &[case!("1", Official, "crash", crash, "*** Starting crash test.")];

/// In the course's script, a dead worker is replaced after this time.
const REPLACEMENT_DELAY: Duration = Duration::from_secs(1);
const SOCKET: &str = mapreduce::SOCKET_DEFAULT;

/// Goal: the result is right though workers die in a third of all calls. Method: four workers at a time, each replaced when it has
/// died, as long as there is a coordinator.
async fn crash(sim: Sim) {
    let rig = Rig::new(&sim, "crash");
    let correct = rig.sequential("nocrash").await;
    let coordinator = rig.coordinator_ahead().await;
    let mut first = rig.worker("crash");
    join3(replace(&rig), replace(&rig), replace(&rig)).await;
    first.exit().await;
    rig.end_well([coordinator]).await;
    rig.check_merged("crash", &correct);
    rig.check_clean();
    rig.passed();
}

async fn replace(rig: &Rig) {
    while rig.exists(SOCKET) {
        rig.worker("crash").exit().await;
        tokio::time::sleep(REPLACEMENT_DELAY).await;
    }
}
