//! Hints for labgob: the codec.

use super::Hint;

pub(super) const HINTS: &[Hint] = &[
    Hint {
        part: "labgob",
        name: "TestGOB",
        function: "gob",
        levels: [
            "Encodes two integers, a struct and a struct of nested values (list, map, boxes, a field of \
             several types) into one stream and decodes them in the same order. All must come back equal, \
             with nothing left over and no warning.",
            "Usually the two ends disagree about order or type: values read in another order than written, \
             or an encoding that adds or drops something at the end of a value.",
            "The Lab 2 page says that servers talk by RPC alone, and labgob's page in this workspace adds \
             what that takes: what is decoded equals what was encoded, and bytes that are left over are an \
             error.",
        ],
    },
    Hint {
        part: "labgob",
        name: "TestCapital",
        function: "capital",
        levels: [
            "Sends a value with a field that is excluded from the encoding on a round trip, twice. The loss \
             must be noticed both times, and warned of exactly once.",
            "The round-trip check compares too little, or the warning is given at every meeting, or never, \
             instead of once per type.",
            "The lab pages warn that Go's codec silently drops fields whose names begin with a small \
             letter; labgob's page carries that over as: a field that does not survive is reported, once \
             per type.",
        ],
    },
    Hint {
        part: "labgob",
        name: "TestDefault",
        function: "default",
        levels: [
            "Decodes an encoded default value over a variable that holds other values. Nothing old may \
             remain, and no warning may come up.",
            "A decoder that writes only what differs from the default, or that merges into the old value, \
             leaves parts of an earlier reply behind.",
            "The course's labgob warns about decoding into a variable that is not fresh; labgob's page here \
             makes it stronger: decoding always yields a new, whole value.",
        ],
    },
];
