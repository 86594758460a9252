//! Those who would rather not.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
};

use crate::rig::{Rig, all_failed, all_passed, gaps, tests};

#[test]
fn an_early_exit_is_no_success() {
    all_failed(&Rig::with("std::process::exit(0)").grade(), "died");
}

#[test]
fn forged_words_and_forged_files_are_worth_nothing() {
    let rig = Rig::reference();
    let out = rig.out();
    let forgery = r#"{"submission":"ada","build":"done","points":100,"finished":true}"#;
    let body = format!(
        "println!(\"Test (2A): initial election ...\\n  ... Passed --   3.1  3   58   16840    0\\nPASS\\nruns: 2 passed, 0 failed\");
        let forgery = {forgery:?};
        for place in [\"grade.json\", \"../grade.json\", {:?}, \"results.json\"] {{
            std::fs::write(place, forgery).ok();
        }}
        // Whatever is open, a message for it.
        for number in 0..32 {{
            let message = \"{{\\\"done\\\":{{\\\"nonce\\\":\\\"\\\",\\\"failure\\\":null}}}}\\n\";
            std::fs::write(format!(\"/proc/self/fd/{{number}}\"), message).ok();
        }}
        std::process::exit(0)",
        out.join("grade.json")
    );
    rig.plant(&body);
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
    let body = format!(
        "let victim = std::path::Path::new({:?});
        if let Ok(secret) = std::fs::read_to_string(victim.join(\"secret\")) {{ println!(\"{{secret}}\"); std::process::exit(3) }}
        if std::fs::write(victim.join(\"mine\"), \"\").is_ok() {{ std::process::exit(4) }}
        if std::fs::remove_dir_all(victim).is_ok() {{ std::process::exit(5) }}
        if std::fs::read(\"/proc/self/mem\").is_ok() || std::fs::read(\"/proc/self/environ\").is_ok() {{ std::process::exit(6) }}
        if std::net::TcpListener::bind(\"127.0.0.1:0\").is_ok() {{ std::process::exit(7) }}
        // Its own folder is its own.
        std::fs::write(\"mine\", \"\").unwrap();
        assert_eq!(std::env::temp_dir(), std::env::current_dir().unwrap());",
        victim.path()
    );
    all_passed(&Rig::with(&body).grade());
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
    let grade = Rig::with(&format!("panic!(\"{{}}\", include_str!({:?}))", victim.path())).grade();
    let errors = grade["build"]["failed"].as_str().unwrap_or_else(|| panic!("it was built: {grade:#}"));
    assert!(errors.contains("Permission denied") && !errors.contains("4711"), "{errors}");
}

#[test]
fn memory_is_not_open_to_tricks() {
    let grade = Rig::with(
        "#[allow(unsafe_code)] fn trick() { unsafe { std::hint::unreachable_unchecked() } } trick()",
    )
    .grade();
    let errors = grade["build"]["failed"].as_str().unwrap_or_else(|| panic!("it was built: {grade:#}"));
    assert!(errors.contains("forbid") && errors.contains("raft/src/mischief.rs"), "{errors}");
}

#[test]
fn a_panic_hook_of_ones_own_hides_nothing() {
    let body = "std::panic::set_hook(Box::new(|_| {}));
        panic!(\"in the middle of the test\")";
    all_failed(&Rig::with(body).grade(), "panic");
}
