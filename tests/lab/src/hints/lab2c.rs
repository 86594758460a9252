//! Hints for Lab 2C: persistence.

use super::Hint;

pub(super) const HINTS: &[Hint] = &[
    Hint {
        part: "2C",
        name: "TestPersist12C",
        function: "persist1_2c",
        levels: [
            "Agreement goes on after crashes: of all three servers at once, of the leader, of a leader \
             whose group went on without it, and of a follower.",
            "Something of the persistent state is not saved, is saved after an answer was sent that relied \
             on it, or is not read back before the server takes part.",
            "Figure 2, State: current term, vote and log are updated on stable storage before the server \
             responds to an RPC. Everything else begins at its initial value after a restart.",
        ],
    },
    Hint {
        part: "2C",
        name: "TestPersist22C",
        function: "persist2_2c",
        levels: [
            "Five rounds in which the servers that could commit and those that commit next overlap only in \
             servers that were restarted. What was committed must stay. Votes without the up-to-date check \
             and an unsaved term each failed on 100 of 100 seeds.",
            "A follower acknowledges entries before they are saved, the term is lost in a restart, or a log \
             without the committed entries gets elected.",
            "Figure 2, State, once more: saved before the reply is sent. Section 5.4.1: a candidate needs \
             votes from a majority, at least one of which has every committed entry and refuses it if it \
             lacks them.",
        ],
    },
    Hint {
        part: "2C",
        name: "TestPersist32C",
        function: "persist3_2c",
        levels: [
            "With one server away, the leader and the other commit an entry and crash. The leader returns \
             together with the one that lacks the entry; these two must bring it through, and in the end \
             all three agree.",
            "The leader saves what it appends only when it is acknowledged, or not at all, since no RPC has \
             to be answered for it.",
            "Figure 2, State: log entries are persistent on every server, and a leader that counts its own \
             copy towards the majority must have saved it before (section 5.3 counts servers, the leader \
             among them).",
        ],
    },
    Hint {
        part: "2C",
        name: "TestFigure82C",
        function: "figure8_2c",
        levels: [
            "A thousand rounds in which the leader gets a command and crashes, mostly too soon to commit \
             it, sometimes late enough; two of five may be down. No two servers may deliver different \
             commands at an index, and in the end all five must agree.",
            "Usually the tail of the story is a state that was not saved before an answer. An entry of an \
             old term counted as committed is possible too, but this test did not meet it on 100 seeds: the \
             scripted sibling TestFigure8Scripted2C catches it every time.",
            "Section 5.4.2 and Figure 8: a leader never concludes from the number of copies that an entry \
             of an earlier term is committed; it commits an entry of its own term, and the earlier ones \
             with it.",
        ],
    },
    Hint {
        part: "2C",
        name: "TestUnreliableAgree2C",
        function: "unreliable_agree_2c",
        levels: [
            "Five servers on a network that loses and delays: 49 rounds with up to five commands at once \
             must get through, and in the end all five servers agree on one more.",
            "A lost request or reply is never repeated, or each repetition waits so long that ten seconds \
             pass for one agreement. A reply that comes late or twice moves an index backwards.",
            "Section 5.3: the leader retries AppendEntries without end. Section 5.1: requests that get no \
             timely answer are repeated; and section 5.5: repeating them does no harm, since they are \
             idempotent.",
        ],
    },
    Hint {
        part: "2C",
        name: "TestFigure8Unreliable2C",
        function: "figure8_unreliable_2c",
        levels: [
            "Figure 8 with leaders that are cut off instead of crashed, on a network that also loses and, \
             from round 200 on, holds many replies back by up to two seconds. In the end all five must \
             agree within ten seconds. Backing up one by one failed on all of 100 seeds, votes without the \
             up-to-date check on 97, a missing rule of 5.4.2 on 10.",
            "Mostly too slow to repair long diverged logs; else old replies taken for new ones, or \
             elections that keep going to candidates who cannot win.",
            "Section 5.3: back up by whole terms after a refusal. A reply counts only in the term its \
             request was sent in, with the index that was sent, not the one that stands there now (the Lab \
             2 pages on locking and on RPC replies). Section 5.4.2 for what may be committed.",
        ],
    },
    Hint {
        part: "2C",
        name: "TestReliableChurn2C",
        function: "reliable_churn_2c",
        levels: [
            "Three clients submit to whoever accepts, while servers are cut off, crash and restart for \
             twenty rounds. Whatever a client saw delivered must be in the log in the end.",
            "A committed entry is lost: something not saved before it was acknowledged, or the commit index \
             moved for an entry that only a minority has kept.",
            "Figure 3, Leader Completeness: an entry committed in a term is in the logs of the leaders of \
             all later terms. It rests on section 5.4.1 (votes), 5.4.2 (commits) and Figure 2 (stable \
             storage before the answer).",
        ],
    },
    Hint {
        part: "2C",
        name: "TestUnreliableChurn2C",
        function: "unreliable_churn_2c",
        levels: [
            "Churn with three clients, as in TestReliableChurn2C, on a network that loses and delays \
             messages until shortly before the end. What a client saw delivered must be in the log. A term \
             that is not saved failed here on one seed of 100, so run many.",
            "A delayed message of an earlier life or term is acted upon, or state is saved only after it \
             has been promised to somebody.",
            "Figure 2, AppendEntries, receiver: only an entry that really conflicts is deleted, since a \
             delayed request may bring less than the log already has. Section 5.1: requests with an old \
             term are refused.",
        ],
    },
];
