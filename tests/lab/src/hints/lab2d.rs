//! Hints for Lab 2D: log compaction.

use super::Hint;

pub(super) const HINTS: &[Hint] = &[
    Hint {
        part: "2D",
        name: "TestSnapshotBasic2D",
        function: "snapshot_basic_2d",
        levels: [
            "Thirty rounds of entries on three servers that snapshot after every ten. All deliver all, in \
             order, and the saved Raft state stays under 2000 bytes.",
            "Index arithmetic: places where the index of an entry is taken for its place in the list. Or \
             the log is trimmed in memory and saved untrimmed, or a snapshot request waits for a lock that \
             the delivery to the service holds.",
            "Section 7: the snapshot replaces all entries up to the last included index; that index and its \
             term are kept for the consistency check. The Lab 2 page: a snapshot can be asked of every \
             server, at any time, for an index already delivered.",
        ],
    },
    Hint {
        part: "2D",
        name: "TestSnapshotInstall2D",
        function: "snapshot_install_2d",
        levels: [
            "In each of thirty rounds one server, every third time the leader, is cut off while the others \
             go on and trim their logs. When it returns it must get the snapshot and the rest, and all \
             three agree.",
            "The leader tries AppendEntries for entries that are gone, the follower keeps indices of before \
             the snapshot, or the snapshot goes to the service out of order with the entries.",
            "Section 7: a leader that has discarded the next entry for a follower sends its snapshot \
             instead. Figure 13, receiver: what the snapshot covers is discarded; a matching entry after it \
             is kept; the state machine is reset from it.",
        ],
    },
    Hint {
        part: "2D",
        name: "TestSnapshotInstallUnreliable2D",
        function: "snapshot_install_unreliable_2d",
        levels: [
            "As with installing snapshots after a cut, on a network that also loses and delays, so that old \
             snapshots and old entries arrive late.",
            "A late InstallSnapshot takes the server back in time, or the service gets an entry at or below \
             the index of the snapshot it was just given.",
            "The Lab 2 page: a snapshot may only move the service forwards; older ones are refused. Figure \
             13, receiver: requests of an old term are answered at once and nothing else.",
        ],
    },
    Hint {
        part: "2D",
        name: "TestSnapshotInstallCrash2D",
        function: "snapshot_install_crash_2d",
        levels: [
            "As with installing snapshots, but the server that is away has crashed and starts again from \
             storage. A snapshot that is not saved, and commands applied a second time after the restart, \
             each failed on all of 100 seeds.",
            "Snapshot and trimmed log are saved one after the other or in part; or after a restart delivery \
             begins at 1 instead of after the snapshot.",
            "Section 7 with Figure 2: last included index and term are persistent like the log. The Lab 2 \
             page: Raft state and snapshot are saved together, in one step, and a restart begins at the \
             snapshot's index.",
        ],
    },
    Hint {
        part: "2D",
        name: "TestSnapshotInstallUnCrash2D",
        function: "snapshot_install_un_crash_2d",
        levels: [
            "Crashing servers and an unreliable network together: snapshots must be installed, saved and \
             restored while messages come late or never. Unsaved snapshots and double delivery failed on \
             all of 100 seeds.",
            "What the crash test finds, and besides: a snapshot accepted from the network but not saved \
             before it is answered.",
            "Figure 13, receiver: save the snapshot before replying. Section 7: an entry that follows the \
             snapshot and agrees with it stays; anything else goes.",
        ],
    },
    Hint {
        part: "2D",
        name: "TestSnapshotAllCrash2D",
        function: "snapshot_all_crash_2d",
        levels: [
            "Five times, some entries are agreed upon, all three servers crash and start again; the next \
             command must get a higher index than the last one before. Unsaved snapshots and double \
             delivery failed on all of 100 seeds.",
            "After the restart the log believes it begins at 0: the last included index was not saved or \
             not read, so indices go backwards or commands are delivered twice.",
            "The Lab 2 page: after a restart the service reads the snapshot itself, and Raft goes on behind \
             it: commit index and last applied are at least the last included index. Section 7 keeps that \
             index and its term with the snapshot.",
        ],
    },
];
