//! What students must not see is in no file for them.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::*;

/// All files for students, those in base64 decoded.
fn all(grade: &Grade) -> Vec<(&'static str, String)> {
    let mut all: Vec<_> =
        for_students(grade).into_iter().map(|(name, _)| (name, report(grade, name))).collect();
    let read: classroom::Classroom = serde_json::from_str(&report(grade, CLASSROOM)).expect("JSON");
    for part in read.parts {
        let json = STANDARD.decode(part.result).expect("base64");
        all.push(("a result", String::from_utf8(json).expect("text")));
    }
    all
}

#[test]
fn no_report_has_a_hidden_seed() {
    let secret = SECRET.to_string();
    for grade in examples() {
        for (name, text) in all(&grade) {
            assert!(!text.contains(&secret), "{name}: {text}");
            assert!(!text.contains("spelled"), "{name}: what a hidden run printed: {text}");
        }
    }
    assert!(report(&mixed(), "results.json").contains("replay: hidden seed"));
    assert!(report(&mixed(), "results.json").contains("replay: make test-2B TEST=TestBasicAgree2B SEED=5"));
    // Staff have it.
    assert!(String::from_utf8(json(&mixed())).expect("text").contains(&secret));
}

#[test]
fn no_report_has_control_characters() {
    for grade in examples() {
        for (name, text) in all(&grade) {
            let control = text.chars().find(|letter| letter.is_control() && !matches!(letter, '\n' | '\t'));
            assert_eq!(control, None, "{name}: {text}");
            assert!(!text.contains("[31m") && !text.contains("\\u001b"), "{name}: {text}");
        }
    }
}

/// Goal: the words of a test that is not for everybody reach only the forge that knows what hidden means.
#[test]
fn what_is_for_staff_stays_there() {
    let mut grade = mixed();
    for test in &mut grade.tests {
        test.visibility = Visibility::Hidden;
    }
    grade.visibility = Visibility::AfterDueDate;
    for (name, text) in all(&grade) {
        let knows = name == "results.json";
        assert_eq!(text.contains("no <leader>"), knows, "{name}: {text}");
        assert_eq!(text.contains("was edited"), knows, "{name}: {text}");
    }
    let results: Value = serde_json::from_str(&report(&grade, "results.json")).expect("JSON");
    assert!(!results["output"].as_str().expect("text").contains("was edited"));
    assert_eq!(results["tests"][0]["visibility"], "after_due_date");
}

/// Goal: what the compiler said reaches the student, 200 lines of it.
#[test]
fn compiler_errors_are_shown() {
    for name in ["results.json", "junit.xml", "results.jsonl", "summary.md", "official.txt"] {
        let text = report(&uncompilable(), name);
        assert!(text.contains("error 200") && !text.contains("error 201"), "{name}: {text}");
        assert!(text.contains("[100 further lines not shown]"), "{name}: {text}");
    }
    assert!(all(&uncompilable()).iter().any(|(name, text)| *name == "a result" && text.contains("error 5")));
}
