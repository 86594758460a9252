//! What people and old scripts read.

use super::*;

#[test]
fn official_text_is_the_course_s() {
    let mut grade = mixed();
    grade.tests.truncate(1);
    let expected = "\
Test (2A): initial election ...
  ... Passed --   3.5  3   58   16840    0
PASS
ok  \t6.824/raft\t3.500s
";
    assert_eq!(report(&grade, "official.txt"), expected);
}

#[test]
fn official_text_of_a_failure_is_the_course_s() {
    let text = report(&mixed(), "official.txt");
    for line in [
        "--- FAIL: TestBasicAgree2B (1.25s)",
        "    tests/raft-suite/src/basic_2b.rs:31: no <leader> & \"term\" at seed hidden seed",
        "--- SKIP: TestCount2B (0.00s)",
        "FAIL",
        "exit status 1",
    ] {
        assert!(text.lines().any(|shown| shown == line), "{line} is not in\n{text}");
    }
    assert!(text.ends_with("FAIL\t6.824/raft\t14.000s\n"), "{text}");
    let failed = report(&uncompilable(), "official.txt");
    assert!(failed.starts_with("# 6.824/raft\nerror 1\n"), "{failed}");
    assert!(failed.ends_with("FAIL\t6.824/raft [build failed]\n"), "{failed}");
}

#[test]
fn the_summary_has_a_row_per_part() {
    let text = report(&mixed(), "summary.md");
    assert!(text.starts_with("# ada \\& bob \\<2\\>: 3.83 of 10.5 points\n"), "{text}");
    for row in [
        "| 2A | 3.5 | 3.5 | 2 | 0 | 0 |",
        "| 2B | 0.33 | 7 | 0 | 2 | 1 |",
        "| all | 3.83 | 10.5 | 2 | 2 | 1 |",
    ] {
        assert!(text.contains(row), "{row} is not in\n{text}");
    }
    let story = "\
## TestBasicAgree2B (2B): 0.33 of 1 points

````text
failed: 2 of 3 runs failed (rule: fraction)
";
    assert!(text.contains(story), "{text}");
    assert!(report(&fresh(), "summary.md").contains("Not finished"));
}

#[test]
fn each_row_of_the_csv_names_the_submission() {
    let mut grade = mixed();
    grade.submission = "=cmd".to_owned();
    let text = report(&grade, "results.csv");
    let mut lines = text.lines();
    assert!(lines.next().is_some_and(|header| header.starts_with("submission,build,part,test,")), "{text}");
    assert!(lines.all(|row| row.starts_with("'=cmd,done,2")), "{text}");
}

#[test]
fn lines_leave_hidden_seeds_out() {
    let text = report(&mixed(), "results.jsonl");
    let test: Value = serde_json::from_str(text.lines().nth(1).expect("a line")).expect("JSON");
    let seeds: Vec<_> = test["runs"].as_array().expect("runs").iter().map(|run| &run["seed"]).collect();
    assert_eq!(seeds, [&Value::from(1), &Value::from(2), &Value::Null]);
    assert!(report(&fresh(), "results.jsonl").contains("\"summary\":\"unfinished\""));
}
