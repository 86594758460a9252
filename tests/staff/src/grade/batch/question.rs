//! What `lab grade-all` can be asked, and whether it can be done.

use std::{
    env,
    fs::{self, File, TryLockError},
    io,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    str::FromStr,
    thread,
};

use clap::{Args, ValueEnum};
use toml_edit::{DocumentMut, Item};

use crate::handout::Lab;

/// Below the options.
pub(crate) const HELP: &str = "\
Every folder in SUBMISSIONS is a submission, called by the name of the folder. What is graded already
is left alone, unless the submission, the policy or --lab has changed: after a crash or Ctrl-C, the same
call goes on. To grade one again, remove its folder below OUT/graded.

  OUT/graded/NAME/    the reports of `lab grade`, and lab.log: what it said
  OUT/summary.csv     one row per submission: points, by part too
  OUT/index.html      the same as a page

Several machines: give each --shard 1/4, 2/4 and so on, the same SUBMISSIONS, and an OUT of its own or
a shared one. Put the folders OUT/graded together; one more call without --shard makes the summary.

Exit codes:
  0    all submissions of this shard are graded, whatever their scores
  1    some could not be graded; the summary says why
  2    wrong usage: no such folder, no submission in it, OUT inside of SUBMISSIONS, a bad shard
  5    fault of the bench: OUT cannot be written
  130  interrupted by Ctrl-C (128 + signal for others); the same call goes on";

/// `lab grade-all`.
#[derive(Args)]
pub(crate) struct Options {
    /// The folder with the submissions
    #[arg(value_name = "SUBMISSIONS")]
    pub(super) submissions: PathBuf,
    /// Where the reports and the summary go
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
    /// How runs become points, as for `lab grade`
    #[arg(long, value_name = "FILE")]
    pub(super) policy: Option<PathBuf>,
    /// Labs to be graded, as for `lab grade`
    #[arg(long, value_enum, value_name = "LAB", value_delimiter = ',')]
    pub(super) lab: Vec<Lab>,
    /// Submissions at the same time [default: the number of cores]
    #[arg(long, value_name = "N")]
    pub(super) jobs: Option<NonZeroUsize>,
    /// Only every K-th submission, beginning with the I-th
    #[arg(long, value_name = "I/K", default_value = "1/1")]
    pub(super) shard: Shard,
    /// What builds leave for the next one [default: .cache in OUT]; a part of it for each of the N
    #[arg(long, value_name = "DIR")]
    pub(super) cache: Option<PathBuf>,
}

/// Which submissions are ours: number `index` of `of`, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shard {
    index: usize,
    of: usize,
}

impl Shard {
    fn has(self, place: usize) -> bool {
        place % self.of == self.index - 1
    }

