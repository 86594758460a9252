//! What can be played: the questions of the lectures that the book answers, in its order.

/// A question and the run that answers it.
#[derive(Debug)]
pub(super) struct Question {
    /// What a person types.
    pub(super) name: &'static str,
    /// The run, as the registry calls it.
    pub(super) test: &'static str,
    /// As it is asked.
    pub(super) question: &'static str,
    /// In short; the book has the argument.
    pub(super) answer: &'static str,
    /// The topics by which the trace shows it.
    pub(super) topics: &'static str,
    /// A run in which it is seen well.
    pub(super) seed: u64,
}

/// All of them.
pub(super) const QUESTIONS: [Question; 6] = [
    Question {
        name: "crash-after-commit",
        test: "ScenarioCrashAfterCommit",
        question: "A leader commits an entry and crashes at once. Is the entry lost?",
        answer: "No: only a server that has the entry can win the next election.",
        topics: "TEST,CRASH,VOTE,LEADER,COMMIT,APPLY",
        seed: 15,
    },
    Question {
        name: "two-leaders",
        test: "ScenarioTwoLeaders",
        question: "Can two leaders exist at the same time?",
        answer: "Yes, of different terms; the one of the older term commits nothing.",
        topics: "TEST,LEADER,TERM,LOG,COMMIT",
        seed: 1,
    },
    Question {
        name: "cut-off-candidate",
        test: "ScenarioCutOffCandidate",
        question: "The candidate's connection closes while it counts votes. What happens?",
        answer: "It wins its own term with the votes it has or gets, or nobody does; no later term is touched.",
        topics: "TEST,VOTE,LEADER,TERM,NET",
        seed: 4,
    },
    Question {
        name: "forget-requests",
        test: "ScenarioForgetRequests",
        question: "When may the memory of a request be discarded?",
        answer: "The answer, when the client has made a newer call; that it was made, never as long as a copy can come.",
        topics: "TEST,CLIENT,CRASH,SNAP",
        seed: 1,
    },
    Question {
        name: "duplicate-in-flight",
        test: "ScenarioDuplicateInFlight",
        question: "A duplicate arrives while the original is still under way. What to do with it?",
        answer: "Put it into the log too; it is known when it is applied.",
        topics: "TEST,CLIENT,LOG,COMMIT,LEADER,NET",
        seed: 1,
    },
    Question {
        name: "commit-prefix",
        test: "ScenarioCommitPrefix",
        question: "Does committing an entry commit all entries before it?",
        answer: "Yes, and entries of an older term are committed in no other way.",
        topics: "TEST,CRASH,LEADER,LOG,COMMIT",
        seed: 1,
    },
];
