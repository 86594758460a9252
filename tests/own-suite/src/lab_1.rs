//! Lab 1: a job of one's own.

use mapreduce_suite::Rig;
use simulator::{Case, Sim, case};

pub(crate) const CASES: &[Case] =
    &[case!("1", Extra, "TestMine1", mine_1, "*** Starting TestMine1 test.").on_real_clock()];

/// Goal: workers that find nothing to do leave, and spoil nothing. Method: three workers for two short files.
async fn mine_1(sim: Sim) {
    let rig = Rig::new(&sim, "TestMine1");
    let files = [rig.write_input("one.txt", "to be or not"), rig.write_input("two.txt", "to be")];
    let coordinator = rig.coordinator_of(&files, &[]);
    let workers = [(); 3].map(|()| rig.early_worker("wc", &[]));
    rig.end_well([coordinator].into_iter().chain(workers)).await;
    let counts = rig.merged();
    rig.check(counts == ["be 2", "not 1", "or 1", "to 2"], &format!("--- the counts are {counts:?}"));
    rig.check_clean();
    rig.passed();
}
