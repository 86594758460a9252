//! *AppendEntries RPC*, as in Figure 2, with the faster log back-up of the end of §5.3.

use serde::{Deserialize, Serialize};

use crate::{
    Index, ServerId, Term, Time,
    log::Entry,
    ready::Request,
    state::{Core, Role},
    timing::{APPEND_BYTES_MAX, APPEND_ENTRIES_MAX},
};

/// Invoked by the leader to replicate log entries (§5.3); also used as heartbeat (§5.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppendEntriesArgs {
    /// Leader's term.
    pub term: Term,
    /// So that a follower can redirect clients.
    pub leader_id: ServerId,
    /// Index of the log entry immediately preceding the new ones.
    pub prev_log_index: Index,
    /// Term of that entry.
    pub prev_log_term: Term,
    /// Log entries to store; empty for a heartbeat.
    pub entries: Vec<Entry>,
    /// Leader's `commit_index`.
    pub leader_commit: Index,
}

/// The answer to [`AppendEntriesArgs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppendEntriesReply {
    /// The receiver's term, for the leader to update itself.
    pub term: Term,
    /// True if the follower held an entry matching `prev_log_index` and `prev_log_term`.
    pub success: bool,
    /// If it did not: the last place where the two logs can still agree.
    pub conflict: Option<Conflict>,
}

/// Where a follower's log can at best still agree with the leader's (end of §5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// The follower's last index, not after `prev_log_index`, whose term is not above `prev_log_term`. Behind it its
    /// terms are above all the leader's, so nothing there can match.
    pub conflict_index: Index,
    /// The follower's term at that index.
    pub conflict_term: Term,
}

/// What the leader must remember of a request to understand the reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AppendEntriesSent {
    /// Term of the request.
    pub term: Term,
    /// `prev_log_index` of the request.
    pub prev_log_index: Index,
    /// Index of the last entry it carried, or `prev_log_index`.
    pub last_index: Index,
    /// Number of the request.
    pub seq: u64,
}

impl AppendEntriesArgs {
    /// The part of the request that its reply is judged by.
    pub fn sent(&self, seq: u64) -> AppendEntriesSent {
        let last_index = self.prev_log_index + self.entries.len() as Index;
        AppendEntriesSent { term: self.term, prev_log_index: self.prev_log_index, last_index, seq }
    }
}

impl Core {
    /// **Lab 2A.** Receiver implementation of AppendEntries (Figure 2). A heartbeat needs step 1, and to recognise the leader
    /// (§5.2); the other steps come with Lab 2B.
    pub fn append_entries(&mut self, args: AppendEntriesArgs, now: Time) -> AppendEntriesReply {
        self.observe_term(args.term, now);
        // 1. An older leader is refused (§5.1) …
        if args.term < self.current_term {
            return AppendEntriesReply { term: self.current_term, success: false, conflict: None };
        }
        // … the current one is recognised by followers and candidates alike (§5.2).
        self.recognise_leader(now);
        // 2. Our log must hold the entry before the new ones (§5.3).
        // What is committed here is the same on every leader (Leader Completeness, §5.4).
        if args.prev_log_index > self.commit_index
            && let Some(conflict) = self.conflict_with(args.prev_log_index, args.prev_log_term)
        {
            return AppendEntriesReply { term: self.current_term, success: false, conflict: Some(conflict) };
        }
        let last_new = args.prev_log_index + args.entries.len() as Index;
        // 3. and 4.
        if !args.entries.is_empty() {
            self.store(args.prev_log_index, args.entries);
        }
        // 5. What the leader has committed is committed here, as far as we know that our log agrees with its.
        let committed = args.leader_commit.min(last_new);
        if committed > self.commit_index {
            self.commit_index = committed;
        }
        AppendEntriesReply { term: self.current_term, success: true, conflict: None }
    }

    /// **Lab 2A, helper.** Hearing from the leader of the current term ends a candidacy and puts the next one off (§5.2).
    pub(crate) fn recognise_leader(&mut self, now: Time) {
        debug_assert!(
            !matches!(self.role, Role::Leader(_)),
            "Election Safety (§5.2): two leaders in one term"
        );
        self.role = Role::Follower;
        self.reset_election_timer(now);
    }

