//! `lab hint`, as its users call it.

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
