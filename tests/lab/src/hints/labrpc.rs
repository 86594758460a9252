//! Hints for labrpc: the network.

use super::Hint;

pub(super) const HINTS: &[Hint] = &[
    Hint {
        part: "labrpc",
        name: "TestBasic",
        function: "basic",
        levels: [
            "One client calls two handlers of one server: one turns a number into text, the other text into \
             a number. Both replies must be right.",
            "The request reaches the wrong handler, or the reply is decoded as another type.",
            "The opening of labrpc's page: a call delivers its arguments to the handler of its name, and \
             the reply to its caller.",
        ],
    },
    Hint {
        part: "labrpc",
        name: "TestTypes",
        function: "types",
        levels: [
            "Two handlers differ only in the type of their argument, one boxed and one plain. Each must \
             answer as itself.",
            "Methods are told apart by something else than their full name and type, so that one takes the \
             other's calls.",
            "labrpc's page, on services: arguments and replies are encoded as their own types, and the \
             generated client allows no others.",
        ],
    },
    Hint {
        part: "labrpc",
        name: "TestDisconnect",
        function: "disconnect",
        levels: [
            "A call through an end that is switched off must fail, on the virtual clock within 100 ms; \
             after the end is switched on, a call succeeds.",
            "An end counts as on before anybody has enabled it, or a call that cannot be delivered waits \
             for ever instead of failing after its short random delay.",
            "labrpc's page, on faults: from a disabled end nothing is delivered, and the caller learns of \
             it after a random delay of less than 100 ms (some seconds with long delays).",
        ],
    },
    Hint {
        part: "labrpc",
        name: "TestCounts",
        function: "counts",
        levels: [
            "Makes 17 calls. The server must then report 17 incoming requests.",
            "Requests are counted at the wrong place, or twice: once on arrival and once with the reply.",
            "labrpc's page, on counters: the count is of requests that a server has been handed, one for \
             each.",
        ],
    },
    Hint {
        part: "labrpc",
        name: "TestBytes",
        function: "bytes",
        levels: [
            "Makes 17 calls with a long argument, then 17 with a long reply, and compares the network's \
             byte count with bounds just above the payload (4828 to 6000, and 1800 to 2500).",
            "Only one direction is counted, or the envelope is counted as well, or values are encoded \
             wastefully.",
            "labrpc's page, on counters: the bytes are those of encoded arguments and encoded replies, both \
             ways, and nothing besides.",
        ],
    },
    Hint {
        part: "labrpc",
        name: "TestConcurrentMany",
        function: "concurrent_many",
        levels: [
            "Twenty clients, each with an end of its own, make ten calls each at the same time. All 200 \
             must be answered rightly and counted.",
            "Something shared is held over a whole call, or replies are matched with the wrong caller.",
            "labrpc's page: calls do not wait for each other, each being handled in a task of its own.",
        ],
    },
    Hint {
        part: "labrpc",
        name: "TestUnreliable",
        function: "unreliable",
        levels: [
            "300 clients make one call each over an unreliable network. Some must fail, some succeed, and \
             whatever succeeds must be right.",
            "Losing all or nothing: the chance is applied once per network instead of once per message, or \
             a lost reply spoils its neighbour's.",
            "labrpc's page, on the unreliable network: every request is delayed a little, a tenth of the \
             requests and a tenth of the replies get lost, each by its own throw of the dice.",
        ],
    },
    Hint {
        part: "labrpc",
        name: "TestConcurrentOne",
        function: "concurrent_one",
        levels: [
            "Twenty calls at once through the same end. All are delivered and counted once, and each caller \
             gets its own reply.",
            "An end handles one call at a time, or hands replies out in the order they arrive instead of by \
             their call.",
            "labrpc's page: one end may be used by several tasks at once, each with its own call under way.",
        ],
    },
    Hint {
        part: "labrpc",
        name: "TestRegression1",
        function: "regression1",
        levels: [
            "Twenty calls are made while the end is off; it is then switched on, and one more call must be \
             answered within 30 ms. The early ones must never be delivered.",
            "Calls that are doomed stand in a queue that later ones have to pass, or are kept and delivered \
             once the end is on again.",
            "labrpc's page, on faults: whether the end is on is looked at when the call is made and not \
             again, and a call that waits for its failure delays nobody.",
        ],
    },
    Hint {
        part: "labrpc",
        name: "TestKilled",
        function: "killed",
        levels: [
            "Deletes a server in the middle of a handler that takes twenty seconds. The call must not have \
             ended before, and must fail within 100 ms of the deletion.",
            "The network waits for the handler before it looks whether its server still exists, or delivers \
             the reply of a server that is gone.",
            "labrpc's page: while a handler runs the network looks every 100 ms whether the server is still \
             there; a reply from a server deleted meanwhile is thrown away, since otherwise a dead server's \
             word would count.",
        ],
    },
    Hint {
        part: "labrpc",
        name: "TestBenchmark",
        function: "benchmark",
        levels: [
            "Makes 100,000 calls in a row, checks every reply and prints how long they took. There is no \
             limit but that of any test.",
            "It fails by time alone: every call waits for a timer or a poll instead of for its own reply.",
            "labrpc's page, on cost: a call costs the work of encoding and of a few task switches, and no \
             fixed pause.",
        ],
    },
];
