//! Makefile, README, and the page that says what is to be done.

use std::path::Path;

use super::{cut::Stub, scope::Scope};

/// Targets that only make sense where the reference is.
const REFERENCE_ONLY: [&str; 9] = [
    "handout",
    "check-handout",
    "check-grade",
    "test-fixtures",
    "lint-raft",
    "grade",
    "grade-all",
    "zoo",
    "bench-build",
];
/// Likewise, lines of other targets: of `help` and of `test`, and where the staff's command is. What they begin with.
const REFERENCE_ONLY_LINES: [&str; 4] =
    ["\t@echo '  RAFT=", "\t@$(MAKE) --no-print-directory check-grade", "STAFF_COMMAND :=", "staff = exec"];

/// Likewise, sections of the README.
const REFERENCE_ONLY_SECTIONS: [&str; 3] = ["## Do a lab yourself", "## Grade", "## A request"];

/// The Makefile without the targets of labs that stay out.
pub(super) fn makefile(text: &str, scope: &Scope) -> String {
    let gone = gone_targets(scope);
    let is_gone = |word: &str| gone.iter().any(|target| target == word);
    let stays = |paragraph: &&str| {
        let rule = paragraph.lines().find(|line| !line.starts_with('#')).unwrap_or_default();
        let targets = rule.split_once(':').map_or("", |(targets, _)| targets);
        targets.is_empty() || !targets.split_whitespace().all(is_gone)
    };
    let kept: Vec<&str> = text.split("\n\n").filter(stays).collect();
    let names = scope.absent_names();
    let line = |line: &str| {
        if !line.starts_with("LAB") && !line.starts_with(".PHONY") {
            return line.to_owned();
        }
        line.split(' ').filter(|word| !names.contains(word) && !is_gone(word)).collect::<Vec<_>>().join(" ")
    };
    let lines = kept.join("\n\n");
    let suite = |name: &&str| format!("SUITES_{name} :=");
    let is_absent = |text: &str| {
        REFERENCE_ONLY_LINES.iter().any(|gone| text.starts_with(gone))
            || names.iter().any(|name| text.starts_with(&suite(name)))
    };
    let lines = lines.lines().filter(|line| !is_absent(line));
    lines.map(line).collect::<Vec<_>>().join("\n") + "\n"
}

fn gone_targets(scope: &Scope) -> Vec<String> {
    let verbs = |name: &str| {
        [
            format!("test-{name}"),
            format!("soak-{name}"),
            format!("watch-{name}"),
            format!("test-{name}-extra"),
        ]
    };
    let gone = scope.absent_names().into_iter().flat_map(verbs);
    gone.chain(REFERENCE_ONLY.map(str::to_owned)).collect()
}

/// The README without the sections about the reference.
pub(super) fn readme(text: &str, scope: &Scope) -> String {
    let mut kept = String::new();
    let mut in_reference_section = false;
    for line in text.lines() {
        if line.starts_with("## ") {
            in_reference_section = REFERENCE_ONLY_SECTIONS.contains(&line);
        }
        if !in_reference_section {
            kept += line;
            kept.push('\n');
        }
        if line.starts_with("# ") {
            kept += &format!("\n> {}\n", introduction(scope));
        }
    }
    kept
}

fn introduction(scope: &Scope) -> String {
    let lab = scope.lab().pattern();
    let parts = scope.parts().join(", ");
    format!(
        "This is a handout of Lab {lab}: part {parts} is yours to write, what it builds on is finished, and the labs that build \
         on it are left out. Begin with [HANDOUT.md](HANDOUT.md)."
    )
}

/// What is to be done: commands, and all functions that are left to be written.
pub(super) fn handout(scope: &Scope, stubs: &[(&Path, &Stub)]) -> String {
    let (folder, first) = (scope.lab().folder(), scope.parts()[0]);
    let mut page = format!("# Lab {}: to be written\n\n{}\n\n", scope.lab().pattern(), WORDS.trim());
    page = page.replace("FOLDER", folder).replace("PART  ", &format!("{first:<4}")).replace("PART", first);
    for part in scope.parts() {
        page += &format!("\n## Part {part}\n\n| file | function | what to do |\n| --- | --- | --- |\n");
        for (file, stub) in stubs.iter().filter(|(_, stub)| stub.part == *part) {
            let text = stub.text.replace('|', "\\|");
            page += &format!("| `{}` | `{}` | {text} |\n", file.display(), stub.function);
        }
    }
    page
}

const WORDS: &str = "
The lab page is [FOLDER/README.md](FOLDER/README.md). Every function below is there with its arguments and its documentation; its body
is a `todo!` that says what to do. Only the public interface in the lab page is needed by the tests: if you would rather build it in
another way, throw the rest away.

```
make doctor           # what this machine lacks, if anything
make test-labgob      # some of the ground you build on: green from the start
make test-PART          # begins red: each test names the first function it has run into
make watch-PART         # the same at every save, what failed first
make hint TEST=NAME   # what a test is about, and what is usually broken; no code
```

Do not share a target folder (`CARGO_TARGET_DIR`) with another copy of this workspace: cargo takes crates of the same name for the same.

`unused` in the `[workspace.lints.rust]` of Cargo.toml keeps the compiler quiet about what nobody calls yet. Delete that line when you are done.
Courses that use these labs ask their students not to publish solutions: keep yours private.
";
