//! `lab debug`: one run of one test, in a debugger.
//!
//! The run happens in the suite's own process (`raft-suite debug TEST SEED`), not in a child of it, and nobody ends it for being slow: on the
//! virtual clock time stands still at a breakpoint, and the run is the same, event for event. The suite is built a second time, beside the
//! usual one, with all that a debugger wants to know and without optimisation.

use std::{
    env, io,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::Command,
};

use protocol::TestCase;
use runner::{
    build,
    exit::{BUILD_FAILED, HARNESS_FAULT, PASSED, USAGE},
    output::{line, note},
    select::select,
    suites, workspace,
};
use tokio::runtime::Builder;

use super::{cli, hints, plan::Refusal};

/// Below the usual target folder, which serves as build directory: crates from outside are not compiled again.
const TARGET: &str = "debugger";
/// A run that fails passes here; and so does whatever panics.
const STOPS: [&str; 2] = ["simulator::context::Sim::note_failure", "rust_panic"];

/// Opens the debugger; returns only if that was not possible.
pub(super) fn debug(question: &cli::Debug) -> io::Result<u8> {
    let Some(root) = workspace::find() else {
        note("error: there is no workspace here or above: nothing to build");
        return Ok(USAGE);
    };
    let wanted = question.test.as_deref().map_or_else(|| suites::all_crates().to_vec(), suites::of_pattern);
    let Some(folder) = build(&root, &build::programs(wanted))? else { return Ok(BUILD_FAILED) };
    let Some(test) = &question.test else { return Ok(PASSED) };
    let built = suites::in_folder(&folder);
    let cases = match select(&suites::cases_of(&built), std::slice::from_ref(test), true) {
        Ok(cases) => cases,
        Err(unmatched) => return Ok(Refusal::Unmatched(unmatched).told()),
    };
    let [case] = cases[..] else {
        let names = cases.iter().map(hints::pattern).collect::<Vec<_>>().join(", ");
        return Ok(
            Refusal::Usage(format!("one test is debugged at a time, and `{test}` means {names}")).told()
        );
    };
    let suite = built.iter().find(|suite| suite.listing.tests.contains(&case));
    let program = folder.join(suite.map_or("", |suite| &suite.name));
    if question.build_only {
        let (part, name) = (case.part, case.name);
        return line(&format!("{} debug '{part}/{name}' {}", program.display(), question.seed))
            .map(|()| PASSED);
    }
    open(&program, &case, question.seed, &root)
}

/// Where the programs stand, or `None` if they do not build.
fn build(root: &Path, programs: &[&str]) -> io::Result<Option<PathBuf>> {
    let named = env::var_os("CARGO_TARGET_DIR").filter(|folder| !folder.is_empty());
    let target = root.join(named.unwrap_or_else(|| "target".into()));
    let own = target.join(TARGET);
    let building = build::for_debugger(root, programs, &target, &own);
    Builder::new_current_thread().enable_all().build()?.block_on(building)
}

fn open(program: &Path, case: &TestCase, seed: u64, root: &Path) -> io::Result<u8> {
    let Some((debugger, is_lldb)) = debugger() else {
        note("error: no debugger: neither rust-gdb nor rust-lldb can be started");
        note("  mend: sudo apt-get install -y gdb, or the like; or DEBUGGER=program");
        return Ok(HARNESS_FAULT);
    };
    note(&format!(
        "--- {debugger}: `run` begins; it stops where the test fails or panics, and before that wherever you say"
    ));
    let mut command = Command::new(&debugger);
    command.current_dir(root);
    if is_lldb {
        command
            .args(STOPS.iter().flat_map(|stop| ["-o".to_owned(), format!("breakpoint set --name {stop}")]))
            .arg("--");
    } else {
        command.args(["-q", "-ex", "set breakpoint pending on", "-ex", "set print thread-events off"]);
        command.args(STOPS.iter().flat_map(|stop| ["-ex".to_owned(), format!("break {stop}")])).arg("--args");
    }
    command.arg(program).args(["debug", &format!("{}/{}", case.part, case.name), &seed.to_string()]);
    Err(command.exec())
}

/// The debugger to use, and whether it understands lldb's options.
fn debugger() -> Option<(String, bool)> {
    let is_lldb = |name: &str| name.contains("lldb");
    if let Some(named) = env::var("DEBUGGER").ok().filter(|name| !name.is_empty()) {
        return Some((named.clone(), is_lldb(&named)));
    }
    let starts = |name: &&str| {
        Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success())
    };
    let found = ["rust-gdb", "rust-lldb", "gdb", "lldb"].into_iter().find(starts)?;
    Some((found.to_owned(), is_lldb(found)))
}
