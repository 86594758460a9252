//! Those who take more than there is.

use std::{fs, path::Path, time::Instant};

use crate::rig::{POLICY, Rig, all_failed, all_passed, gaps, tests};

#[test]
fn an_endless_loop_ends_with_the_wall_limit() {
    let rig = Rig::with("loop { std::hint::spin_loop() }").policy(&POLICY.replace("= 60", "= 1"));
    all_failed(&rig.grade(), "hang");
}

#[test]
fn processor_time_is_limited() {
    // Of its own accord it would end, and pass.
    let burn = "let end = std::time::Instant::now() + std::time::Duration::from_secs(600);
        while std::time::Instant::now() < end {}";
    let rig =
        Rig::with(burn).policy(&POLICY.replace("wall_seconds = 60", "wall_seconds = 600\ncpu_seconds = 1"));
    let started = Instant::now();
    let grade = rig.grade();
    // Killed by the kernel, or, if it comes first, by the watch over the virtual clock.
    for test in tests(&grade) {
        let kind = test["runs"][0]["failure"]["kind"].as_str();
        assert!(matches!(kind, Some("died" | "hang")), "{test:#}");
    }
    assert!(started.elapsed().as_secs() < 600);
}

#[test]
fn a_hundred_gigabytes_are_refused() {
    all_failed(&Rig::with("println!(\"{}\", vec![1_u8; 100 << 30].len())").grade(), "died");
}

#[test]
fn a_stack_overflow_ends_one_run() {
    let body =
        "fn deep(n: u64) -> u64 { if n == u64::MAX { 0 } else { std::hint::black_box(deep(n + 1)) + 1 } }
        println!(\"{}\", deep(0))";
    all_failed(&Rig::with(body).grade(), "died");
}

#[test]
fn a_flood_of_output_is_cut() {
    let flood = "let line = \"x\".repeat(1000); for _ in 0..2_000 { println!(\"{line}\") }";
    all_passed(&Rig::with(flood).grade());
    let grade = Rig::with(&format!("{flood}\npanic!()")).grade();
    all_failed(&grade, "panic");
    assert!(grade.to_string().len() < 100_000, "the report has {} bytes", grade.to_string().len());
}

/// Whether a process is there that was started with this word.
fn is_alive(word: &str) -> bool {
    let processes = fs::read_dir("/proc").expect("this system has processes").flatten();
    let mut lines = processes.filter_map(|process| fs::read(process.path().join("cmdline")).ok());
    lines.any(|line| line.split(|byte| *byte == 0).any(|argument| argument == word.as_bytes()))
}

#[test]
fn whatever_it_starts_ends_with_it() {
    if !Path::new("/usr/bin/setsid").exists() {
        eprintln!("skipped: there is no setsid");
        return;
    }
    // It leaves the group and the session, and its parent does not wait for it.
    let body = "std::process::Command::new(\"sh\").args([\"-c\", \"setsid sleep 98765.4321 & setsid sleep 98765.4321 &\"])
        .status().expect(\"a shell can be started\");";
    all_passed(&Rig::with(body).grade());
    assert!(!is_alive("98765.4321"), "a process has outlived its run");
}

#[test]
fn a_fork_bomb_ends_with_its_run() {
    if !gaps().is_empty() {
        eprintln!("skipped: {}", gaps());
        return;
    }
    let body = "std::process::Command::new(\"sh\").args([\"-c\", \"bomb() { bomb | bomb & }; bomb\", \"98765.1234\"])
        .status().ok();
        loop { std::thread::sleep(std::time::Duration::from_secs(1)) }";
    let rig = Rig::with(body)
        .policy(&POLICY.replace("= 60", "= 2").replace("[limits]", "[limits]\nprocesses = 64"));
    all_failed(&rig.grade(), "hang");
    assert!(!is_alive("98765.1234"), "a part of the bomb has outlived its run");
}

#[test]
fn nobody_can_kill_the_grader() {
    if !gaps().is_empty() {
        eprintln!("skipped: {}", gaps());
        return;
    }
    let body =
        "std::process::Command::new(\"sh\").args([\"-c\", \"kill -9 -1; kill -9 $PPID\"]).status().ok();";
    // It may well hit itself.
    let grade = Rig::with(body).grade();
    assert_eq!(grade["finished"], true);
    assert!(tests(&grade).iter().all(|test| test["status"] != "not_run"), "{grade:#}");
}
