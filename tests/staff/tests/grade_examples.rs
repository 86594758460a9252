//! What staff copy from `docs/examples`: scripts that run, workflows that parse and that call `lab` as it can be called.

use std::{
    fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use saphyr::{LoadableYamlNode, Yaml};
use serde_json::Value;
use tempfile::TempDir;

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples")
}

fn text(name: &str) -> String {
    let file = examples().join(name);
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// A `/autograder` of our own.
struct Autograder {
    root: TempDir,
}

impl Autograder {
    fn new() -> Self {
        Self { root: tempfile::tempdir().expect("a folder") }
    }

    /// Runs the script with these lines in the place of `lab`, or with none, and returns the results.
    fn results(&self, lab: Option<&str>) -> Value {
        let program = self.root.path().join("lab");
        if let Some(lines) = lab {
            // Another process writes it: a program that this one has open, or a child of another test, cannot be started.
            let mut write = Command::new("sh");
            write.args(["-c", "cat > \"$0\" && chmod +x \"$0\""]).arg(&program).stdin(Stdio::piped());
            let mut write = write.spawn().expect("sh can be started");
            let script = format!(
                "#!/bin/sh\nwhile [ $# -gt 0 ]; do case $1 in --out) out=$2;; esac; shift; done\n{lines}\n"
            );
            write.stdin.take().expect("a pipe").write_all(script.as_bytes()).expect("written");
            assert!(write.wait().expect("it ends").success());
        }
        let mut run = Command::new(examples().join("gradescope/run_autograder"));
        run.env("AUTOGRADER_ROOT", self.root.path()).env("LAB", &program).current_dir(self.root.path());
        let output = run.output().expect("the script can be started");
        assert!(output.status.success(), "{output:?}");
        let file = self.root.path().join("results/results.json");
        serde_json::from_slice(&fs::read(file).expect("there is always a file")).expect("it is JSON")
    }
}

/// Goal: there is a results.json whatever becomes of `lab`. Method: a stand-in that behaves well, dies half way, or says nothing.
#[test]
fn gradescope_always_gets_results() {
    let stage = Autograder::new();
    let whole = stage.results(Some(r#"echo '{"tests": [{"score": 3}]}' > "$out/results.json""#));
    assert_eq!(whole["tests"][0]["score"], 3);
    let half =
        stage.results(Some("echo '{\"tests\": [{\"score\": 1}]}' > \"$out/results.json\"\nkill -9 $$"));
    assert_eq!(half["tests"][0]["score"], 1);
    for (lines, code) in [("exit 2", "code 2"), ("kill -9 $$", "code 137")] {
        let none = stage.results(Some(lines));
        assert_eq!(none["score"], 0, "of the last run nothing may be left");
        assert!(none["output"].as_str().expect("text").contains(code), "{none}");
    }
    let missing = Autograder::new().results(None);
    assert!(missing["output"].as_str().expect("text").contains("code 127"), "{missing}");
}

/// Goal: no script has a mistake that a tool can see. Method: the shell, and `shellcheck` where it is there.
#[test]
fn scripts_are_clean() {
    for name in ["gradescope/setup.sh", "gradescope/run_autograder"] {
        let file = examples().join(name);
        assert_eq!(fs::metadata(&file).expect("a file").permissions().mode() & 0o111, 0o111, "{name}");
        let shell = if text(name).starts_with("#!/bin/sh") { "sh" } else { "bash" };
        assert!(Command::new(shell).arg("-n").arg(&file).status().expect("a shell").success(), "{name}");
        match Command::new("shellcheck").arg(&file).output() {
            Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout)),
            Err(_) => eprintln!("skipped: there is no shellcheck"),
        }
    }
}

fn yaml(name: &str) -> Yaml<'static> {
    let text: &'static str = text(name).leak();
    let mut documents = Yaml::load_from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(documents.len(), 1, "{name}");
    documents.remove(0)
}

fn steps<'a>(workflow: &'a Yaml<'a>, job: &str) -> &'a [Yaml<'a>] {
    workflow["jobs"][job]["steps"].as_sequence().map(Vec::as_slice).expect("steps")
}

fn word<'a>(step: &'a Yaml<'a>, key: &str) -> &'a str {
    step.as_mapping_get(key).and_then(Yaml::as_str).unwrap_or_default()
}

