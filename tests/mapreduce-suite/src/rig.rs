//! The frame of each test: a folder with the books, a fresh working directory in it, and processes that run there.

use std::{
    env, fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use mapreduce::corpus;
use protocol::Section;
use simulator::Sim;
use tempfile::TempDir;

use super::{panics, process::Process};

/// In the course's script, workers start so long after the coordinator.
const HEAD_START: Duration = Duration::from_secs(1);
/// How often is looked whether something has happened that another process does.
const LOOK_INTERVAL: Duration = Duration::from_millis(2);
/// Where the course's books are, seen from the workspace.
const BOOKS: &str = "../shared/corpus";
const SEED: u64 = 6824;
/// Characters of the last words of a process.
const LAST_WORDS_MAX: usize = 100;

/// A working directory, and what is needed to run jobs in it. Dropped, it takes all files with it; processes go when they are dropped.
pub struct Rig {
    pub(super) sim: Sim,
    /// Title of the test.
    name: &'static str,
    /// Kept for its drop: it removes everything.
    root: TempDir,
    /// The input files, as processes are given them.
    pub files: Vec<String>,
    /// Whether they are the course's books, whose answers are known.
    pub real_books: bool,
    started: AtomicU32,
}

impl Rig {
    /// Lays out the books, and announces the test.
    pub fn new(sim: &Sim, name: &'static str) -> Self {
        let root = tempfile::tempdir().expect("a temporary directory can be made");
        let books = books(root.path());
        fs::create_dir(root.path().join("mr-tmp")).expect("it is empty");
        fs::create_dir(root.path().join("logs")).expect("it is empty");
        sim.begin(&format!("*** Starting {name} test."));
        let logs = root.path().join("logs");
        sim.report_servers_by(move || last_words(&logs));
        let (files, real_books) = books;
        Self { sim: sim.clone(), name, root, files, real_books, started: AtomicU32::new(0) }
    }

    /// The working directory of all processes.
    pub fn folder(&self) -> PathBuf {
        self.root.path().join("mr-tmp")
    }

    /// Adds an input file, and returns its name as processes are given it.
    pub fn write_input(&self, name: &str, contents: impl AsRef<[u8]>) -> String {
        fs::write(self.root.path().join(name), contents).expect("an input file can be written");
        format!("../{name}")
    }

    /// Starts a program of the lab in the working directory.
    pub fn start(&self, program: &str, arguments: &[String]) -> Process {
        self.start_in(&self.folder(), program, arguments)
    }

    /// The same in another folder.
    pub fn start_in(&self, folder: &Path, program: &str, arguments: &[String]) -> Process {
        let number = self.started.fetch_add(1, Ordering::Relaxed);
        let log = self.root.path().join("logs").join(format!("{number:03}-{program}"));
        Process::start(&self.sim, &programs().join(program), arguments, folder, log)
    }

    /// A coordinator for all books.
    pub fn coordinator(&self, options: &[&str]) -> Process {
        self.coordinator_of(&self.files, options)
    }

    /// A coordinator for these files.
    pub fn coordinator_of(&self, files: &[String], options: &[&str]) -> Process {
        let mut arguments = words(options);
        arguments.extend_from_slice(files);
        self.start("mrcoordinator", &arguments)
    }

    /// A worker as the course's are: one task at a time.
    pub fn worker(&self, app: &str) -> Process {
        self.start("mrworker", &words(&["--threads=1", app]))
    }

    /// A worker that does not mind being there first.
    pub fn early_worker(&self, app: &str, options: &[&str]) -> Process {
        self.start("mrworker", &[words(&["--retry=20"]), words(options), words(&[app])].concat())
    }

    /// The official beginning: a coordinator, and time for it to listen.
    pub async fn coordinator_ahead(&self) -> Process {
        let coordinator = self.coordinator(&[]);
        tokio::time::sleep(HEAD_START).await;
        coordinator
    }

    /// What the reference, the sequential program, makes of all books: all lines of output, in byte order.
    pub async fn sequential(&self, app: &str) -> Vec<String> {
        self.sequential_of(app, &self.files).await
    }

    /// What the reference makes of these files: all lines of output, in byte order. It leaves no output behind.
    pub async fn sequential_of(&self, app: &str, files: &[String]) -> Vec<String> {
        self.remove_outputs();
        let mut process = self.start("mrsequential", &[&[app.to_owned()], files].concat());
        let status = process.exit().await;
        self.sim.check(status.success(), format!("mrsequential {app}: {status}\n{}", process.output()));
        let correct = self.merged();
        self.remove_outputs();
        correct
    }

    /// Removes all `mr-out*`.
    pub fn remove_outputs(&self) {
        for name in self.names().iter().filter(|name| name.starts_with("mr-out")) {
            fs::remove_file(self.folder().join(name)).expect("it has just been listed");
        }
    }

    /// All lines of `mr-out*` in byte order, without empty ones.
    pub fn merged(&self) -> Vec<String> {
        let outputs = self.names().into_iter().filter(|name| name.starts_with("mr-out"));
        let texts =
            outputs.map(|name| fs::read_to_string(self.folder().join(name)).expect("outputs can be read"));
        let mut lines: Vec<String> =
            texts.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>()).collect();
        lines.retain(|line| !line.is_empty());
        lines.sort_unstable();
        lines
    }

    /// The names of all files in the working directory.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder()).expect("the working directory is there");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("it can be listed").file_name().to_string_lossy().into())
            .collect();
        names.sort_unstable();
        names
    }

    /// Whether there is a file of this name in the working directory.
    pub fn exists(&self, name: &str) -> bool {
        self.folder().join(name).exists()
    }

    /// Waits until `condition` holds, which other processes must bring about.
    #[track_caller]
    pub fn until(&self, what: &str, condition: impl Fn() -> bool) -> impl Future<Output = ()> {
        let step = self.sim.step(format!("waiting until {what}"));
        async move {
            while !condition() {
                tokio::time::sleep(LOOK_INTERVAL).await;
            }
            drop(step);
        }
    }

    /// Fails in the course's words.
    #[track_caller]
    pub fn check(&self, holds: bool, message: &str) {
        self.sim.check(holds, format!("{message}\n--- {} test: FAIL", self.name));
    }

    /// Compares the merged output with the reference.
    #[track_caller]
    pub fn check_merged(&self, app: &str, correct: &[String]) {
        let merged = self.merged();
        let message = format!("--- {app} output is not the same as mr-correct-{app}.txt");
        self.check(merged == correct, &format!("{message}\n{}", first_difference(&merged, correct)));
    }

    /// Nothing but results may be left, and what the applications themselves leave.
    #[track_caller]
    pub fn check_clean(&self) {
        let names = self.names();
        let left: Vec<_> = names
            .iter()
            .filter(|name| !name.starts_with("mr-out-") && !name.starts_with("mr-worker-"))
            .collect();
        self.check(left.is_empty(), &format!("--- left behind: {left:?}"));
    }

    /// Waits for all of `workers`, and wants them to end well.
    pub async fn end_well(&self, workers: impl IntoIterator<Item = Process>) {
        for mut worker in workers {
            let status = worker.exit().await;
            self.check(status.success(), &format!("--- a process ended with {status}: {}", worker.output()));
        }
    }

    /// The test has passed.
    pub fn passed(&self) {
        self.sim.passed(Section {
            title: format!("*** Starting {} test.", self.name),
            warning: String::new(),
            line: format!("--- {} test: PASS", self.name),
            seconds: self.sim.now().as_secs_f64(),
            servers: self.started.load(Ordering::Relaxed) as usize,
            rpcs: 0,
            bytes: 0,
            operations: 0,
        });
    }
}

