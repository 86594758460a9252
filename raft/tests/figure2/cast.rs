//! The cast: servers in every role, and what their peers say to them.

use std::time::Duration;

use bytes::Bytes;
use raft::{
    ApplyMsg, Index, ServerId, Status, Term, Time,
    append_entries::{AppendEntriesArgs, AppendEntriesReply, Conflict},
    install_snapshot::{InstallSnapshotArgs, InstallSnapshotReply, InstallSnapshotSent},
    log::Entry,
    ready::{Head, Message, Persist, Request},
    request_vote::{RequestVoteArgs, RequestVoteReply},
    state::{Core, Saved},
};

/// The server under test.
pub(crate) const ME: ServerId = 0;
/// How many servers there are: a majority is three.
pub(crate) const SERVERS: usize = 5;
/// After every election timeout that began at time zero, and before any that begins now.
pub(crate) const NOON: Time = Duration::from_secs(1);
/// After every election timeout that began at noon.
pub(crate) const EVENING: Time = Duration::from_secs(2);

/// The command in the entry at `index`, if a leader of `term` has put it there.
pub(crate) fn command(index: Index, term: Term) -> Bytes {
    Bytes::from(format!("command {index} of term {term}"))
}

/// Entries of these terms, the first one at `from`.
pub(crate) fn entries(from: Index, terms: &[Term]) -> Vec<Entry> {
    (from..).zip(terms).map(|(index, &term)| Entry { term, command: command(index, term) }).collect()
}

/// A follower in `term` that has not voted, with a log of these terms.
pub(crate) fn follower(term: Term, log: &[Term]) -> Core {
    follower_with_snapshot(term, (0, 0), log)
}

/// A follower whose log begins after a snapshot up to `(index, term)`.
pub(crate) fn follower_with_snapshot(
    term: Term,
    (index, snapshot_term): (Index, Term),
    log: &[Term],
) -> Core {
    let head = Head {
        current_term: term,
        voted_for: None,
        last_included_index: index,
        last_included_term: snapshot_term,
    };
    let snapshot = if index == 0 { Bytes::new() } else { state_at(index) };
    Core::new(ME, SERVERS, Saved { head, entries: entries(index + 1, log), snapshot }, 1, Time::ZERO)
}

/// The service's state once it has applied everything up to `index`.
pub(crate) fn state_at(index: Index) -> Bytes {
    Bytes::from(format!("state at {index}"))
}

/// A candidate in `term` since noon; its vote requests are on their way.
pub(crate) fn candidate(term: Term, log: &[Term]) -> Core {
    let mut server = follower(term - 1, log);
    server.tick(NOON);
    drop(server.take_ready(NOON));
    server
}

/// The leader of `term`, elected at noon by 1 and 2; its first heartbeats are due.
pub(crate) fn leader(term: Term, log: &[Term]) -> Core {
    elect(follower(term - 1, log))
}

/// A leader that holds a snapshot up to `snapshot`, and these entries after it.
pub(crate) fn leader_with_snapshot(term: Term, snapshot: (Index, Term), log: &[Term]) -> Core {
    elect(follower_with_snapshot(term - 1, snapshot, log))
}

fn elect(mut server: Core) -> Core {
    server.tick(NOON);
    drop(server.take_ready(NOON));
    let term = server.status().term;
    for voter in [1, 2] {
        server.request_vote_reply(voter, term, vote(term), NOON);
    }
    assert_eq!(server.state(), (term, true));
    server
}

/// A leader whose first heartbeats every follower has accepted.
pub(crate) fn leader_in_peace(term: Term, log: &[Term]) -> Core {
    let mut server = leader(term, log);
    for message in send(&mut server, NOON) {
        accept(&mut server, &message, NOON);
    }
    server
}

// --- What peers ask ---

/// Candidate `from` asks for a vote; its log ends with `last` = (index, term).
pub(crate) fn vote_request(from: ServerId, term: Term, last: (Index, Term)) -> RequestVoteArgs {
    RequestVoteArgs { term, candidate_id: from, last_log_index: last.0, last_log_term: last.1 }
}

/// Leader 1 of `term` sends entries of these terms to follow `prev` = (index, term).
pub(crate) fn append(
    term: Term,
    prev: (Index, Term),
    new: &[Term],
    leader_commit: Index,
) -> AppendEntriesArgs {
    AppendEntriesArgs {
        term,
        leader_id: 1,
        prev_log_index: prev.0,
        prev_log_term: prev.1,
        entries: entries(prev.0 + 1, new),
        leader_commit,
    }
}

/// Leader 1 of `term` sends a heartbeat after `prev`.
pub(crate) fn heartbeat(term: Term, prev: (Index, Term), leader_commit: Index) -> AppendEntriesArgs {
    append(term, prev, &[], leader_commit)
}