/// Goal: every part that the workflow grades reaches the reporter. Method: compare its steps with the reporter's list and variables.
#[test]
fn classroom_reports_every_step() {
    let workflow = yaml("github/classroom.yml");
    let steps = steps(&workflow, "run-autograding-tests");
    let ids: Vec<&str> = steps.iter().map(|step| word(step, "id")).filter(|id| !id.is_empty()).collect();
    assert_eq!(ids, ["part-2a", "part-2b", "part-2c", "part-2d"]);
    let reporter = steps.iter().find(|step| word(step, "uses").contains("autograding-grading-reporter"));
    let reporter = reporter.expect("a reporter");
    assert_eq!(reporter["with"]["runners"].as_str(), Some(ids.join(",").as_str()));
    for id in ids {
        let variable = format!("{}_RESULTS", id.to_uppercase());
        let result = format!("${{{{ steps.{id}.outputs.result }}}}");
        assert_eq!(reporter["env"][variable.as_str()].as_str(), Some(result.as_str()));
    }
}

/// Goal: the machines share all the work. Method: as many shards in the matrix as in the option.
#[test]
fn shards_are_complete() {
    let workflow = yaml("github/grade-all.yml");
    let matrix = workflow["jobs"]["grade"]["strategy"]["matrix"]["shard"].as_sequence().expect("a matrix");
    let shards: Vec<i64> = matrix.iter().map(|shard| shard.as_integer().expect("a number")).collect();
    assert_eq!(shards, [1, 2, 3, 4]);
    let steps = steps(&workflow, "grade");
    assert!(steps.iter().any(|step| word(step, "run").contains("--shard ${{ matrix.shard }}/4")));
    let pipeline = yaml("gitlab/gitlab-ci.yml");
    assert_eq!(pipeline["grade"]["parallel"].as_integer(), Some(4));
    let script = pipeline["grade"]["script"][0].as_str().expect("a script");
    assert!(script.contains("--shard \"$CI_NODE_INDEX/$CI_NODE_TOTAL\""), "{script}");
}

/// Goal: no example uses an option that there is not. Method: every option after `lab grade…` stands in that command's help.
#[test]
fn options_exist() {
    let call = regex_lite::Regex::new(r"(grade(?:-all|-step)?)((?: [^&|\n]+)+)").expect("an expression");
    let option = regex_lite::Regex::new(r" (--[a-z-]+)").expect("an expression");
    let mut seen = 0;
    for name in [
        "gradescope/setup.sh",
        "gradescope/run_autograder",
        "github/grade-all.yml",
        "github/classroom.yml",
        "gitlab/gitlab-ci.yml",
        "container/Dockerfile",
    ] {
        let joined =
            text(name).replace("\\\n", " ").replace("\n          --", " --").replace("\n      --", " --");
        for line in joined.lines().filter(|line| line.contains("lab\" grade") || line.contains("lab grade")) {
            for found in call.captures_iter(line) {
                let help = help(&found[1]);
                for option in option.captures_iter(&found[2]) {
                    assert!(help.contains(&option[1]), "{name}: {} has no {}", &found[1], &option[1]);
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 20, "only {seen} options were found");
}

fn help(command: &str) -> String {
    let output = Command::new(rig::lab()).args([command, "--help"]).output().expect("lab can be started");
    assert!(output.status.success(), "lab {command}: {output:?}");
    String::from_utf8(output.stdout).expect("text")
}

/// Goal: the policy is one, and gives what it says. Method: grade a submission with nothing in it, which needs no build.
#[test]
fn the_policy_gives_a_hundred_points() {
    let folder = tempfile::tempdir().expect("a folder");
    let (empty, out) = (folder.path().join("empty"), folder.path().join("out"));
    fs::create_dir(&empty).expect("made");
    let mut grade = Command::new(rig::lab());
    grade.arg("grade").arg("--submission").arg(&empty).arg("--out").arg(&out);
    grade.arg("--cache").arg(folder.path().join("cache"));
    let output = grade
        .arg("--policy")
        .arg(examples().join("gradescope/policy.toml"))
        .output()
        .expect("lab can be started");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let results = fs::read(out.join("results.json")).expect("reports");
    let results: Value = serde_json::from_slice(&results).expect("JSON");
    let tests = results["tests"].as_array().expect("tests");
    let sum = |key: &str| tests.iter().map(|test| test[key].as_f64().expect("points")).sum::<f64>();
    assert!((sum("max_score") - 100.0).abs() < 1e-9 && sum("score") == 0.0, "{results}");
}
