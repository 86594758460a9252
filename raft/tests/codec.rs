//! What Raft saves and sends survives the codec, and what it saves keeps its form: a reordered field or a renumbered
//! variant would make old storage unreadable, or worse, readable as something else.

use std::fmt::Debug;

use bytes::Bytes;
use raft::{
    append_entries::{AppendEntriesArgs, AppendEntriesReply, Conflict},
    install_snapshot::{InstallSnapshotArgs, InstallSnapshotReply},
    log::Entry,
    ready::Head,
    request_vote::{RequestVoteArgs, RequestVoteReply},
};
use serde::{Serialize, de::DeserializeOwned};

/// labgob puts a tag of the type's name in front.
const TAG_BYTES: usize = 4;

fn entry(term: u64, command: &'static [u8]) -> Entry {
    Entry { term, command: Bytes::from_static(command) }
}

#[track_caller]
fn survives<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    let bytes = labgob::encode(value).expect("it can be encoded");
    assert_eq!(labgob::decode::<T>(&bytes).as_ref(), Ok(value));
    assert!(labgob::check_round_trip(value));
}

#[track_caller]
fn has_form<T: Serialize>(value: &T, form: &[u8]) {
    let bytes = labgob::encode(value).expect("it can be encoded");
    assert_eq!(&bytes[TAG_BYTES..], form);
}

#[test]
fn persisted_types_keep_their_form() {
    let head = Head { current_term: 3, voted_for: Some(2), last_included_index: 9, last_included_term: 1 };
    has_form(&head, &[3, 1, 2, 9, 1]);
    has_form(&Head { voted_for: None, ..head }, &[3, 0, 9, 1]);
    has_form(&entry(7, b"abc"), &[7, 3, b'a', b'b', b'c']);
}

#[test]
fn every_request_and_reply_survives() {
    survives(&RequestVoteArgs { term: u64::MAX, candidate_id: 4, last_log_index: 0, last_log_term: 1 });
    survives(&RequestVoteReply { term: 5, vote_granted: true });
    survives(&AppendEntriesArgs {
        term: 5,
        leader_id: 1,
        prev_log_index: 300,
        prev_log_term: 4,
        entries: vec![entry(4, b""), entry(5, b"command")],
        leader_commit: 299,
    });
    let conflict = Some(Conflict { conflict_index: 12, conflict_term: 2 });
    survives(&AppendEntriesReply { term: 5, success: false, conflict });
    survives(&InstallSnapshotArgs {
        term: 5,
        leader_id: 1,
        last_included_index: 99,
        last_included_term: 4,
        data: Bytes::from_static(b"state"),
    });
    survives(&InstallSnapshotReply { term: 6 });
}

/// A request is refused where another is expected, even though their fields look alike.
#[test]
fn types_are_not_confused() {
    let vote = labgob::encode(&RequestVoteReply { term: 1, vote_granted: true }).expect("it can be encoded");
    assert!(labgob::decode::<InstallSnapshotReply>(&vote).is_err());
    let error = labgob::decode::<Head>(&vote).expect_err("a vote is no head").to_string();
    assert!(error.contains("Head"), "{error}");
}
