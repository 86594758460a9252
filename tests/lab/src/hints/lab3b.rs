//! Hints for Lab 3B: the service with snapshots.

use super::Hint;

pub(super) const HINTS: &[Hint] = &[
    Hint {
        part: "3B",
        name: "TestSnapshotRPC3B",
        function: "snapshot_rpc_3b",
        levels: [
            "One of three servers misses fifty writes, while the others may keep only 8000 bytes of Raft \
             state. Then it is needed for a majority, and must have all that was written.",
            "The log is not trimmed while a follower is away, the snapshot sent to it is not applied to the \
             service, or it lags behind and still serves old values.",
            "Section 7: a follower that needs discarded entries gets the snapshot. The Lab 3 page: the \
             service replaces its state by a snapshot it is handed, and trims when the persisted size comes \
             near the limit, whoever is away.",
        ],
    },
    Hint {
        part: "3B",
        name: "TestSnapshotSize3B",
        function: "snapshot_size_3b",
        levels: [
            "Eight hundred operations on one key. The Raft state must stay within 8000 bytes, and the \
             snapshot within 500.",
            "The snapshot grows with the number of requests: it keeps every serial number or every reply \
             instead of the last of each client. Or the log is trimmed only now and then.",
            "Section 8 and the Lab 3 page: one entry per client is enough, since a new request implies that \
             the reply to the one before has arrived.",
        ],
    },
    Hint {
        part: "3B",
        name: "TestSpeed3B",
        function: "speed_3b",
        levels: [
            "The same thousand appends as in 3A, each 33.3 ms at most on average, now with snapshots at \
             1000 bytes of Raft state.",
            "Each snapshot costs so much, or comes so often, that operations wait for it; or the commits \
             wait for heartbeats, as in 3A.",
            "The Lab 3 page: compare the size of the persisted state with the limit, and snapshot when it \
             comes near. Section 7: often enough to save space, not so often that it costs more than it \
             saves.",
        ],
    },
    Hint {
        part: "3B",
        name: "TestSnapshotRecover3B",
        function: "snapshot_recover_3b",
        levels: [
            "One client, crashes of all servers after each round, and a limit of 1000 bytes. Nothing may be \
             lost, each append is there once, and logs stay within 8000 bytes. A snapshot saved 10 ms after \
             its trimmed log failed on 14 of 100 seeds.",
            "After the restart the service begins empty instead of from the snapshot, or the snapshot and \
             the log that begins behind it were saved at different moments.",
            "The Lab 2 and Lab 3 pages: Raft state and snapshot are saved in one step; at the start the \
             service restores itself from the snapshot before it applies anything. Section 7 says what the \
             snapshot replaces.",
        ],
    },
    Hint {
        part: "3B",
        name: "TestSnapshotRecoverManyClients3B",
        function: "snapshot_recover_many_clients_3b",
        levels: [
            "As with one client, but with twenty, so that snapshots are frequent and many calls are under \
             way in each crash. A snapshot saved 10 ms after its trimmed log failed on all of 100 seeds, \
             and so did a fresh serial number on retries.",
            "A gap between saving log and snapshot, or a service that restores the data but not the memory \
             of requests.",
            "The Lab 3 page, 3B hints: what recognises duplicates must survive in the snapshot with the \
             data. The Lab 2 page: one save for both parts.",
        ],
    },
    Hint {
        part: "3B",
        name: "TestSnapshotUnreliable3B",
        function: "snapshot_unreliable_3b",
        levels: [
            "Five clients on an unreliable network with a limit of 1000 bytes, without crashes. Each append \
             is there once, and logs are trimmed.",
            "A server that was brought up by a snapshot does not know which requests it already contains \
             and executes a repetition; or an old snapshot arrives late and takes the service back.",
            "The Lab 3 page: the table of duplicates is part of the snapshot. The Lab 2 page: the service \
             only ever moves forwards, so a snapshot older than what is applied is ignored.",
        ],
    },
    Hint {
        part: "3B",
        name: "TestSnapshotUnreliableRecover3B",
        function: "snapshot_unreliable_recover_3b",
        levels: [
            "An unreliable network, crashes of all servers and snapshots, with five clients. Leaving the \
             memory of requests out of the snapshot failed on 83 of 100 seeds, saving the snapshot 10 ms \
             late on 22.",
            "After the restart a repeated request is not recognised, since the log that showed it is gone \
             and the snapshot did not keep it.",
            "Section 8 with section 7: sessions are part of the state machine, so they are part of its \
             snapshot. The Lab 3 page says the same of the table of duplicates.",
        ],
    },
    Hint {
        part: "3B",
        name: "TestSnapshotUnreliableRecoverConcurrentPartition3B",
        function: "snapshot_unreliable_recover_concurrent_partition_3b",
        levels: [
            "Everything at once, with five clients: losses, splits, crashes of all servers, snapshots. Each \
             append is there once and the logs are trimmed. Leaving the memory of requests out of the \
             snapshot failed on 93 of 100 seeds.",
            "As in the tests before; new is that servers that come back from a split get a snapshot instead \
             of entries, and must get the memory of requests with it.",
            "Section 7, last part: a snapshot holds whatever the state machine needs to go on. The Lab 3 \
             page, 3B: duplicates must be recognised across snapshots.",
        ],
    },
    Hint {
        part: "3B",
        name: "TestSnapshotUnreliableRecoverConcurrentPartitionLinearizable3B",
        function: "snapshot_unreliable_recover_concurrent_partition_linearizable_3b",
        levels: [
            "Fifteen clients on shared keys, seven servers, and every fault there is; the linearizability \
             checker judges the whole history. Leaving the memory of requests out of the snapshot failed on \
             all of 100 seeds.",
            "A write executed twice after a snapshot, a read answered by a deposed leader, or a state that \
             was restored in two steps with a read in between.",
            "The Lab 3 page on linearizability, and sections 7 and 8 of the paper together: data and \
             sessions are saved, restored and installed as one.",
        ],
    },
];
