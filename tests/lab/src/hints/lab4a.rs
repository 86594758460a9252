//! Hints for Lab 4A: the shard controller.

use super::Hint;

pub(super) const HINTS: &[Hint] = &[
    Hint {
        part: "4A",
        name: "TestBasic",
        function: "basic",
        levels: [
            "One cluster of three controllers through six sections: groups join and leave, old \
             configurations are asked for while each server in turn is away, shards are moved by hand, ten \
             clerks join and leave at once, and shards stay where they were (the course's check for that \
             looks at groups that are not there and cannot fail).",
            "Uneven division (more than one shard of difference), a group left out or with its servers in \
             another order, a configuration changed after it was numbered, or a Query that misses a change \
             just made. Queries from the leader's own copy failed here on 1 of 100 seeds.",
            "The Lab 4 page, 4A: Join and Leave make a new configuration that divides shards as evenly as \
             possible; Move gives one shard to one group and makes a configuration too; Query of -1 \
             reflects every change that had finished before it. Configuration 0 has no groups.",
        ],
    },
    Hint {
        part: "4A",
        name: "TestMulti",
        function: "multi",
        levels: [
            "The same with several groups per change, up to thirty groups joining at once; at the end the \
             leader is shut down, nobody else may claim to lead at that moment, and the next one must give \
             the very same configuration.",
            "Servers that divide differently: rebalancing that follows the order of a hash map failed on \
             all of 100 seeds. Queries from the leader's own copy failed on 2.",
            "The Lab 4 page, hints: servers execute the same log, so the division must be a function of the \
             log alone; the order in which a map is walked is not. Join and Leave take several groups and \
             still make one configuration.",
        ],
    },
];