    /// **Lab 2B.** `None` if the logs agree at `prev_log_index`, and so, by Log Matching (§5.3), up to it.
    /// Otherwise the last place where they can still agree (end of §5.3). `prev_log_index` is not committed here.
    fn conflict_with(&self, prev_log_index: Index, prev_log_term: Term) -> Option<Conflict> {
        if self.log.term(prev_log_index) == Some(prev_log_term) {
            return None;
        }
        let end = prev_log_index.min(self.log.last_index());
        let conflict_index = self.log.last_index_of_term_at_most(end, prev_log_term).max(self.commit_index);
        let conflict_term = self.log.term(conflict_index).expect("at or after the last included index");
        Some(Conflict { conflict_index, conflict_term })
    }

    /// **Lab 2B.** Steps 3 and 4: deletes what conflicts, appends what is missing. Entries that are there already stay
    /// untouched together with all that follow: the request may be an old one that arrives late.
    fn store(&mut self, prev_log_index: Index, entries: Vec<Entry>) {
        for (index, entry) in (prev_log_index + 1..).zip(entries) {
            if index <= self.log.last_included_index() || self.log.term(index) == Some(entry.term) {
                continue;
            }
            if index <= self.log.last_index() {
                assert!(
                    index > self.commit_index,
                    "State Machine Safety (§5.4): committed entry {index} overwritten"
                );
                self.log.truncate_from(index);
            }
            self.log.append(entry);
            self.log_changed_from(index);
        }
    }

    /// **Lab 2A.** Sender's half: a heartbeat, with the arguments of Figure 2 (§5.2). From Lab 2B on it carries all entries from
    /// `next_index` on, as many as one request may (§5.3).
    pub(crate) fn send_append_entries(&mut self, peer: ServerId) {
        let Role::Leader(leader) = &self.role else { return };
        let prev_log_index = leader.next_index[peer] - 1;
        let count_max = leader.entries_max(peer, APPEND_ENTRIES_MAX);
        let args = AppendEntriesArgs {
            term: self.current_term,
            leader_id: self.me,
            prev_log_index,
            prev_log_term: self
                .log
                .term(prev_log_index)
                .expect("next_index is after the last included index"),
            entries: self.log.slice(prev_log_index + 1, count_max, APPEND_BYTES_MAX),
            leader_commit: self.commit_index,
        };
        self.send(peer, Request::AppendEntries(args));
    }

    /// **Lab 2A.** Sender's half: a newer term ends the leadership (§5.1), and a reply to a request of an older term counts for
    /// nothing. What replies mean for `next_index` and `match_index` (§5.3) comes with Lab 2B.
    pub fn append_entries_reply(
        &mut self,
        from: ServerId,
        sent: AppendEntriesSent,
        reply: AppendEntriesReply,
        now: Time,
    ) {
        self.observe_term(reply.term, now);
        // A reply to a request of an older term says nothing about the log of today.
        if sent.term != self.current_term {
            return;
        }
        self.request_ended(from, sent.seq);
        if reply.success {
            // A heartbeat while the log is empty tells nothing.
            if sent.last_index > 0 {
                self.matched(from, sent.last_index);
            }
        } else if let Some(conflict) = reply.conflict {
            self.back_up(from, sent.prev_log_index, conflict);
        }
    }

    /// **Lab 2B.** `peer` holds our log up to `index`: `match_index`, `next_index`, and so perhaps `commit_index` (§5.3). Replies may come
    /// late and out of order, so indices never go back.
    pub(crate) fn matched(&mut self, peer: ServerId, index: Index) {
        let Role::Leader(leader) = &mut self.role else { return };
        leader.match_index[peer] = leader.match_index[peer].max(index);
        leader.next_index[peer] = leader.next_index[peer].max(leader.match_index[peer] + 1);
        self.advance_commit_index();
    }

    /// **Lab 2B.** `peer` refused what follows `prev_log_index`: goes back to the last place where the logs can still agree (end of §5.3),
    /// unless the refusal is an old one.
    ///
    /// The follower has skipped all its terms above ours; we skip all ours above its. So there is at most one refusal per
    /// conflicting term.
    fn back_up(&mut self, peer: ServerId, prev_log_index: Index, conflict: Conflict) {
        let Role::Leader(leader) = &mut self.role else { return };
        // A late refusal of an earlier attempt: we have moved on since.
        if leader.next_index[peer] != prev_log_index + 1 {
            return;
        }
        let Conflict { conflict_index, conflict_term } = conflict;
        let agreed = self.log.last_index_of_term_at_most(conflict_index, conflict_term);
        leader.next_index[peer] = agreed.max(leader.match_index[peer]) + 1;
    }
}
