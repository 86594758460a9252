//! All programs of the workspace, built once per process.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use protocol::TestCase;
use runner::{build, suites};

/// Where the programs stand: `target/debug`. They are built before this returns.
pub fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        build();
        let test = env::current_exe().expect("a test knows its program");
        test.ancestors().nth(2).expect("it is in target/debug/deps").to_owned()
    })
}

fn build() {
    let programs = build::programs(suites::all_crates().into_iter().chain([
        "own-suite",
        "lab",
        "lab-watch",
        "lab-staff",
    ]));
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(build::arguments(&programs)).arg("--quiet");
    // From anywhere in the workspace; a test may have been started by a program without a folder of its own.
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    assert!(command.status().expect("cargo can be started").success(), "the programs do not build");
}

/// The command `lab`.
pub fn lab() -> PathBuf {
    folder().join("lab")
}

/// All tests of all suites, in the course's order.
pub fn cases() -> Vec<TestCase> {
    suites::cases_of(&suites::in_folder(folder()))
}
