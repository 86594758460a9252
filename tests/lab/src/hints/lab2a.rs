//! Hints for Lab 2A: leader election.

use super::Hint;

pub(super) const HINTS: &[Hint] = &[
    Hint {
        part: "2A",
        name: "TestInitialElection2A",
        function: "initial_election_2a",
        levels: [
            "Starts three servers on a reliable network and expects exactly one leader. A moment later all \
             must agree on a term of at least 1, and two seconds later there must still be one leader; a \
             changed term only gives a warning.",
            "Most often election timers of all servers fire together (too small a spread), heartbeats come \
             too late to hold the others back, or the state that is reported for term and role is not the \
             one that was elected.",
            "Section 5.2: timeouts are drawn at random from an interval so that votes rarely split, a \
             candidate wins with votes of a majority in its own term, and a leader sends heartbeats at once \
             and then regularly to keep others from starting an election.",
        ],
    },
    Hint {
        part: "2A",
        name: "TestReElection2A",
        function: "re_election_2a",
        levels: [
            "Cuts the leader off and expects another; lets the old one return; cuts off two of three and \
             expects that nobody among the connected claims to lead after two seconds; then connects them \
             again, one after the other, and expects a leader each time.",
            "A returning leader of an old term does not step down, or a candidate counts fewer votes than a \
             majority of all servers. If no leader comes after the repair, terms or timers are not handled \
             when a higher term is seen.",
            "Figure 2, Rules for Servers, all servers: whoever sees a higher term in any request or reply \
             adopts it and becomes a follower. Section 5.2: a majority is one of the full cluster, whoever \
             can be reached.",
        ],
    },
    Hint {
        part: "2A",
        name: "TestManyElections2A",
        function: "many_elections_2a",
        levels: [
            "In nine rounds up to three of seven servers are cut off at random and return. Each time the \
             connected ones must have one leader, within about five seconds.",
            "Elections take too many rounds: timeouts too close to each other, a timer that restarts when \
             it should not, a vote that is not given because one for an older term is remembered, or a \
             candidate that waits for all its votes before it goes on.",
            "Section 5.2: a server votes for at most one candidate per term, first come, first served, and \
             a new term begins with a vote to give; a candidate whose timeout passes starts the next term. \
             The Lab 2 page asks for a new leader within five seconds.",
        ],
    },
];
