//! Hints for Lab 3A: the key/value service.

use super::Hint;

pub(super) const HINTS: &[Hint] = &[
    Hint {
        part: "3A",
        name: "TestBasic3A",
        function: "basic_3a",
        levels: [
            "One client puts, appends and gets for five seconds, three times over, on five servers. Every \
             append must be there once and in order, the history of all calls must be linearizable, and no \
             snapshot may exist.",
            "Replies go to the wrong waiting call, or a Get is answered from a state that lacks what was \
             just appended. A Get served from the local map was noticed by fourteen official tests of Lab \
             3, most clearly by TestOnePartition3A.",
            "The Lab 3 page: a call sees the effect of every call that had returned before it began. The \
             simplest way it names: Gets go through the log as well.",
        ],
    },
    Hint {
        part: "3A",
        name: "TestSpeed3A",
        function: "speed_3a",
        levels: [
            "One client makes a thousand appends in a row; one may take 33.3 ms on average, three to a \
             heartbeat interval of 100 ms.",
            "Replication waits for the next heartbeat, the handler polls for its result, or the clerk looks \
             for the leader anew at every call.",
            "The Lab 3 page, hints: the clerk remembers who led last, since searching costs time in every \
             call. The test's own limit says the rest: at least three operations per heartbeat interval, so \
             a new entry must be sent when it arrives.",
        ],
    },
    Hint {
        part: "3A",
        name: "TestConcurrent3A",
        function: "concurrent_3a",
        levels: [
            "Five clients at once, each with a key of its own, put, append and get for five seconds, three \
             times over. All appends are there once and in order, and the history is linearizable.",
            "Handlers that wait at the same time disturb each other: the answer is given to whoever waits \
             first, or a lock is held while waiting for the commit.",
            "The Lab 3 page: a handler passes its operation to Raft and waits until it comes back as \
             applied, while the applied messages go on being read. The locking advice of Lab 2: no lock \
             across anything that waits.",
        ],
    },
    Hint {
        part: "3A",
        name: "TestUnreliable3A",
        function: "unreliable_3a",
        levels: [
            "Five clients on a network that loses and delays, so that clerks must repeat requests whose \
             replies got lost. No append may be missing or there twice. A fresh serial number on each retry \
             failed on all of 100 seeds.",
            "A repeated request is carried out a second time, because the number that identifies it is new \
             with every attempt, or the memory of it is looked up before it is in the log and not when it \
             is applied.",
            "Section 8 of the paper: each command has a unique serial number; the state machine keeps the \
             latest one processed for each client with its response, and answers a repeated one without \
             executing it again.",
        ],
    },
    Hint {
        part: "3A",
        name: "TestUnreliableOneKey3A",
        function: "unreliable_one_key_3a",
        levels: [
            "Five clients append ten times each to the same key over an unreliable network. The value must \
             hold all fifty, each once, those of one client in order.",
            "At-most-once that is checked on arrival only: both copies of a request are under way when \
             neither has been applied.",
            "Section 8 of the paper: it is the state machine that recognises serial numbers it has \
             executed, so it must decide when a command is applied, and in the same way on every server.",
        ],
    },
    Hint {
        part: "3A",
        name: "TestOnePartition3A",
        function: "one_partition_3a",
        levels: [
            "The old leader is put into a minority. The majority must serve; a Put and a Get in the \
             minority must not return within a second, and the Put must return after the partition has \
             healed. A Get from the local map failed on 100 of 100 seeds.",
            "A leader that cannot reach a majority answers reads from its own state; or a waiting handler \
             takes whatever is applied at its index for its own command, which failed on 72 seeds where \
             lost leadership was ignored as well.",
            "The Lab 3 page: a server that is not part of a majority must not complete a Get. Section 8 \
             says why: it may have been replaced without knowing it. And for leaders that are deposed: \
             notice another command at the index, or a changed term.",
        ],
    },
    Hint {
        part: "3A",
        name: "TestManyPartitionsOneClient3A",
        function: "many_partitions_one_client_3a",
        levels: [
            "One client at work while the five servers are split at random again and again, each split \
             lasting a little longer than an election. In the end all is linearizable and each append is \
             there once.",
            "The clerk stays with a leader that can no longer commit, or a handler never learns that its \
             server has lost the lead.",
            "The Lab 3 page: a clerk whose server does not answer or is no leader tries the next; a leader \
             that finds itself deposed lets its callers go, so that they can. Section 5.2: the new term \
             decides.",
        ],
    },
    Hint {
        part: "3A",
        name: "TestManyPartitionsManyClients3A",
        function: "many_partitions_many_clients_3a",
        levels: [
            "Five clients at work while five servers are split at random. Every append is there once and in \
             its client's order, and the history is linearizable.",
            "A command that was given up with its leader gets committed later after all and runs beside its \
             own repetition, or a reply meant for one client reaches another.",
            "The Lab 3 page: notice that a different request has appeared at the index that Start returned. \
             Section 8: serial numbers make the repeated command harmless, whichever of its copies commits \
             first.",
        ],
    },
    Hint {
        part: "3A",
        name: "TestPersistOneClient3A",
        function: "persist_one_client_3a",
        levels: [
            "One client; after each five seconds all five servers crash together and start again. No \
             acknowledged operation may be lost or doubled.",
            "The state machine or its memory of requests is not rebuilt from the log, or the first client \
             after the restart waits because entries of old terms cannot commit until there is a new one.",
            "Figure 2: the log is persistent, the state machine follows from it. Section 8, on reads: a new \
             leader needs an entry of its own term to know what is committed.",
        ],
    },
    Hint {
        part: "3A",
        name: "TestPersistConcurrent3A",
        function: "persist_concurrent_3a",
        levels: [
            "Five clients at work, and all servers crash and restart after each five seconds. Each append \
             is there once, in order, and the history is linearizable.",
            "Calls that were under way in the crash are repeated, and executed again because the memory of \
             requests did not come back the same way as the data.",
            "Section 8 of the paper, with Figure 2: the latest serial number of each client is part of the \
             state machine, and so follows from the log just as the data does.",
        ],
    },
    Hint {
        part: "3A",
        name: "TestPersistConcurrentUnreliable3A",
        function: "persist_concurrent_unreliable_3a",
        levels: [
            "Five clients, an unreliable network, and a crash of all servers after each five seconds. Each \
             append is there once, in order. A fresh serial number per retry failed on all of 100 seeds.",
            "Two weaknesses together: a request whose reply was lost before the crash is repeated after it, \
             and no longer recognised.",
            "Section 8 of the paper: a serial number belongs to the request, not to the attempt; the same \
             request sent to another leader, or to the same one in another life, is still the same.",
        ],
    },
    Hint {
        part: "3A",
        name: "TestPersistPartition3A",
        function: "persist_partition_3a",
        levels: [
            "Five clients, random splits all the time, and after each round a crash of all servers. In the \
             end each append is there once and the history is linearizable.",
            "An entry that only a minority had is taken for committed after the restart, or a split in the \
             moment of the crash leaves clerks with servers that never answer.",
            "Section 5.4.2 and Figure 2's persistent state for the log; the Lab 3 page for the clerk: it \
             goes on to other servers until one has committed the request.",
        ],
    },
    Hint {
        part: "3A",
        name: "TestPersistPartitionUnreliable3A",
        function: "persist_partition_unreliable_3a",
        levels: [
            "Random splits, lost messages and crashes of all servers, with five clients. Each append is \
             there once and the history is linearizable. Gets from the local map failed on 92 of 100 seeds, \
             answers to whoever waits at the index (with lost leadership ignored) on 64.",
            "A stale read by a deposed leader, a reply to the wrong caller, or a repetition executed twice.",
            "The Lab 3 page: no Get without a majority; at the index of a waiting call another command may \
             appear. Section 8: each command once, by its serial number.",
        ],
    },
    Hint {
        part: "3A",
        name: "TestPersistPartitionUnreliableLinearizable3A",
        function: "persist_partition_unreliable_linearizable_3a",
        levels: [
            "Fifteen clients use the same keys at random on seven servers, with splits, losses and crashes; \
             now the whole history decides, through a linearizability checker. Gets from the local map \
             failed on 93 of 100 seeds.",
            "Mostly a read that misses a finished write of another client: each client's own view may look \
             right all along.",
            "The Lab 3 page on linearizability: concurrent calls must look as if done one at a time in some \
             order, in which a call that ended before another began comes first. Section 8 describes the \
             stale leader that breaks it.",
        ],
    },
];