pub(super) fn words(arguments: &[&str]) -> Vec<String> {
    arguments.iter().copied().map(str::to_owned).collect()
}

fn first_difference(merged: &[String], correct: &[String]) -> String {
    let at = merged.iter().zip(correct).take_while(|(a, b)| a == b).count();
    let line = |lines: &[String]| lines.get(at).cloned().unwrap_or_else(|| "(no more lines)".into());
    format!("    first difference, line {}: `{}` should be `{}`", at + 1, line(merged), line(correct))
}

/// The last line that each process wrote, or its beginning.
fn last_words(logs: &Path) -> Vec<String> {
    let entries = fs::read_dir(logs).into_iter().flatten().flatten();
    let mut lines: Vec<String> = entries
        .filter_map(|entry| {
            let text = fs::read_to_string(entry.path()).ok()?;
            let last = match panics::in_log(&text) {
                Some(panic) => format!("panicked at {}:{}", panic.file, panic.line),
                None => text.lines().last()?.to_owned(),
            };
            let last = last.chars().take(LAST_WORDS_MAX).collect::<String>();
            Some(format!("{}: {last}", entry.file_name().to_string_lossy()))
        })
        .collect();
    lines.sort_unstable();
    lines
}

/// The programs of the lab stand beside the one that runs this.
fn programs() -> PathBuf {
    let own = env::current_exe().expect("a program knows where it is");
    own.parent().expect("a program is in a folder").to_owned()
}

/// Lays out the books in `root`: those of `CORPUS`, or the course's, or our own. Returns their names as seen from a folder in it,
/// and whether their answers are known.
fn books(root: &Path) -> (Vec<String>, bool) {
    let workspace =
        Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("this crate is in the workspace");
    let chosen =
        env::var_os("CORPUS").filter(|folder| !folder.is_empty()).map(|folder| workspace.join(folder));
    let official = workspace.join(BOOKS);
    match chosen.or_else(|| official.exists().then_some(official)) {
        Some(folder) => link_books(&folder, root),
        None => corpus::generate(root, SEED).expect("books can be written"),
    }
    let mut names: Vec<String> = fs::read_dir(root)
        .expect("it has just been made")
        .map(|entry| entry.expect("it can be listed").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort_unstable();
    let total: u64 =
        names.iter().map(|name| fs::metadata(root.join(name)).map_or(0, |file| file.len())).sum();
    let first = fs::read_to_string(root.join(corpus::BOOKS[0].0)).unwrap_or_default();
    let real = total == 3_301_104 && first.contains("The Importance of Being Earnest");
    (names.iter().map(|name| format!("../{name}")).collect(), real)
}

fn link_books(folder: &Path, root: &Path) {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("cannot list {}: {error}", folder.display()));
    let mut count = 0;
    for path in entries.map(|entry| entry.expect("it can be listed").path()) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.ends_with(".txt") {
            let path = path.canonicalize().expect("it has just been listed");
            symlink(path, root.join(name)).expect("a link can be made");
            count += 1;
        }
    }
    assert!(count > 0, "there is no *.txt in {}", folder.display());
}
