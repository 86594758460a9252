//! Who waits for which index: the table between `submit` and the applier.
//!
//! A waiter leaves the table by exactly one door, and every door answers it: [`applied`](Waiting::applied),
//! [`skipped`](Waiting::skipped), [`lead_changed`](Waiting::lead_changed), [`closed`](Waiting::closed), or
//! [`wait`](Waiting::wait) when another takes its place. All are events. Nobody looks from time to time.

use std::collections::VecDeque;

use raft::{Index, Term};
use tokio::sync::oneshot;

/// Tells one submitted command from every other, also from those of other servers and of earlier lives.
pub(crate) type EntryId = u64;

/// This server cannot say what has become of the command: it is not the leader, or has ceased to be while the command was on
/// its way. **The command may still be carried out, later, or may have been already.** Ask another server; that the
/// command is not carried out twice is the business of [`session`](crate::session).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotLeader;

impl std::fmt::Display for NotLeader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not the leader")
    }
}

impl std::error::Error for NotLeader {}

type Answer<T> = Result<T, NotLeader>;

/// The commands submitted here and not yet answered. Invariant: indices strictly increase, terms never decrease.
pub(crate) struct Waiting<T> {
    waiters: VecDeque<Waiter<T>>,
}

struct Waiter<T> {
    index: Index,
    term: Term,
    id: EntryId,
    answer_to: oneshot::Sender<Answer<T>>,
}

impl<T> Waiter<T> {
    fn answer(self, answer: Answer<T>) {
        // Whoever submitted may have gone away: then nobody misses the answer.
        drop(self.answer_to.send(answer));
    }
}

impl<T> Waiting<T> {
    pub(crate) fn new() -> Self {
        Waiting { waiters: VecDeque::new() }
    }

    /// **Lab 3A.** Command `id` will be applied at `index`, if ever. Whoever waited for this index or a later one waits in vain: their
    /// entries have been cut off our log.
    pub(crate) fn wait(&mut self, index: Index, term: Term, id: EntryId) -> oneshot::Receiver<Answer<T>> {
        while let Some(superseded) = self.waiters.pop_back_if(|waiter| waiter.index >= index) {
            superseded.answer(Err(NotLeader));
        }
        let (answer_to, answer) = oneshot::channel();
        self.waiters.push_back(Waiter { index, term, id, answer_to });
        answer
    }

    /// **Lab 3A.** Command `id` was applied at `index`. **The rule of the lab: compare the command, not only the index.** After a change
    /// of leaders, another client's command may stand where ours was to be.
    pub(crate) fn applied(&mut self, index: Index, id: EntryId, output: T) {
        self.skipped(index - 1);
        if let Some(waiter) = self.waiters.pop_front_if(|waiter| waiter.index == index) {
            let answer = if waiter.id == id { Ok(output) } else { Err(NotLeader) };
            waiter.answer(answer);
        }
    }

    /// **Lab 3A.** Everything up to `last` has been passed without being seen here: a snapshot came in its place. It may contain what was
    /// waited for, but not the outputs.
    pub(crate) fn skipped(&mut self, last: Index) {
        while let Some(waiter) = self.waiters.pop_front_if(|waiter| waiter.index <= last) {
            waiter.answer(Err(NotLeader));
        }
    }

    /// **Lab 3A.** This server is in `term` now. What was started in an earlier one, or in this one by a leader that has stepped down, may
    /// still be committed or not: we shall not be the first to know.
    pub(crate) fn lead_changed(&mut self, term: Term, is_leader: bool) {
        let is_over = |waiter: &mut Waiter<T>| waiter.term < term || (waiter.term == term && !is_leader);
        // Terms never decrease along the table, so those that are over stand in front.
        while let Some(waiter) = self.waiters.pop_front_if(is_over) {
            waiter.answer(Err(NotLeader));
        }
    }

    /// **Lab 3A.** The server has been killed: nothing will be applied any more.
    pub(crate) fn closed(&mut self) {
        for waiter in self.waiters.drain(..) {
            waiter.answer(Err(NotLeader));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Receiver = oneshot::Receiver<Answer<&'static str>>;

    fn three() -> (Waiting<&'static str>, [Receiver; 3]) {
        let mut waiting = Waiting::new();
        let receivers = [waiting.wait(4, 2, 40), waiting.wait(5, 2, 50), waiting.wait(7, 3, 70)];
        (waiting, receivers)
    }

    /// What each has been answered: `None` if it still waits.
    fn answers(receivers: &mut [Receiver; 3]) -> [Option<Answer<&'static str>>; 3] {
        receivers.each_mut().map(|receiver| receiver.try_recv().ok())
    }

    #[test]
    fn the_command_at_its_index_is_answered() {
        let (mut waiting, mut receivers) = three();
        waiting.applied(4, 40, "four");
        assert_eq!(answers(&mut receivers), [Some(Ok("four")), None, None]);
    }

    #[test]
    fn another_command_at_the_index_is_no_answer() {
        let (mut waiting, mut receivers) = three();
        waiting.applied(4, 41, "not four");
        assert_eq!(answers(&mut receivers), [Some(Err(NotLeader)), None, None]);
    }

    #[test]
    fn an_index_nobody_waits_for_changes_nothing() {
        let (mut waiting, mut receivers) = three();
        waiting.applied(3, 30, "three");
        assert_eq!(answers(&mut receivers), [None, None, None]);
    }

    #[test]
    fn a_snapshot_that_jumps_over_an_index_ends_the_wait() {
        let (mut waiting, mut receivers) = three();
        waiting.skipped(5);
        assert_eq!(answers(&mut receivers), [Some(Err(NotLeader)), Some(Err(NotLeader)), None]);
    }

    #[test]
    fn a_new_term_ends_the_waits_of_older_ones_only() {
        let (mut waiting, mut receivers) = three();
        waiting.lead_changed(3, true);
        assert_eq!(answers(&mut receivers), [Some(Err(NotLeader)), Some(Err(NotLeader)), None]);
    }

    #[test]
    fn stepping_down_within_a_term_ends_its_waits() {
        let (mut waiting, mut receivers) = three();
        waiting.lead_changed(3, false);
        assert_eq!(answers(&mut receivers), [Some(Err(NotLeader)); 3]);
    }

    #[test]
    fn old_news_of_an_earlier_term_ends_no_wait_of_a_later_one() {
        let (mut waiting, mut receivers) = three();
        waiting.lead_changed(1, false);
        assert_eq!(answers(&mut receivers), [None, None, None]);
    }

    #[test]
    fn an_index_given_anew_ends_the_waits_from_there_on() {
        let (mut waiting, mut receivers) = three();
        let mut anew = waiting.wait(5, 4, 51);
        assert_eq!(answers(&mut receivers), [None, Some(Err(NotLeader)), Some(Err(NotLeader))]);
        waiting.applied(5, 51, "new five");
        assert_eq!(anew.try_recv(), Ok(Ok("new five")));
    }

    #[test]
    fn a_killed_server_answers_everybody() {
        let (mut waiting, mut receivers) = three();
        waiting.closed();
        assert_eq!(answers(&mut receivers), [Some(Err(NotLeader)); 3]);
    }
}
