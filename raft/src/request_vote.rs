//! *RequestVote RPC*, as in Figure 2.

use serde::{Deserialize, Serialize};

use crate::{
    Index, ServerId, Term, Time,
    ready::Request,
    state::{Core, Role},
};

/// Invoked by candidates to gather votes (§5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestVoteArgs {
    /// Candidate's term.
    pub term: Term,
    /// Candidate requesting the vote.
    pub candidate_id: ServerId,
    /// Index of the candidate's last log entry (§5.4).
    pub last_log_index: Index,
    /// Term of the candidate's last log entry (§5.4).
    pub last_log_term: Term,
}

/// The answer to [`RequestVoteArgs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestVoteReply {
    /// The receiver's term, for the candidate to update itself.
    pub term: Term,
    /// True means the candidate received the vote.
    pub vote_granted: bool,
}

impl Core {
    /// **Lab 2A.** Receiver implementation of RequestVote (Figure 2): at most one vote per term (§5.2), and a vote that is
    /// given puts the own candidacy off. The comparison of the logs (`is_up_to_date`, §5.4.1) comes with Lab 2B: while the log is
    /// empty, do without it.
    pub fn request_vote(&mut self, args: RequestVoteArgs, now: Time) -> RequestVoteReply {
        self.observe_term(args.term, now);
        let vote_granted = self.may_vote_for(&args);
        if vote_granted {
            self.voted_for = Some(args.candidate_id);
            self.unsaved.head = true;
            // Only a vote that is given puts our own candidacy off (*Followers*, Figure 2).
            self.reset_election_timer(now);
        }
        RequestVoteReply { term: self.current_term, vote_granted }
    }

    /// **Lab 2A, helper.** Steps 1 and 2 of the figure.
    fn may_vote_for(&self, args: &RequestVoteArgs) -> bool {
        // 1. No vote for a candidate of an older term (§5.1).
        if args.term < self.current_term {
            return false;
        }
        // 2. One vote per term (§5.2), and only for a log at least as up-to-date as ours (§5.4).
        let is_free = self.voted_for.is_none_or(|candidate| candidate == args.candidate_id);
        // No log is behind an empty one.
        is_free && (self.log.last_index() == 0 || self.is_up_to_date(args))
    }

    /// **Lab 2B.** The election restriction (§5.4.1): the later last term wins, then the longer log.
    fn is_up_to_date(&self, args: &RequestVoteArgs) -> bool {
        (args.last_log_term, args.last_log_index) >= (self.log.last_term(), self.log.last_index())
    }

    /// **Lab 2A.** Sender's half: asks `peer` for its vote, with the arguments of Figure 2.
    pub(crate) fn send_request_vote(&mut self, peer: ServerId) {
        let args = RequestVoteArgs {
            term: self.current_term,
            candidate_id: self.me,
            last_log_index: self.log.last_index(),
            last_log_term: self.log.last_term(),
        };
        self.send(peer, Request::RequestVote(args));
    }

    /// **Lab 2A.** Sender's half: counts the vote, unless the election it belongs to is over (§5.2).
    pub fn request_vote_reply(
        &mut self,
        from: ServerId,
        request_term: Term,
        reply: RequestVoteReply,
        now: Time,
    ) {
        self.observe_term(reply.term, now);
        if request_term != self.current_term || !reply.vote_granted {
            return;
        }
        if let Role::Candidate(votes) = &mut self.role {
            votes.0[from] = true;
            self.become_leader_if_elected(now);
        }
    }
}
