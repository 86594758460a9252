//! *InstallSnapshot RPC*, as in Figure 13, without chunks: the labs send a snapshot whole.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::{Index, ServerId, Term, Time, ready::Request, state::Core, trace::trace};

/// Invoked by the leader to send a snapshot to a follower that is behind the start of the leader's log (§7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstallSnapshotArgs {
    /// Leader's term.
    pub term: Term,
    /// So that a follower can redirect clients.
    pub leader_id: ServerId,
    /// The snapshot replaces all entries up to and including this index.
    pub last_included_index: Index,
    /// Term of the entry at that index.
    pub last_included_term: Term,
    /// The whole snapshot.
    pub data: Bytes,
}

/// The answer to [`InstallSnapshotArgs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstallSnapshotReply {
    /// The receiver's term, for the leader to update itself.
    pub term: Term,
}

impl Core {
    /// **Lab 2D.** The service holds everything up to and including `index` in `snapshot`: the log up to there goes, and
    /// both are saved in one step (§7).
    ///
    /// An index that is not ahead of the last snapshot, or that was never handed to the service, changes nothing.
    pub fn snapshot(&mut self, index: Index, snapshot: Bytes) {
        if index <= self.log.last_included_index() || index > self.last_applied {
            return;
        }
        let term = self.log.term(index).expect("an applied entry after the snapshot is in the log");
        self.replace_snapshot(index, term, snapshot);
        trace!(self, "SNAP", index, "taken by the service");
    }

    /// **Lab 2D, helper.** The snapshot and the log that is left of it, in one go.
    fn replace_snapshot(&mut self, index: Index, term: Term, snapshot: Bytes) {
        self.log.compact(index, term);
        self.snapshot = snapshot;
        self.unsaved.snapshot = true;
    }

    /// **Lab 2D.** Receiver implementation of InstallSnapshot (Figure 13, without chunks): a snapshot that is ahead of what is committed
    /// here takes the place of the log up to its end, and goes to the service.
    pub fn install_snapshot(&mut self, args: InstallSnapshotArgs, now: Time) -> InstallSnapshotReply {
        self.observe_term(args.term, now);
        let reply = InstallSnapshotReply { term: self.current_term };
        // 1. An older leader is refused.
        if args.term < self.current_term {
            return reply;
        }
        self.recognise_leader(now);
        // A late snapshot must not move the service back: what is committed here is on its way to it already.
        if args.last_included_index <= self.commit_index {
            return reply;
        }
        // 2. to 4. are about chunks. 5. to 7.: keep what follows the snapshot if our log agrees with it, else nothing.
        let InstallSnapshotArgs { last_included_index: index, last_included_term, data, .. } = args;
        self.replace_snapshot(index, last_included_term, data);
        self.commit_index = index;
        // 8. The service is reset by the next apply message.
        self.snapshot_to_apply = true;
        trace!(self, "SNAP", index, "installed from the leader");
        reply
    }

    /// **Lab 2D.** Sender's half: sends our snapshot, with the arguments of Figure 13.
    pub(crate) fn send_install_snapshot(&mut self, peer: ServerId) {
        let args = InstallSnapshotArgs {
            term: self.current_term,
            leader_id: self.me,
            last_included_index: self.log.last_included_index(),
            last_included_term: self.log.last_included_term(),
            data: self.snapshot.clone(),
        };
        self.send(peer, Request::InstallSnapshot(args));
    }

    /// **Lab 2D.** Sender's half: the follower holds everything up to the snapshot's index now (§7).
    pub fn install_snapshot_reply(
        &mut self,
        from: ServerId,
        sent: InstallSnapshotSent,
        reply: InstallSnapshotReply,
        now: Time,
    ) {
        self.observe_term(reply.term, now);
        if sent.term != self.current_term {
            return;
        }
        self.request_ended(from, sent.seq);
        self.matched(from, sent.last_included_index);
    }
}

/// What the leader must remember of a request to understand the reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstallSnapshotSent {
    /// Term of the request.
    pub term: Term,
    /// Last index in the snapshot.
    pub last_included_index: Index,
    /// Number of the request.
    pub seq: u64,
}
