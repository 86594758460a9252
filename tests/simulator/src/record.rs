//! The last thing that a run says.

use std::sync::atomic::Ordering;

use protocol::{Message, RunRecord};

use crate::{context::Sim, recorder::Recorder};

/// Sends the record of this run: the last thing it says. Two may want to, the test's thread and the wall guard: the
/// first one does, and the other must not say something else.
pub(crate) fn report(sim: &Sim, recorder: Option<&Recorder>) {
    if sim.shared.reported.swap(true, Ordering::AcqRel) {
        return;
    }
    sim.note_violation();
    let spec = &sim.shared.spec;
    let (trace_hash, trace_events) = recorder.and_then(Recorder::finish).unzip();
    let record = RunRecord {
        nonce: spec.nonce.clone(),
        part: spec.part.clone(),
        test: spec.test.clone(),
        seed: spec.seed,
        clock: spec.clock,
        failure: sim.failure(),
        sections: sim.sections(),
        seconds: sim.now().as_secs_f64(),
        wall_seconds: sim.wall_seconds(),
        trace_hash,
        trace_events: trace_events.unwrap_or(0),
    };
    sim.wire().send(&Message::Done(record));
}
