//! `lab hint`, as its users call it.

use std::collections::BTreeSet;

use protocol::Kind;
use rig::{Lab, contains, expect, refused, text};

#[test]
fn hints_come_level_by_level() {
    let first = expect(0, &["hint", "TestGOB"]);
    contains(&first, &["labgob TestGOB", "1. what it checks", "lab hint TestGOB --level 2"]);
    assert!(!first.contains("2. what"), "one level at a time:\n{first}");
    contains(&expect(0, &["hint", "labgob", "--level", "all"]), &["TestCapital", "3. where it says so"]);
    // The whole course, whatever is in this build, and names that are there twice.
    contains(&expect(0, &["hint", "4A/TestBasic", "--level", "3"]), &["4A TestBasic", "Lab 4 page"]);
    contains(&expect(0, &["hint", "labrpc/TestBasic"]), &["lab hint labrpc/TestBasic --level 2"]);
}

#[test]
fn a_hint_that_is_not_there_is_refused() {
    contains(&refused(4, &["hint", "TestFigure9"]), &["no official test matches", "TestFigure82C"]);
    contains(&refused(4, &["hint", "TestCarelessCode"]), &["careless_code"]);
    contains(&refused(2, &["hint", "TestGOB", "--level", "4"]), &["Usage: lab hint"]);
    contains(&refused(2, &["hint"]), &["Usage: lab hint"]);
    refused(2, &["hint", "TestFigure8("]);
}

#[test]
fn a_test_of_ours_tells_its_goal() {
    let lab = Lab::new();
    let mut command = lab.command(&["hint", "TestHealedGetStrict3A"]);
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("lab can be started");
    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{told}");
    contains(
        &told,
        &["3A TestHealedGetStrict3A (ours", "Goal: an operation that was stuck", "fn healed_get_3a"],
    );
}

/// Goal: every official test has its hint, and every hint its test, under the same names. Method: ask for each part, and for each function.
#[test]
fn every_official_test_has_its_hint_and_every_hint_its_test() {
    let all = rig::cases();
    let official: Vec<_> = all.iter().filter(|case| case.kind == Kind::Official).collect();
    let parts: BTreeSet<&str> = official.iter().map(|case| case.part).collect();
    for part in parts {
        let told = expect(0, &["hint", part]);
        let is_heading = |line: &&str| line.starts_with(part) && !line.starts_with(' ');
        let hinted: Vec<&str> = told.lines().filter(is_heading).collect();
        let of_part = official.iter().filter(|case| case.part == part);
        assert_eq!(hinted, of_part.map(|case| format!("{part} {}", case.name)).collect::<Vec<_>>());
    }
    for case in official {
        contains(&expect(0, &["hint", case.function_name()]), &[&format!("{} {}\n", case.part, case.name)]);
    }
}

/// Goal: every test of ours says what it is for. Method: ask for each, by its name and by its function.
#[test]
fn every_test_of_ours_says_its_goal() {
    let hint = |pattern: &str| {
        let mut command = Lab::new().command(&["hint", pattern]);
        // Their goals are read from the sources.
        let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("lab can be started");
        (output.status.code(), text(&output.stdout))
    };
    for case in rig::cases().iter().filter(|case| matches!(case.kind, Kind::Extra | Kind::Scenario)) {
        let (code, told) = hint(case.name);
        assert_eq!(code, Some(0), "{} has no goal", case.name);
        contains(&told, &[&format!("{} {} (ours: one level only)", case.part, case.name)]);
        assert!(told.len() > 120, "{}: {told}", case.name);
    }
    assert_eq!(hint("careless_code"), hint("TestCarelessCode"));
    assert_eq!(hint("TestCarelessCod").0, Some(4), "nothing of ours is called so");
}
