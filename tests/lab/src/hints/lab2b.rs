//! Hints for Lab 2B: the log.

use super::Hint;

pub(super) const HINTS: &[Hint] = &[
    Hint {
        part: "2B",
        name: "TestBasicAgree2B",
        function: "basic_agree_2b",
        levels: [
            "Submits three commands one after the other. Before each, nobody may have delivered anything at \
             its index; each must then be delivered by all three servers, at index 1, 2 and 3.",
            "Indices begin at 0 or skip one (a leader that appends an entry of its own when elected is seen \
             here), the commit index does not reach the followers, or commands are delivered before a \
             majority has them.",
            "Figure 2, State: the first index is 1. Section 5.3: an entry is committed once its leader has \
             replicated it on a majority, and followers learn of that from the leader's later \
             AppendEntries, heartbeats among them.",
        ],
    },
    Hint {
        part: "2B",
        name: "TestRPCBytes2B",
        function: "rpc_bytes_2b",
        levels: [
            "Submits ten commands of 5000 characters and counts bytes on the network: no more than one copy \
             for each of the three servers, and 50,000 for all else.",
            "The same entry is sent again before the answer to its first sending can have come: by every \
             heartbeat, or by every new command, from the same next index.",
            "Figure 2, leaders: what is sent to a follower begins at its next index. The goal stated by the \
             test: each command goes to each peer once. Heartbeats are empty if there is nothing new.",
        ],
    },
    Hint {
        part: "2B",
        name: "TestFailAgree2B",
        function: "fail_agree_2b",
        levels: [
            "One follower is cut off. The other two must go on agreeing; when it returns, all three must \
             agree on further commands, which it can only deliver with everything before them.",
            "The consistency check does not back up far enough for the one who returns, or retries stop \
             after one refusal. If its return stops the others, look at how a raised term is handled.",
            "Section 5.3: the leader keeps lowering the follower's next index after each refusal until the \
             logs match, and retries without end. Figure 2, AppendEntries, receiver: entries that conflict \
             go, new ones are appended.",
        ],
    },
    Hint {
        part: "2B",
        name: "TestFailNoAgree2B",
        function: "fail_no_agree_2b",
        levels: [
            "Three of five servers are cut off. The leader accepts a command at index 2, which nobody may \
             deliver within two seconds. After the repair, the next command must go to index 2 or 3, and \
             all five must agree on one more.",
            "A majority is counted among the servers that answer instead of among all, or the leader's own \
             copy counts twice.",
            "Figure 2, leaders: the commit index may move to N only if a majority of the match indices has \
             reached it, the leader's own included, and the entry there is of the current term. A majority \
             of five is three.",
        ],
    },
    Hint {
        part: "2B",
        name: "TestConcurrentStarts2B",
        function: "concurrent_starts_2b",
        levels: [
            "Five tasks submit to the same leader at once. All five commands must be delivered, each at the \
             index it was promised; if the term changes meanwhile, it is tried again, at most five times.",
            "Two submissions get the same index, because index and append are not one step. If the message \
             is that the term changed too often, elections happen without cause.",
            "Figure 2, leaders: a command from a client is appended to the local log. The promised index \
             holds for the whole of that term by Leader Append-Only (Figure 3): a leader never overwrites \
             its own entries.",
        ],
    },
    Hint {
        part: "2B",
        name: "TestRejoin2B",
        function: "rejoin_2b",
        levels: [
            "A leader is cut off and collects entries that cannot commit; a new one commits others at the \
             same indices. The old one must give up its tail when it is back, also when the new leader is \
             away.",
            "The conflicting tail is kept or only partly replaced, or a server whose log is behind is \
             elected and overwrites committed entries.",
            "Figure 2, AppendEntries, receiver: an entry that conflicts with a new one (same index, another \
             term) is deleted with all that follow it. Section 5.4.1: no vote for a candidate whose log is \
             less up to date.",
        ],
    },
    Hint {
        part: "2B",
        name: "TestBackup2B",
        function: "backup_2b",
        levels: [
            "Two partitions of five servers take turns in collecting fifty entries that never commit, and \
             in committing fifty others. In the end all five must agree on one command within ten seconds. \
             A missing up-to-date check for votes failed here on 100 of 100 seeds.",
            "Next indices go back one entry per round trip, each of which waits for a heartbeat; or a vote \
             is given to a candidate with an older log, so that logs never settle.",
            "Section 5.3, last part: a refusal may carry the term of the conflicting entry and the first \
             index of that term, so that the leader skips a whole term in one round. Section 5.4.1 says \
             whose log is more up to date: later last term, or equal term and longer log.",
        ],
    },
    Hint {
        part: "2B",
        name: "TestCount2B",
        function: "count_2b",
        levels: [
            "Counts RPCs: 1 to 30 to elect a leader, at most 42 for about a dozen commands submitted \
             together, and at most 60 in one idle second for three servers. Heartbeats every 10 ms failed \
             on all of 100 seeds.",
            "Heartbeats too frequent, a message per command instead of one for all that are waiting, or a \
             retry that spins while nothing new is there.",
            "The Lab 2 page: at most ten heartbeats per second. Section 5.3: AppendEntries carries several \
             entries, so commands that arrive together travel together.",
        ],
    },
];
