//! What cannot be graded at all, and says why.

use crate::rig::{POLICY, Rig, points, tests, text};

#[test]
fn an_empty_folder_has_a_report_all_the_same() {
    let rig = Rig::empty();
    let grade = rig.grade();
    let reason = grade["build"]["refused"].as_str().unwrap_or_else(|| panic!("{grade:#}"));
    assert!(reason.contains("none of the folders") && reason.contains("raft/src"), "{reason}");
    assert_eq!((points(&grade), tests(&grade).len()), (0.0, 2));
    assert!(tests(&grade).iter().all(|test| test["status"] == "not_run"));
    assert_eq!(grade["finished"], true);
}

#[test]
fn extra_crates_are_refused_by_name() {
    let rig = Rig::reference();
    rig.patch("raft/Cargo.toml", "[dependencies]\n", "[dependencies]\nrayon = \"1\"\n");
    let grade = rig.grade();
    let reason = grade["build"]["refused"].as_str().unwrap_or_else(|| panic!("{grade:#}"));
    assert!(reason.contains("rayon") && reason.contains("raft/Cargo.toml"), "{reason}");
}

#[test]
fn compiler_errors_reach_the_student() {
    let rig = Rig::broken("let number: u32 = \"seven\";");
    let grade = rig.grade();
    let errors = grade["build"]["failed"].as_str().unwrap_or_else(|| panic!("{grade:#}"));
    assert!(errors.contains("E0308") && errors.contains("mapreduce/src/broken.rs"), "{errors}");
    assert!(!errors.contains("warning:"), "{errors}");
    // Three hundred of them are too many to read.
    let many = (0..300).map(|n| format!("let number{n}: u32 = \"seven\";\n")).collect::<String>();
    let grade = Rig::broken(&many).grade();
    let errors = grade["build"]["failed"].as_str().unwrap_or_else(|| panic!("{grade:#}"));
    assert_eq!(errors.lines().count(), 200, "{errors}");
    assert_eq!(points(&grade), 0.0);
}

#[test]
fn a_build_without_end_is_ended() {
    let rig = Rig::reference().policy(&POLICY.replace("build_seconds = 3600", "build_seconds = 0.01"));
    let grade = rig.grade();
    assert!(
        grade["build"]["failed"].as_str().is_some_and(|text| text.contains("longer than 0.01 s")),
        "{grade:#}"
    );
}

#[test]
fn a_bad_policy_is_refused_with_its_line() {
    for (policy, parts) in [
        (
            "[defaults]\nruns = 2\n[test.TestIntialElection2A]\npoints = 1\n",
            &[":3:", "no test TestIntialElection2A; did you mean TestInitialElection2A?"][..],
        ),
        ("[part.2A]\npoints = -5\n", &[":2:", "0 or more", "-5"]),
        ("[defaults]\nruns = -3\n", &["line 2", "`-3`, expected a whole number, 0 or more"]),
        ("[part.2A]\npoints = \"many\"\n", &["line 2", "\"many\", expected a number"]),
        ("[part.2E]\npoints = 5\n", &[":1:", "no part 2E"]),
        ("[defaults]\nrun = 2\n", &["unknown field `run`", "line 2"]),
        ("[defaults]\nruns = 2\nrule = \"3 of 4\"\n", &[":3:", "has 2"]),
        ("[defaults]\nhidden_runs = 3\n", &[":2:", "0 hidden seeds"]),
        ("[seeds]\nhidden_file = \"nowhere\"\n", &[":2:", "nowhere"]),
        ("labs = [\"5\"]\n", &[":1:", "no lab 5"]),
        ("not toml", &["policy.toml"]),
    ] {
        let rig = Rig::empty().policy(policy);
        let output = rig.command().output().expect("lab can be started");
        assert_eq!(output.status.code(), Some(2), "{policy}{}", text(&output));
        for part in parts {
            assert!(text(&output).contains(part), "`{part}` is missing in\n{}", text(&output));
        }
        assert!(!rig.out().join("grade.json").exists());
    }
}

#[test]
fn a_folder_that_is_not_there_is_a_usage_error() {
    let rig = Rig::empty();
    let output = rig.command().arg("--workspace").arg(rig.root()).output().expect("lab can be started");
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    std::fs::remove_dir(rig.submission()).expect("it is empty");
    let output = rig.command().output().expect("lab can be started");
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert!(text(&output).contains("--submission"), "{}", text(&output));
    // A zip, still packed.
    std::fs::write(rig.submission(), "PK").expect("a file can be written");
    let output = rig.command().output().expect("lab can be started");
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert!(text(&output).contains("a file; unpack it"), "{}", text(&output));
    // A file where the reports should go.
    let rig = Rig::empty();
    std::fs::write(rig.out(), "").expect("a file can be written");
    let output = rig.command().output().expect("lab can be started");
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert!(text(&output).contains("a file; say a folder"), "{}", text(&output));
}

#[test]
fn the_default_policy_can_be_printed_and_read() {
    let rig = Rig::empty();
    let lab = rig::lab();
    let output = std::process::Command::new(lab)
        .args(["grade", "--print-policy"])
        .output()
        .expect("lab can be started");
    assert_eq!(output.status.code(), Some(0));
    let rig = rig.policy(&String::from_utf8(output.stdout).expect("it is text"));
    let grade = rig.grade();
    assert_eq!(tests(&grade).len(), 70, "all official tests of all labs are in it");
    assert!(tests(&grade).iter().all(|test| test["planned"] == if test["part"] == "1" { 1 } else { 20 }));
}
