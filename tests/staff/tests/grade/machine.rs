//! Machines that offer less than this one: simulated, by taking away what the kernel would offer to `lab`.

use std::{
    process::{Command, Output},
    thread,
};

use nix::unistd::geteuid;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    apply_filter,
};

/// Users that no system has, for the first process in a fresh namespace of users.
const NOBODY: &str = "65533";

/// What a machine offers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Machine {
    /// The grader may do everything.
    pub(crate) root: bool,
    pub(crate) landlock: bool,
    pub(crate) namespaces: bool,
}

impl Machine {
    /// Why it cannot be simulated here.
    pub(crate) fn obstacle(self) -> Option<&'static str> {
        if self.root && !geteuid().is_root() {
            return Some("only root can grade like root");
        }
        let is_there = || Command::new("unshare").args(["--user", "true"]).output();
        let changes_user = !self.root && geteuid().is_root();
        (changes_user && !is_there().is_ok_and(|output| output.status.success()))
            .then_some("root can become nobody only with namespaces of users")
    }

    /// What the command says there.
    pub(crate) fn output(self, command: &Command) -> Output {
        let mut command = self.command(command);
        // Filters are a thread's, and inherited by the processes that it starts.
        let there = move || {
            for filter in self.filters() {
                apply_filter(&filter).expect("a process may give up rights");
            }
            command.output().expect("lab can be started")
        };
        thread::spawn(there).join().expect("it was started")
    }

    /// The same command, started by somebody who is not root. Files are still his own.
    fn command(self, command: &Command) -> Command {
        let nobody = !self.root && geteuid().is_root();
        let mut changed = if nobody {
            let mut unshare = Command::new("unshare");
            unshare.args(["--user", "--map-user", NOBODY, "--map-group", NOBODY]).arg(command.get_program());
            unshare
        } else {
            Command::new(command.get_program())
        };
        changed.args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => changed.env(name, value),
                None => changed.env_remove(name),
            };
        }
        changed
    }

    fn filters(self) -> Vec<BpfProgram> {
        let mut filters = Vec::new();
        if !self.landlock {
            // An old kernel does not know these calls.
            filters.push(refusing(libc::ENOSYS, &[(libc::SYS_landlock_create_ruleset, Vec::new())]));
        }
        if !self.namespaces {
            // A container forbids them. The one of users, by which we have become nobody, is another.
            let flag = u64::from(libc::CLONE_NEWPID.cast_unsigned());
            let asked = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::MaskedEq(flag), flag);
            let rule = SeccompRule::new(vec![asked.expect("there is a first argument")]);
            filters
                .push(refusing(libc::EPERM, &[(libc::SYS_unshare, vec![rule.expect("it has a condition")])]));
        }
        filters
    }
}

/// A filter that lets everything through but these calls.
fn refusing(error: i32, calls: &[(i64, Vec<SeccompRule>)]) -> BpfProgram {
    let answer = SeccompAction::Errno(error.cast_unsigned());
    let system = std::env::consts::ARCH.try_into().expect("a processor that has filters");
    let filter = SeccompFilter::new(calls.iter().cloned().collect(), SeccompAction::Allow, answer, system);
    filter.and_then(TryInto::try_into).expect("a small filter")
}
