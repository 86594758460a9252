//! Those who would rather not.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
};

use crate::rig::{Rig, all_failed, all_passed, gaps, tests};

#[test]
fn an_early_exit_is_no_success() {
    all_failed(&Rig::with("exit").grade(), "died");
}

#[test]
fn forged_words_and_forged_files_are_worth_nothing() {
    let rig = Rig::reference();
    let out = rig.out();
    rig.order("forge", out.join("grade.json").to_str().expect("its name is text"));
    // The folder of the reports lies open, as on a machine where graders are careless.
    fs::create_dir(&out).expect("it is not there yet");
    fs::set_permissions(rig.root(), Permissions::from_mode(0o755)).expect("it is ours");
    fs::set_permissions(&out, Permissions::from_mode(0o777)).expect("it is ours");
    let grade = rig.grade();
    all_failed(&grade, "died");
    assert_eq!(grade["points"], serde_json::Value::Null, "a run has written where it must not");
    let output = tests(&grade)[0]["runs"][0]["output"].as_str().expect("its output is kept");
    assert!(output.contains("... Passed --"), "{output}");
}

#[test]
fn files_of_others_can_be_neither_read_nor_deleted() {
    if !gaps().is_empty() {
        eprintln!("skipped: {}", gaps());
        return;
    }
    let victim = tempfile::tempdir().expect("a temporary folder can be made");
    let open = |mode| Permissions::from_mode(mode);
    fs::write(victim.path().join("secret"), "hidden seeds: 4711").expect("a file can be written");
    fs::set_permissions(victim.path(), open(0o777)).expect("it is ours");
    fs::set_permissions(victim.path().join("secret"), open(0o666)).expect("it is ours");
    let word = victim.path().to_str().expect("its name is text");
    all_passed(&Rig::with_word("trespass", word).grade());
    assert!(victim.path().join("secret").exists());
}

#[test]
fn the_build_reads_no_files_of_others() {
    if !gaps().is_empty() {
        eprintln!("skipped: {}", gaps());
        return;
    }
    let victim = tempfile::NamedTempFile::new().expect("a temporary file can be made");
    fs::write(victim.path(), "hidden seeds: 4711").expect("a file can be written");
    let grade = Rig::broken(&format!("panic!(\"{{}}\", include_str!({:?}))", victim.path())).grade();
    let errors = grade["build"]["failed"].as_str().unwrap_or_else(|| panic!("it was built: {grade:#}"));
    assert!(errors.contains("Permission denied") && !errors.contains("4711"), "{errors}");
}

#[test]
fn memory_is_not_open_to_tricks() {
    let grade = Rig::broken(
        "#[allow(unsafe_code)] fn trick() { unsafe { std::hint::unreachable_unchecked() } } trick()",
    )
    .grade();
    let errors = grade["build"]["failed"].as_str().unwrap_or_else(|| panic!("it was built: {grade:#}"));
    assert!(errors.contains("forbid") && errors.contains("mapreduce/src/broken.rs"), "{errors}");
}

#[test]
fn a_panic_hook_of_ones_own_hides_nothing() {
    let grade = Rig::with("silence").grade();
    all_failed(&grade, "panic");
    // Its own words went to that hook.
    let message = &tests(&grade)[0]["runs"][0]["failure"]["message"];
    assert_eq!(message, "the test panicked");
}

#[test]
fn closed_outputs_change_nothing() {
    all_passed(&Rig::with("close").grade());
    let grade = Rig::with_word("close and panic", "word 4712").grade();
    all_failed(&grade, "panic");
    let run = &tests(&grade)[0]["runs"][0];
    assert!(run["failure"]["message"].as_str().is_some_and(|text| text.contains("word 4712")), "{run:#}");
    let output = run["output"].as_str().expect("its output is kept");
    assert!(output.contains("this was before") && !output.contains("this was after"), "{output}");
    // Who then writes into a pipe without another end is ended by it.
    all_failed(&Rig::with("close and print").grade(), "died");
}
