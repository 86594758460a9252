//! Those who take more than there is.

use std::path::Path;

use crate::rig::{POLICY, Rig, all_failed, all_passed, gaps, is_alive, message, tests, word};

#[test]
fn an_endless_loop_ends_with_the_wall_limit() {
    let rig = Rig::with("loop").policy(&POLICY.replace("= 60", "= 1"));
    all_failed(&rig.grade(), "hang");
}

#[test]
fn processor_time_is_limited() {
    // In real time: on the virtual clock, whatever stands still is ended after ten seconds anyway.
    let limits = "= 60\ncpu_seconds = 1\nclock = \"real\"";
    let grade = Rig::with("burn").policy(&POLICY.replace("= 60", limits)).grade();
    all_failed(&grade, "died");
    assert!(message(&grade).contains("signal: 24"), "{}", message(&grade));
}

#[test]
fn a_hundred_gigabytes_are_refused() {
    all_failed(&Rig::with("hoard").grade(), "died");
}

#[test]
fn a_stack_overflow_ends_one_run() {
    all_failed(&Rig::with("recurse").grade(), "died");
}

#[test]
fn a_flood_of_output_is_cut() {
    all_passed(&Rig::with("flood").grade());
    let grade = Rig::with("flood and panic").grade();
    all_failed(&grade, "panic");
    let run = &tests(&grade)[0]["runs"][0];
    assert!(run["failure"]["message"].as_str().is_some_and(|text| text.contains("all of it")), "{run:#}");
    assert!(run["output"].as_str().is_some_and(|text| text.contains("earlier bytes dropped")), "{run:#}");
    assert!(grade.to_string().len() < 100_000, "the report has {} bytes", grade.to_string().len());
}

#[test]
fn a_file_without_end_ends_the_run() {
    let rig = Rig::with("fill").policy(&POLICY.replace("[limits]", "[limits]\nfile_mb = 16"));
    let grade = rig.grade();
    all_failed(&grade, "died");
    assert!(message(&grade).contains("signal: 25"), "{}", message(&grade));
}

#[test]
fn no_core_files_and_not_too_many_files() {
    let grade = Rig::with_word("ask", "ulimit -c; ulimit -n").grade();
    all_failed(&grade, "panic");
    assert!(message(&grade).starts_with("0 4096 "), "{}", message(&grade));
}

#[test]
fn processes_are_counted() {
    if !gaps().is_empty() {
        eprintln!("skipped: {}", gaps());
        return;
    }
    let word = word(5);
    let rig = Rig::with_word("crowd", &word).policy(&POLICY.replace("[limits]", "[limits]\nprocesses = 50"));
    let grade = rig.grade();
    all_failed(&grade, "panic");
    let got: usize = message(&grade).rsplit(' ').next().and_then(|word| word.parse().ok()).expect("a number");
    assert!((20..50).contains(&got), "{got} processes of 50");
    assert!(!is_alive(&word), "a process has outlived its run");
}

#[test]
fn whatever_it_starts_ends_with_it() {
    if !Path::new("/usr/bin/setsid").exists() {
        eprintln!("skipped: there is no setsid");
        return;
    }
    let word = word(1);
    all_passed(&Rig::with_word("escape", &word).grade());
    assert!(!is_alive(&word), "a process has outlived its run");
}

#[test]
fn a_fork_bomb_ends_with_its_run() {
    if !gaps().is_empty() {
        eprintln!("skipped: {}", gaps());
        return;
    }
    let word = word(2);
    let rig = Rig::with_word("bomb", &word)
        .policy(&POLICY.replace("= 60", "= 2").replace("[limits]", "[limits]\nprocesses = 64"));
    all_failed(&rig.grade(), "hang");
    assert!(!is_alive(&word), "a part of the bomb has outlived its run");
}

#[test]
fn nobody_can_kill_the_grader() {
    if !gaps().is_empty() {
        eprintln!("skipped: {}", gaps());
        return;
    }
    // It may well hit itself.
    let grade = Rig::with("kill").grade();
    assert_eq!(grade["finished"], true);
    assert!(tests(&grade).iter().all(|test| test["status"] != "not_run"), "{grade:#}");
}
