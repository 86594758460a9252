//! What this system offers: tried, not guessed. A kernel, a container and an administrator may each forbid it.

use std::{
    io,
    path::Path,
    process::{Command, Stdio},
};

use nix::unistd::geteuid;

use super::{CONFINE_ARGUMENT, Confinement, UID_FIRST, own_program, stage::PROBE};

/// The means that work here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::grade) struct Means {
    pub(super) namespaces: bool,
    pub(super) landlock: bool,
    /// Each run can have a user of its own.
    pub(super) users: bool,
    /// Processes of a run can be counted apart from all others.
    counted: bool,
    /// The kernel knows all of Landlock that we use.
    whole_landlock: bool,
}

impl Means {
    /// Tries everything once, each in a process of its own.
    pub(in crate::grade) fn probe(folder: &Path) -> io::Result<Self> {
        let with = |change: fn(&mut Confinement)| {
            let mut confinement = Confinement::new(&Self::default(), folder);
            change(&mut confinement);
            answer(&confinement)
        };
        let landlock = with(|confinement| confinement.landlock = true)?;
        let namespaces = with(|confinement| confinement.namespaces = true)?.is_some();
        let users = geteuid().is_root() && with(|confinement| confinement.uid = Some(UID_FIRST))?.is_some();
        Ok(Self {
            namespaces,
            counted: users || namespaces && !geteuid().is_root(),
            landlock: landlock.as_deref().is_some_and(|answer| answer != "none"),
            whole_landlock: landlock.as_deref() == Some("whole"),
            users,
        })
    }

    /// Whether a run can leave processes behind, which are then to be looked for.
    pub(in crate::grade) fn can_leave_processes(&self) -> bool {
        !self.namespaces
    }

    /// What is missing, for the report.
    pub(in crate::grade) fn gaps(&self) -> Vec<String> {
        let mut gaps = Vec::new();
        let mut gap = |text: &str| gaps.push(format!("isolation: {text}"));
        if !self.landlock && !self.users {
            gap(
                "no Landlock here: runs can read and change whatever the user can who grades, and their own memory. Grade in a container that is thrown away",
            );
        } else if !self.landlock {
            gap(
                "no Landlock here: runs can read and change whatever everybody can, hidden seeds included if their file is so open, and their own memory",
            );
        } else if !self.whole_landlock {
            gap("this kernel knows Landlock in part only");
        }
        if !self.namespaces {
            let more = match (self.landlock, self.users) {
                (true, _) => "",
                (false, true) => "; they have the network",
                (false, false) => {
                    "; they have the network, and can kill whatever the user can, this grader too"
                }
            };
            gap(&format!(
                "no namespaces here: runs see each other, and processes that leave their group are killed only after the run{more}"
            ));
        }
        if !self.counted {
            gap("the number of processes is not limited here");
        }
        gaps
    }
}

/// What the guard of a run says of itself, if it came through.
fn answer(confinement: &Confinement) -> io::Result<Option<String>> {
    let mut command = Command::new(own_program()?);
    command.arg(CONFINE_ARGUMENT).arg(serde_json::to_string(confinement)?).arg(PROBE);
    let output = command.env_clear().stdin(Stdio::null()).output()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Ok(output.status.success().then_some(text))
}
