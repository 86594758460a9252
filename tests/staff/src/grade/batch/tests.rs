//! A batch, with a script in the place of `lab grade`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use nix::{
    errno::Errno,
    sys::{signal::kill, stat::Mode},
    unistd::{Pid, mkfifo},
};
use runner::exit::{FAILED, PASSED};
use tempfile::TempDir;
use tokio::{runtime::Builder, sync::watch, task::spawn_blocking};

use super::{
    super::{
        report::{self, COMPLETE},
        result::Grade,
    },
    *,
};

/// Notes that it was called, and then does what the name of the submission says.
const SCRIPT: &str = r#"
for argument; do case $argument in --policy=*|--lab=*|--jobs=*) echo "$argument" >> "$HERE/arguments";; esac; done
while [ $# -gt 0 ]; do
    case $1 in --out) out=$2; shift;; --submission) submission=$2; shift;; --cache) cache=$2; shift;; esac
    shift
done
mkdir "$cache.busy" || echo "two at once in $cache" >> "$HERE/clashes"
echo "${submission##*/}" >> "$HERE/called"
case $submission in
    *killed) kill -9 $$;;
    *refused) echo "error: no such lab" >&2; rmdir "$cache.busy"; exit 2;;
    *slow) echo $$ > "$HERE/pipe"; exec sleep 600;;
    *silent) rmdir "$cache.busy"; exit 0;;
    *half) cp "$HERE/half.json" "$out/grade.json";;
    *) cp "$HERE/whole.json" "$out/grade.json";;
esac
rmdir "$cache.busy"
"#;

/// A folder of submissions and the script.
struct Stage {
    folder: TempDir,
}

impl Stage {
    fn new(submissions: &[&str]) -> Self {
        let stage = Self { folder: tempfile::tempdir().expect("a folder") };
        for name in submissions {
            let source = stage.path("in").join(name).join("src");
            fs::create_dir_all(&source).expect("made");
            fs::write(source.join("lib.rs"), "fn main() {}").expect("written");
        }
        let whole = report::tests::mixed();
        let half = Grade { finished: false, ..whole.clone() };
        for (name, grade) in [("whole.json", whole), ("half.json", half)] {
            fs::write(stage.path(name), serde_json::to_vec(&grade).expect("JSON")).expect("written");
        }
        fs::write(stage.path("policy.toml"), "a").expect("written");
        stage.write_script();
        stage
    }

