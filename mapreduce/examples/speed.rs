//! How fast are words counted, as a ratio to a tight loop on the same machine in the same minute?
//!
//! ```text
//! cargo build --release -p mapreduce --bins
//! cargo run --release -p mapreduce --example speed -- FILE...
//! ```
//! The files are repeated into 16 files of 200 MB together; then a coordinator and two workers count them with 10 reducers, with and
//! without the combiner, and once more cut into pieces. In between, one thread counts the same text with a hash table.

use std::{
    collections::HashMap,
    env, fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Instant,
};

use anyhow::{Context, Result, ensure};
use rustc_hash::FxBuildHasher;

const FILES: usize = 16;
const TOTAL_BYTES: usize = 200_000_000;

fn main() -> Result<()> {
    let books: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    ensure!(!books.is_empty(), "usage: speed FILE...");
    let folder = tempfile::tempdir()?;
    let files = write_files(&books, folder.path())?;
    println!("{:40} {:>9} {:>9} {:>10} {:>10}", "", "seconds", "MB/s", "of 1 core", "worker MB");
    for round in 1..=2 {
        println!("round {round}");
        let (tight, words) = tight(&files)?;
        show("tight counter, one thread", tight, tight, None);
        let per_core: &[&str] = &["--threads=1"];
        for (name, job, work) in [
            ("combiner", &[][..], per_core),
            ("one record per occurrence", &[], &["--threads=1", "--no-combine"]),
            ("combiner, splits of 16 MB", &["--split-bytes=16000000"], per_core),
            (
                "one record per occurrence, splits of 4 MB",
                &["--split-bytes=4000000"],
                &["--threads=1", "--no-combine"],
            ),
        ] {
            let (seconds, memory) = job_seconds(&files, folder.path(), job, work, words)?;
            show(name, seconds, tight, Some(memory));
        }
    }
    Ok(())
}

fn show(name: &str, seconds: f64, tight: f64, memory: Option<f64>) {
    let memory = memory.map_or(String::new(), |memory| format!("{memory:.0}"));
    println!(
        "{name:40} {seconds:9.3} {:9.1} {:10.2} {memory:>10}",
        TOTAL_BYTES as f64 / 1e6 / seconds,
        tight / seconds
    );
}

/// The books over and over, in files of the same size.
fn write_files(books: &[PathBuf], folder: &Path) -> Result<Vec<PathBuf>> {
    let mut text = Vec::new();
    for book in books {
        text.extend(fs::read(book).with_context(|| format!("cannot read {}", book.display()))?);
    }
    ensure!(!text.is_empty(), "the files are empty");
    let mut bytes = text.iter().copied().cycle();
    (0..FILES)
        .map(|number| {
            let path = folder.join(format!("input-{number:02}"));
            fs::write(&path, bytes.by_ref().take(TOTAL_BYTES / FILES).collect::<Vec<u8>>())?;
            Ok(path)
        })
        .collect()
}

/// One thread, one table, no files but the input. Returns seconds, and how many words there are.
fn tight(files: &[PathBuf]) -> Result<(f64, u64)> {
    let start = Instant::now();
    let mut texts = Vec::new();
    for file in files {
        texts.push(fs::read(file)?);
    }
    let mut counts: HashMap<&[u8], u64, FxBuildHasher> = HashMap::default();
    for text in &texts {
        for word in text.split(|byte| !byte.is_ascii_alphabetic()).filter(|word| !word.is_empty()) {
            *counts.entry(word).or_default() += 1;
        }
    }
    let words = counts.values().sum();
    Ok((start.elapsed().as_secs_f64(), words))
}

/// Seconds from the first task to the last, and the memory of the larger worker in MB.
fn job_seconds(
    files: &[PathBuf],
    folder: &Path,
    job: &[&str],
    work: &[&str],
    words: u64,
) -> Result<(f64, f64)> {
    let mut workers = Vec::new();
    for _ in 0..2 {
        workers.push(start(folder, "mrworker", &[&["--retry=5"], work, &["wc"]].concat(), &[])?);
    }
    let coordinator = start(folder, "mrcoordinator", &[&["--json"], job].concat(), files)?;
    let mut memory = 0.0_f64;
    let ids: Vec<u32> = workers.iter().map(Child::id).collect();
    for worker in &mut workers {
        while worker.try_wait()?.is_none() {
            // The highest mark so far, so a look now and then is enough; there is none after the end.
            memory = ids.iter().filter_map(|id| high_water(*id)).fold(memory, f64::max);
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    }
    let output = coordinator.wait_with_output()?;
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).context("there is no summary")?;
    let counted = counted(folder)?;
    // Words at the borders of files are cut the same way for both.
    ensure!(counted == words, "{counted} words counted, {words} expected");
    Ok((summary["seconds"].as_f64().context("there is no time")?, memory))
}

fn start(folder: &Path, program: &str, options: &[&str], files: &[PathBuf]) -> Result<Child> {
    let own = env::current_exe()?;
    let programs = own.ancestors().nth(2).context("examples are in a folder of their own")?;
    let mut command = Command::new(programs.join(program));
    command.args(options).args(files).current_dir(folder).stdout(Stdio::piped()).stderr(Stdio::null());
    command.spawn().with_context(|| format!("{program} cannot be started; is it built?"))
}

fn high_water(pid: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse::<f64>().ok().map(|kilobytes| kilobytes / 1024.0)
}

fn counted(folder: &Path) -> Result<u64> {
    let mut total = 0;
    for reduce in 0..10 {
        let text = fs::read_to_string(folder.join(format!("mr-out-{reduce}")))?;
        total += text.lines().filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok()).sum::<u64>();
    }
    Ok(total)
}