    /// As part of a file name.
    fn name(self) -> String {
        format!("{}-of-{}", self.index, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "must be I/K, for example 1/4".to_owned();
        let (index, of) = text.split_once('/').ok_or_else(wrong)?;
        let (index, of) = (index.parse().map_err(|_| wrong())?, of.parse().map_err(|_| wrong())?);
        if of == 0 || index == 0 || index > of {
            return Err(format!("there is no shard {index} of {of}: I goes from 1 to K"));
        }
        Ok(Self { index, of })
    }
}

/// A submission and where its reports go.
#[derive(Clone, Debug)]
pub(super) struct Submission {
    /// That of the folder.
    pub(super) name: String,
    pub(super) folder: PathBuf,
    pub(super) out: PathBuf,
    /// Another shard may have it.
    pub(super) ours: bool,
}

/// What is to be done.
pub(super) struct Batch {
    /// All of them, those of other shards too, by name.
    pub(super) submissions: Vec<Submission>,
    pub(super) out: PathBuf,
    pub(super) jobs: usize,
    /// Arguments that every `lab grade` gets.
    pub(super) arguments: Vec<String>,
    /// The text of the policy, and the hidden seeds; empty without.
    pub(super) rules: Vec<u8>,
    /// Where slots are.
    pub(super) cache: PathBuf,
    /// Nobody else grades this shard into this folder while we live.
    _lock: Lock,
}

impl Batch {
    /// Looks whether all that is needed is there.
    ///
    /// # Errors
    ///
    /// What is wrong and what to do, for a person.
    pub(super) fn new(options: &Options) -> Result<Self, String> {
        let folder = existing(&options.submissions)?;
        let rules = rules(options.policy.as_deref())?;
        let out = apart(&folder, &options.out)?;
        let submissions = find(&folder, &out, options.shard)?;
        let lock = lock(&out.join(format!(".lock-{}", options.shard.name())))?;
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let jobs = options.jobs.map_or(cores, NonZeroUsize::get);
        let cache = options.cache.clone().unwrap_or_else(|| out.join(".cache")).join(options.shard.name());
        let cache = std::path::absolute(&cache).map_err(|error| refused(&cache, &error))?;
        let arguments = arguments(options, (cores / jobs).max(1))?;
        Ok(Self { submissions, out, jobs, arguments, rules, cache, _lock: lock })
    }
}

fn refused(path: &Path, error: &io::Error) -> String {
    format!("{}: {error}", path.display())
}

fn existing(folder: &Path) -> Result<PathBuf, String> {
    if !folder.is_dir() {
        return Err(format!(
            "{} is no folder; give the one that has a folder per submission",
            folder.display()
        ));
    }
    folder.canonicalize().map_err(|error| refused(folder, &error))
}

/// All that decides on points and is no argument: the policy, and the hidden seeds, wherever `lab grade` finds them.
fn rules(policy: Option<&Path>) -> Result<Vec<u8>, String> {
    let mut rules = env::var_os("LAB_HIDDEN_SEEDS").unwrap_or_default().into_encoded_bytes();
    let Some(policy) = policy else { return Ok(rules) };
    let text = fs::read_to_string(policy).map_err(|error| refused(policy, &error))?;
    rules.extend(text.bytes());
    // What is wrong with a policy, lab grade says better.
    let table = text.parse::<DocumentMut>().unwrap_or_default();
    let hidden = table.get("seeds").and_then(|seeds| seeds.get("hidden_file")).and_then(Item::as_str);
    if let Some(file) = hidden.map(|name| policy.parent().unwrap_or(Path::new("")).join(name)) {
        rules.extend(fs::read(&file).map_err(|error| refused(&file, &error))?);
    }
    Ok(rules)
}

/// Makes the folder for the results, apart from the submissions: neither may be taken for the other.
fn apart(submissions: &Path, out: &Path) -> Result<PathBuf, String> {
    // Before it is made: what is refused leaves nothing behind.
    let wanted = std::path::absolute(out).map_err(|error| refused(out, &error))?;
    let around = wanted.ancestors().find_map(|folder| folder.canonicalize().ok()).unwrap_or_default();
    if around.starts_with(submissions) {
        return Err(format!(
            "--out {} is inside of the submissions; choose a folder beside {}",
            out.display(),
            submissions.display()
        ));
    }
    if submissions.starts_with(around.join("graded")) && wanted.exists() {
        return Err(format!(
            "{} has the reports of --out {}, not submissions",
            submissions.display(),
            out.display()
        ));
    }
    fs::create_dir_all(wanted.join("graded")).map_err(|error| refused(out, &error))?;
    wanted.canonicalize().map_err(|error| refused(out, &error))
}

/// The submissions in `folder`, by name. Hidden folders and plain files are none.
fn find(folder: &Path, out: &Path, shard: Shard) -> Result<Vec<Submission>, String> {
    let entries = fs::read_dir(folder).map_err(|error| refused(folder, &error))?;
    let mut folders = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| refused(folder, &error))?.path();
        let Some(name) = path.file_name().map(|name| name.to_string_lossy().into_owned()) else { continue };
        if path.is_dir() && !name.starts_with('.') {
            folders.push((name, path));
        }
    }
    if folders.is_empty() {
        return Err(format!("{} has no sub-folders; every submission is one", folder.display()));
    }
    folders.sort();
    let submission = |(place, (name, folder)): (usize, (String, PathBuf))| {
        let out = out.join("graded").join(folder.file_name().unwrap_or_default());
        Submission { out, ours: shard.has(place), name, folder }
    };
    Ok(folders.into_iter().enumerate().map(submission).collect())
}

/// Taken until this is dropped, or the process ends in whatever way.
struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // To close the file would not do: a process that is just being started has it open too, for a moment.
        self.0.unlock().ok();
    }
}

fn lock(file: &Path) -> Result<Lock, String> {
    let lock = File::create(file).map_err(|error| refused(file, &error))?;
    match lock.try_lock() {
        Ok(()) => Ok(Lock(lock)),
        Err(TryLockError::WouldBlock) => Err(format!(
            "another lab grade-all is at work here ({}); wait for it, or share the work by --shard",
            file.display()
        )),
        Err(TryLockError::Error(error)) => Err(refused(file, &error)),
    }
}

fn arguments(options: &Options, jobs: usize) -> Result<Vec<String>, String> {
    let mut arguments = vec![format!("--jobs={jobs}")];
    if let Some(policy) = &options.policy {
        let path = std::path::absolute(policy).map_err(|error| refused(policy, &error))?;
        let path = path.to_str().ok_or_else(|| format!("{}: the name is no text", policy.display()))?;
        arguments.push(format!("--policy={path}"));
    }
    for lab in &options.lab {
        let name = lab.to_possible_value().map(|value| value.get_name().to_owned());
        arguments.push(format!("--lab={}", name.unwrap_or_default()));
    }
    Ok(arguments)
}
