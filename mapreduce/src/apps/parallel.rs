//! How many workers are in the same phase right now? They show it by files.

use std::{fs, thread, time::Duration};

use nix::{sys::signal::kill, unistd::Pid};

/// Shows for a second that this process is in `phase`, and returns how many do.
pub(super) fn running_now(phase: &str) -> usize {
    let prefix = format!("mr-worker-{phase}-");
    let own = format!("{prefix}{}", std::process::id());
    fs::write(&own, "x").unwrap_or_else(|error| panic!("cannot write {own}: {error}"));
    let count =
        names().iter().filter_map(|name| name.strip_prefix(&prefix)).filter(|pid| is_alive(pid)).count();
    thread::sleep(Duration::from_secs(1));
    fs::remove_file(&own).unwrap_or_else(|error| panic!("cannot remove {own}: {error}"));
    count
}

/// The names of all files in the working directory.
pub(super) fn names() -> Vec<String> {
    let entries = fs::read_dir(".").expect("the working directory can be listed");
    entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect()
}

/// Whether `pid` is a number, and a process has it.
fn is_alive(pid: &str) -> bool {
    pid.parse().is_ok_and(|pid: i32| kill(Pid::from_raw(pid), None).is_ok())
}
