//! Hints for Lab 4B: the sharded service.

use super::Hint;

pub(super) const HINTS: &[Hint] = &[
    Hint {
        part: "4B",
        name: "TestStaticShards",
        function: "static_shards",
        levels: [
            "Two groups with ten keys; then one group is shut down. Of ten reads just the five for the \
             living group's shards must come back; when the dead one is up again, all must. No snapshots \
             may exist.",
            "A group serves keys of shards that are not its own, or the two groups do not have five shards \
             each.",
            "The Lab 4 page, 4B: a group answers requests for keys of other groups' shards with an error \
             that says so, by the configuration it has reached; the clerk then asks the controller again.",
        ],
    },
    Hint {
        part: "4B",
        name: "TestJoinLeave",
        function: "join_leave",
        levels: [
            "A second group joins, the first leaves, and the values are read and appended to after each \
             change. Then the first is shut down, and everything must still be readable.",
            "The new owner serves before the data has come, the old one goes on serving after it has passed \
             a shard on, or the data is never fetched.",
            "The Lab 4 page, 4B: on losing a shard a group stops serving it at once and hands it over; on \
             gaining one it waits for the contents before it serves. The whole group does this at the same \
             place of its log.",
        ],
    },
    Hint {
        part: "4B",
        name: "TestSnapshot",
        function: "snapshot",
        levels: [
            "Three groups join and leave with a limit of 1000 bytes of Raft state; values are checked after \
             the changes, Raft states must stay within 8000 bytes, and all groups are shut down and started \
             again.",
            "Something of the hand-over is missing from the snapshot: the configuration reached, the state \
             of each shard, or the memory of requests. Or a group where nothing happens never trims its \
             log.",
            "Section 7 of the paper: a snapshot holds all that the state machine needs. The Lab 4 page adds \
             what that is here: the shards, the configuration, and what recognises duplicates across moves.",
        ],
    },
    Hint {
        part: "4B",
        name: "TestMissChange",
        function: "miss_change",
        levels: [
            "One server of each group is away while configurations change, and later another, so that those \
             that missed the changes are needed for every majority. All appends must be there.",
            "Each server asks the controller for itself instead of following the group's log, or jumps to \
             the newest configuration and skips those between.",
            "The Lab 4 page, hints: configurations are processed one at a time and in order. All members of \
             a group must change at the same point relative to the clients' requests, so the change goes \
             through the log.",
        ],
    },
    Hint {
        part: "4B",
        name: "TestConcurrent1",
        function: "concurrent_1",
        levels: [
            "Ten clients append with hardly a pause, while groups join and leave and all of them are shut \
             down for a moment, with a limit of 100 bytes. No append may be lost, doubled or out of order.",
            "An append accepted between the decision to hand over and the copying of the shard is lost; or \
             one repeated at the new owner is executed again, because the memory of requests stayed behind.",
            "The Lab 4 page: requests must be executed at most once across a move of their shard; and the \
             old owner stops serving it before the contents leave. It asks you to think about when, in its \
             log, that is.",
        ],
    },
    Hint {
        part: "4B",
        name: "TestConcurrent2",
        function: "concurrent_2",
        levels: [
            "Ten clients append while groups come and go with pauses of three seconds, without snapshots; \
             then two groups crash and read their whole log again. Nothing may be lost or done twice.",
            "Reading the log again repeats what it did to the world: the group asks others for shards they \
             have long deleted, or goes back behind them. Or a group that is behind waits for one that \
             waits for it.",
            "The Lab 4 page: two groups may have to exchange shards in both directions, so neither may wait \
             for the other before it gives. Section 5.3 of the paper: entries already committed are applied \
             again after a restart, so applying them must depend on nothing but the log.",
        ],
    },
    Hint {
        part: "4B",
        name: "TestConcurrent3",
        function: "concurrent_3",
        levels: [
            "For twelve seconds groups join and leave, and all of them crash and restart at once at random \
             moments after a change, with clients appending and a limit of 300 bytes. No append may be lost \
             or doubled.",
            "A hand-over half done when the group crashes is not taken up again, because it was known to \
             the leader's memory only.",
            "The Lab 4 page, challenge 1 and migration: a shard given up must reach its new owner also if \
             the whole old group crashes and comes back. So every step of a hand-over stands in the log or \
             the snapshot, and repeating one does no harm.",
        ],
    },
    Hint {
        part: "4B",
        name: "TestUnreliable1",
        function: "unreliable_1",
        levels: [
            "On a network that loses and delays, with a limit of 100 bytes: three groups come and go, and \
             each key is read and appended to in between and read after the last change. Each append is \
             there once.",
            "A repeated message between groups is carried out twice and puts an old state over a newer one; \
             or a client's repetition is.",
            "Section 8 of the paper, for clients. The Lab 4 page on moves: at most once must hold across \
             them; for groups that means that a hand-over is known by configuration and shard, and a second \
             one changes nothing.",
        ],
    },
    Hint {
        part: "4B",
        name: "TestUnreliable2",
        function: "unreliable_2",
        levels: [
            "Ten clients append without pause on an unreliable network while shards move to and fro, with a \
             limit of 100 bytes. Each value must hold exactly what was appended.",
            "The memory of requests does not move with the shard, or is overwritten on arrival by an older \
             one for a client that has gone on at the new owner.",
            "The Lab 4 page, hints: at-most-once semantics must survive the move, and it asks what becomes \
             of the client's sequence number when its request is refused as meant for the wrong group.",
        ],
    },
    Hint {
        part: "4B",
        name: "TestUnreliable3",
        function: "unreliable_3",
        levels: [
            "Ten clients read, put and append random keys on an unreliable network while shards move; the \
             linearizability checker judges the history, and no answer from it is a failure here.",
            "For a moment two groups serve the same shard: one that has not yet seen the change still \
             answers reads, or one answers before the contents are there.",
            "The Lab 4 page: at most one group serves a shard at any time, and what clients see is \
             linearizable. Reads go through the log like the rest, so that they too are ordered against the \
             change.",
        ],
    },
    Hint {
        part: "4B",
        name: "TestChallenge1Delete",
        function: "challenge_1_delete",
        levels: [
            "Thirty keys of 1000 bytes move to and fro between three groups, with a snapshot after every \
             entry. In the end all storage together may hold each key once per server, and a fixed amount \
             more.",
            "Contents are kept after the hand-over, in the state or in the snapshot; or they are deleted \
             before the new owner has them in safety.",
            "The Lab 4 page, challenge 1: a group deletes the shards it has lost no later than necessary, \
             which it may only when the new owner has them; the page asks where else that one would get \
             them from.",
        ],
    },
    Hint {
        part: "4B",
        name: "TestChallenge2Unaffected",
        function: "challenge_2_unaffected",
        levels: [
            "A group is shut down and then told to leave, so that it can never hand over. The shards that \
             the other group had before must be readable and writable all the while. A group that stops \
             serving shows as a hang.",
            "The whole group waits for the change to be complete before it serves anything.",
            "The Lab 4 page, challenge 2: shards that a change does not concern go on being served while it \
             is under way. Whether to serve is asked per shard, not per configuration.",
        ],
    },
    Hint {
        part: "4B",
        name: "TestChallenge2Partial",
        function: "challenge_2_partial",
        levels: [
            "Of three groups two leave, one of them dead. The remaining one must serve the shards that came \
             from the living one, though those of the dead one never arrive.",
            "Shards are fetched one after the other and wait for the dead group, or served only when all \
             have come.",
            "The Lab 4 page, challenge 2: a group starts serving a shard it has gained as soon as that \
             shard is there, even while others of the same change are still on their way.",
        ],
    },
];