    fn write_script(&self) {
        let here = self.folder.path().display();
        fs::write(self.path("script"), format!("HERE='{here}'\n{SCRIPT}")).expect("written");
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn options(&self, shard: &str) -> Options {
        Options {
            submissions: self.path("in"),
            out: self.path("out"),
            policy: Some(self.path("policy.toml")),
            lab: vec![crate::handout::Lab::Two],
            jobs: std::num::NonZeroUsize::new(3),
            shard: shard.parse().expect("a shard"),
            cache: None,
        }
    }

    fn grade(&self, shard: &str) -> u8 {
        // Where the marks of busy slots are.
        fs::create_dir_all(self.path("out/.cache").join(shard.replace('/', "-of-"))).expect("made");
        // By way of the shell: a script that another test's process has inherited open cannot be executed.
        let command = ["/bin/sh".into(), self.path("script").into_os_string()];
        grade_all_with(&self.options(shard), &command).expect("the folder can be written")
    }

    /// Names of the submissions for which the script was called since the last time, sorted.
    fn called(&self) -> Vec<String> {
        let text = fs::read_to_string(self.path("called")).unwrap_or_default();
        fs::remove_file(self.path("called")).ok();
        let mut names: Vec<String> = text.lines().map(str::to_owned).collect();
        names.sort();
        names
    }

    fn csv(&self) -> String {
        fs::read_to_string(self.path("out/summary.csv")).expect("a summary")
    }

    fn complaint(options: &Options) -> String {
        question::Batch::new(options).err().expect("a refusal")
    }
}

/// Goal: what is graded is left alone until something that decides on its points changes.
#[test]
fn a_second_call_does_only_what_is_new() {
    let stage = Stage::new(&["ada", "bob", "cyd"]);
    assert_eq!(
        (stage.grade("1/1"), stage.called()),
        (PASSED, vec!["ada".into(), "bob".into(), "cyd".into()])
    );
    assert_eq!((stage.grade("1/1"), stage.called()), (PASSED, vec![]));
    fs::write(stage.path("in/bob/src/lib.rs"), "fn other() {}").expect("written");
    assert_eq!((stage.grade("1/1"), stage.called()), (PASSED, vec!["bob".into()]));
    fs::remove_file(stage.path("out/graded/cyd").join(COMPLETE)).expect("removed");
    assert_eq!((stage.grade("1/1"), stage.called()), (PASSED, vec!["cyd".into()]));
    fs::write(stage.path("hidden"), "1 2 3").expect("written");
    fs::write(stage.path("policy.toml"), "[seeds]\nhidden_file = \"hidden\"").expect("written");
    assert_eq!((stage.grade("1/1"), stage.called().len()), (PASSED, 3));
    assert_eq!((stage.grade("1/1"), stage.called().len()), (PASSED, 0));
    fs::write(stage.path("hidden"), "4 5 6").expect("written");
    assert_eq!((stage.grade("1/1"), stage.called().len()), (PASSED, 3));
    assert!(!stage.path("clashes").exists(), "two processes had the same slot");
    let arguments = fs::read_to_string(stage.path("arguments")).expect("arguments");
    assert!(arguments.contains("--lab=2") && arguments.contains("policy.toml"), "{arguments}");
}

/// Goal: a `lab grade` that ends badly costs its own submission only, once per call.
#[test]
fn failures_are_told_and_tried_again_by_the_next_call() {
    let stage = Stage::new(&["ada", "half", "killed", "refused", "silent"]);
    assert_eq!((stage.grade("1/1"), stage.called().len()), (FAILED, 5));
    let csv = stage.csv();
    for row in [
        "ada,graded,done,",
        "half,not graded,done,",
        "killed,not graded,,0,0,",
        "lab grade ended with signal: 9 (SIGKILL)",
        "lab grade ended with exit status: 2: error: no such lab",
        "lab grade left no complete grade.json",
    ] {
        assert!(csv.contains(row), "{row} is not in\n{csv}");
    }
    // The mark of the slot in which one was killed.
    fs::read_dir(stage.path("out/.cache/1-of-1")).expect("slots").for_each(|entry| {
        fs::remove_dir(entry.expect("an entry").path()).expect("removed");
    });
    assert_eq!(stage.grade("1/1"), FAILED);
    assert_eq!(stage.called(), ["half", "killed", "refused", "silent"]);
}

/// Goal: shards share the work, each submission once, and the summary has all of them.
#[test]
fn shards_share_the_work() {
    let names = ["a", "b", "c", "d", "e", "f", "g"];
    let stage = Stage::new(&names);
    let mut called = Vec::new();
    for (shard, count, seen) in [("1/3", 3, 3), ("2/3", 2, 5), ("3/3", 2, 7)] {
        assert_eq!(stage.grade(shard), PASSED);
        let here = stage.called();
        assert_eq!(here.len(), count, "{shard}: {here:?}");
        called.extend(here);
        assert_eq!(stage.csv().matches(",graded,").count(), seen);
    }
    called.sort();
    assert_eq!(called, names);
    assert_eq!((stage.grade("1/1"), stage.called()), (PASSED, vec![]));
}

#[test]
fn the_page_cannot_be_broken_by_a_name() {
    let stage = Stage::new(&["<b>&\"'x #1?"]);
    assert_eq!(stage.grade("1/1"), PASSED);
    let page = fs::read_to_string(stage.path("out/index.html")).expect("a page");
    assert!(page.contains("href=\"graded/%3Cb%3E%26%22%27x%20%231%3F/summary.md\">&lt;b&gt;&amp;"), "{page}");
    assert!(!page.contains("<b>"), "{page}");
    assert!(!page.contains("http"), "it needs nothing from outside: {page}");
}

/// Goal: bad questions are refused with what to do, and leave nothing behind.
#[test]
fn bad_questions_are_refused() {
    let stage = Stage::new(&["ada"]);
    let good = || stage.options("1/1");
    let inside = Options { out: stage.path("in/results"), ..good() };
    assert!(Stage::complaint(&inside).contains("is inside of the submissions"));
    assert!(!stage.path("in/results").exists());
    let same = Options { out: stage.path("in"), ..good() };
    assert!(Stage::complaint(&same).contains("is inside of the submissions"));
    let nowhere = Options { submissions: stage.path("nowhere"), ..good() };
    assert!(Stage::complaint(&nowhere).contains("is no folder"));
    let bare = Options { submissions: stage.path("in/ada/src"), ..good() };
    assert!(Stage::complaint(&bare).contains("has no sub-folders"));
    let lawless = Options { policy: Some(stage.path("no.toml")), ..good() };
    assert!(Stage::complaint(&lawless).contains("no.toml"));
    assert_eq!(stage.grade("1/1"), PASSED);
    let results = Options { submissions: stage.path("out/graded"), ..good() };
    assert!(Stage::complaint(&results).contains("not submissions"));
    for shard in ["0/1", "1/0", "3/2", "1", "a/b", ""] {
        assert!(shard.parse::<question::Shard>().is_err(), "{shard}");
    }
}

/// Goal: two calls for the same shard do not grade into the same folder.
#[test]
fn a_shard_has_one_master() {
    let stage = Stage::new(&["ada"]);
    let first = question::Batch::new(&stage.options("1/2")).expect("it is free");
    assert!(Stage::complaint(&stage.options("1/2")).contains("another lab grade-all"));
    assert!(question::Batch::new(&stage.options("2/2")).is_ok());
    drop(first);
    assert!(question::Batch::new(&stage.options("1/2")).is_ok());
}

/// Goal: what spreadsheets, people and programs are shown is what the grades say.
#[test]
fn the_summary_has_the_points() {
    let stage = Stage::new(&["ada"]);
    assert_eq!(stage.grade("1/1"), PASSED);
    let grade = report::tests::mixed();
    let csv = stage.csv();
    let mut rows = csv::Reader::from_reader(csv.as_bytes());
    let heading = rows.headers().expect("a heading").clone();
    let row = rows.records().next().expect("a row").expect("a row");
    let cell = |name: &str| {
        row.get(heading.iter().position(|head| head == name).expect("a column")).expect("a cell")
    };
    assert_eq!(cell("points").parse(), Ok(grade.points()));
    assert_eq!(cell("points_2A"), "3.5");
    assert_eq!((cell("passed"), cell("failed"), cell("not_run")), ("2", "2", "1"));
    assert!(Path::new(&stage.path("out/graded/ada/lab.log")).exists());
}

/// Goal: Ctrl-C ends a `lab grade` that is under way, and the next call grades the submission. Method: wait until the script says
/// that it runs, then ask it to stop.
#[test]
fn what_is_interrupted_is_not_graded() {
    let stage = Stage::new(&["slow"]);
    mkfifo(&stage.path("pipe"), Mode::S_IRWXU).expect("a pipe");
    let batch = question::Batch::new(&stage.options("1/1")).expect("a batch");
    let command = ["/bin/sh".into(), stage.path("script").into_os_string()];
    let slot = stage.path("out/slot");
    let (stop, mut stopped) = watch::channel(false);
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let pipe = stage.path("pipe");
    let (ending, process) = runtime.block_on(async {
        let up = async {
            let said = spawn_blocking(|| fs::read_to_string(pipe)).await.expect("it ends").expect("a line");
            stop.send_replace(true);
            Pid::from_raw(said.trim().parse().expect("a number"))
        };
        tokio::join!(one::run(&batch, &batch.submissions[0], &command, &slot, &mut stopped), up)
    });
    assert_eq!(ending, one::Ending::Interrupted);
    assert_eq!(kill(process, None), Err(Errno::ESRCH), "it is still there");
    assert!(!one::is_graded(&batch, &batch.submissions[0]));
}
