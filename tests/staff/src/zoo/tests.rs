//! The zoo does not rot: every patch fits the reference as it is, and speaks of tests that exist. Whether the bugs are caught is what
//! `make zoo` finds out, in half an hour.

use std::path::PathBuf;

use runner::select::select;

use super::{
    FOLDER,
    patch::{self, Group, Patch},
};

fn root() -> PathBuf {
    crate::handout::find().expect("the tests run in the workspace")
}

fn zoo() -> Vec<Patch> {
    patch::read_all(&root().join(FOLDER)).expect("every file of the zoo can be read")
}

#[test]
fn every_patch_fits_the_reference() {
    let stale: Vec<String> = zoo().iter().filter_map(|patch| patch.changes(&root()).err()).collect();
    assert!(stale.is_empty(), "{}", stale.join("\n"));
}

#[test]
fn every_test_that_is_named_exists() {
    let all = rig::cases();
    for patch in zoo() {
        let relevant = select(&all, &patch.tests, true).unwrap_or_else(|e| panic!("{}: {e}", patch.name));
        assert!(!patch.programs().is_empty(), "{}: its tests belong to no part", patch.name);
        for name in &patch.expect {
            let is_there = relevant.iter().any(|case| case.name == name);
            assert!(is_there, "{}: {name} is not among its relevant tests", patch.name);
        }
        assert_eq!(patch.expect.is_empty(), patch.group == Group::Harmless, "{}", patch.name);
    }
}

#[test]
fn names_are_found_and_others_refused() {
    let zoo = zoo();
    let chosen = |name: &str| patch::choose(&zoo, &[name.to_owned()]).map(|patches| patches.len());
    assert_eq!(chosen("raft/figure8-rule-missing"), Ok(1));
    assert_eq!(chosen("figure8-rule-missing"), Ok(1));
    assert!(chosen("raft").is_ok_and(|count| count > 1));
    let refusal = chosen("figure8-rule-mising").expect_err("no such bug");
    assert!(refusal.contains("did you mean raft/figure8-rule-missing?"), "{refusal}");
}