/// Leader 1 of `term` sends a snapshot up to `last` = (index, term).
pub(crate) fn install(term: Term, last: (Index, Term)) -> InstallSnapshotArgs {
    InstallSnapshotArgs {
        term,
        leader_id: 1,
        last_included_index: last.0,
        last_included_term: last.1,
        data: state_at(last.0),
    }
}

// --- What peers answer ---

/// A vote given in `term`.
pub(crate) fn vote(term: Term) -> RequestVoteReply {
    RequestVoteReply { term, vote_granted: true }
}

/// A vote refused by a server in `term`.
pub(crate) fn no_vote(term: Term) -> RequestVoteReply {
    RequestVoteReply { term, vote_granted: false }
}

/// The peer has done what this request asks for, and says so at `now`.
pub(crate) fn accept(server: &mut Core, message: &Message, now: Time) {
    match &message.request {
        Request::RequestVote(args) => server.request_vote_reply(message.to, args.term, vote(args.term), now),
        Request::AppendEntries(args) => {
            let reply = AppendEntriesReply { term: args.term, success: true, conflict: None };
            server.append_entries_reply(message.to, args.sent(message.seq), reply, now);
        }
        Request::InstallSnapshot(args) => {
            let sent = sent(args, message.seq);
            server.install_snapshot_reply(message.to, sent, InstallSnapshotReply { term: args.term }, now);
        }
    }
}

/// The peer refuses this AppendEntries: its log has `conflict` = (index, term) at best in common.
pub(crate) fn refuse(server: &mut Core, message: &Message, conflict: (Index, Term), now: Time) {
    let args = append_of(message);
    let conflict = Conflict { conflict_index: conflict.0, conflict_term: conflict.1 };
    let reply = AppendEntriesReply { term: args.term, success: false, conflict: Some(conflict) };
    server.append_entries_reply(message.to, args.sent(message.seq), reply, now);
}

/// The part of an InstallSnapshot that its reply is judged by.
pub(crate) fn sent(args: &InstallSnapshotArgs, seq: u64) -> InstallSnapshotSent {
    InstallSnapshotSent { term: args.term, last_included_index: args.last_included_index, seq }
}

// --- What the server does ---

/// What it sends now.
pub(crate) fn send(server: &mut Core, now: Time) -> Vec<Message> {
    server.take_ready(now).messages
}

/// What it sends to `peer` now, which must be one request.
pub(crate) fn send_to(server: &mut Core, peer: ServerId, now: Time) -> Message {
    let mut messages: Vec<_> = send(server, now).into_iter().filter(|message| message.to == peer).collect();
    assert_eq!(messages.len(), 1, "requests to {peer}: {messages:?}");
    messages.remove(0)
}

/// What it saves now.
pub(crate) fn save(server: &mut Core) -> Option<Persist> {
    server.take_ready(NOON).persist
}

/// What it applies now.
pub(crate) fn apply(server: &mut Core) -> Vec<ApplyMsg> {
    server.take_committed(1000)
}

/// The message by which the entry at `index` is applied.
pub(crate) fn applied(index: Index, term: Term) -> ApplyMsg {
    ApplyMsg::Command { index, command: command(index, term) }
}

/// The AppendEntries in a message.
pub(crate) fn append_of(message: &Message) -> &AppendEntriesArgs {
    match &message.request {
        Request::AppendEntries(args) => args,
        other => panic!("an AppendEntries is due, not {other:?}"),
    }
}

/// The InstallSnapshot in a message.
pub(crate) fn install_of(message: &Message) -> &InstallSnapshotArgs {
    match &message.request {
        Request::InstallSnapshot(args) => args,
        other => panic!("an InstallSnapshot is due, not {other:?}"),
    }
}

/// The terms of its log, after the snapshot.
pub(crate) fn log(server: &Core) -> Vec<Term> {
    let log = server.log();
    (log.last_included_index() + 1..=log.last_index()).map(|index| log.term(index).unwrap()).collect()
}

/// The peers that these messages go to, in order.
pub(crate) fn receivers(messages: &[Message]) -> Vec<ServerId> {
    let mut receivers: Vec<_> = messages.iter().map(|message| message.to).collect();
    receivers.sort_unstable();
    receivers
}

/// A server that has been told by its leader that all its log is committed.
pub(crate) fn with_all_committed(mut server: Core) -> Core {
    let Status { term, last_index, last_term, .. } = server.status();
    assert!(server.append_entries(heartbeat(term, (last_index, last_term), last_index), Time::ZERO).success);
    server
}

/// A server that comes up after a crash with what the one before had saved, all in one piece, since its first start.
pub(crate) fn restart(saved: Persist) -> Core {
    let Persist { head, entries, snapshot, .. } = saved;
    Core::new(ME, SERVERS, Saved { head, entries, snapshot: snapshot.unwrap_or_default() }, 1, Time::ZERO)
}
