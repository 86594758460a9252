//! The kernel's own sandbox for everybody: no file, no connection and no signal beyond what is named.

use std::{io, path::PathBuf};

use landlock::{
    ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetStatus, Scope,
    path_beneath_rules,
};

/// The rights that we know of. An older kernel holds back what it can.
const KNOWN: ABI = ABI::V6;

/// Confines this process and all that it will start. Returns how much of it the kernel does.
pub(super) fn restrict(read: &[PathBuf], write: &[PathBuf]) -> io::Result<RulesetStatus> {
    let all = AccessFs::from_all(KNOWN);
    let quiet = AccessFs::from_read(KNOWN);
    let restricted = Ruleset::default()
        .handle_access(all)
        .and_then(|rules| rules.handle_access(AccessNet::from_all(KNOWN)))
        .and_then(|rules| rules.scope(Scope::from_all(KNOWN)))
        .and_then(Ruleset::create)
        // What is not there needs no rule.
        .and_then(|rules| rules.add_rules(path_beneath_rules(read, quiet)))
        .and_then(|rules| rules.add_rules(path_beneath_rules(write, all)))
        .and_then(|rules| rules.add_rules(path_beneath_rules(["/dev/null"], quiet | AccessFs::WriteFile)))
        .and_then(landlock::RulesetCreated::restrict_self);
    restricted.map(|status| status.ruleset).map_err(io::Error::other)
}
