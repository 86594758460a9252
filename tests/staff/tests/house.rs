//! The plan of the house is the house: what CONTRIBUTING draws, and what the profiles say, against what cargo knows.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use toml_edit::DocumentMut;

type Arrows = BTreeMap<String, BTreeSet<String>>;

/// The suites whose runs have to be fast.
const SUITES: [&str; 5] =
    ["ground-suite", "raft-suite", "kvraft-suite", "shardctrler-suite", "shardkv-suite"];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(workspace()).output();
    let output = output.expect("cargo can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("cargo writes text")
}

/// What CONTRIBUTING draws: `name <- what it uses`; words follow after two spaces.
fn drawn() -> Arrows {
    let text = fs::read_to_string(workspace().join("CONTRIBUTING.md")).expect("it is there");
    let plan = text.split("## The house").nth(1).and_then(|rest| rest.split("```").nth(1));
    let lines = plan.expect("it has a plan").lines().filter_map(|line| line.split_once(" <-"));
    let used = |rest: &str| match rest.strip_prefix(' ') {
        Some(names) if !names.starts_with(' ') => names.split("  ").next().unwrap_or_default().to_owned(),
        _ => String::new(),
    };
    let names = |rest: &str| used(rest).split_whitespace().map(str::to_owned).collect();
    lines.map(|(name, rest)| (name.trim().to_owned(), names(rest))).collect()
}

/// What cargo says: dependencies that are crates of the workspace, those of tests left out.
fn built() -> Arrows {
    let metadata = cargo(&["metadata", "--no-deps", "--format-version=1", "--offline"]);
    let metadata: Value = serde_json::from_str(&metadata).expect("cargo writes JSON");
    let packages = metadata["packages"].as_array().expect("there are packages");
    let uses = |package: &Value| {
        let list = package["dependencies"].as_array().expect("a list");
        let own = list.iter().filter(|one| one["kind"].is_null() && one["path"].is_string());
        own.filter_map(|one| one["name"].as_str().map(str::to_owned)).collect()
    };
    packages.iter().filter_map(|one| Some((one["name"].as_str()?.to_owned(), uses(one)))).collect()
}

/// Goal: nobody is told of a house that is not there. Method: compare every arrow.
#[test]
fn the_plan_is_what_cargo_builds() {
    assert_eq!(drawn(), built());
}

/// Goal: a command never has a student's code in it, nor the other way round. Method: follow the arrows.
#[test]
fn commands_and_labs_do_not_know_each_other() {
    let arrows = built();
    let labs = ["mapreduce", "raft", "kvraft", "shardctrler", "shardkv"];
    let reached = |from: &str| {
        let (mut seen, mut next) = (BTreeSet::new(), vec![from.to_owned()]);
        while let Some(name) = next.pop() {
            next.extend(arrows[&name].iter().filter(|used| seen.insert((*used).clone())).cloned());
        }
        seen
    };
    for command in ["lab", "watch", "staff"] {
        let known = reached(command);
        assert!(
            !known.iter().any(|name| labs.contains(&name.as_str()) || name.ends_with("-suite")),
            "{command}: {known:?}"
        );
    }
    assert!(reached("linearizability").is_empty(), "the checker is for any store");
}

/// Goal: runs are as fast as they were measured. Method: of what the suites stand on, everything is optimised; of the rest, nothing.
#[test]
fn what_a_run_is_made_of_is_optimised() {
    let suites: Vec<&str> = SUITES.into_iter().flat_map(|name| ["-p", name]).collect();
    let tree = ["tree", "--offline", "--edges=normal,no-proc-macro", "--prefix=none", "--format={p}"];
    let tree = cargo(&[&tree[..], &suites].concat());
    let is_ours = |line: &&str| line.contains(" (/");
    let linked: BTreeSet<String> = tree
        .lines()
        .filter(|line| !line.is_empty() && !is_ours(line))
        .filter_map(|line| line.split(' ').next().map(str::to_owned))
        .collect();
    let manifest = fs::read_to_string(workspace().join("Cargo.toml")).expect("it is there");
    let manifest: DocumentMut = manifest.parse().expect("it is TOML");
    let packages = manifest["profile"]["dev"]["package"].as_table_like().expect("there are overrides");
    let optimised: BTreeSet<String> = packages
        .iter()
        .filter(|(_, entry)| entry.get("opt-level").and_then(toml_edit::Item::as_integer) == Some(1))
        .map(|(name, _)| name.to_owned())
        .collect();
    assert_eq!(optimised, linked, "`[profile.dev.package.…]` in Cargo.toml, and what the suites link");
}
