//! What the machine itself must have.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process, thread,
    time::{Duration, Instant, SystemTime},
};

use nix::sys::{
    resource::{Resource, getrlimit},
    statvfs::statvfs,
};

use super::Finding;

const GIB: f64 = 1024.0 * 1024.0 * 1024.0;
/// A build of everything, tests and benchmarks included, takes this much.
const DISK_MIN: f64 = 6.0 * GIB;
/// A run holds a few dozen at most; Lab 1 and many runs at a time need more.
const FILES_MIN: u64 = 256;
/// Workers of Lab 1, compiler processes, runs.
const PROCESSES_MIN: u64 = 128;

pub(super) fn all() -> Vec<Finding> {
    vec![disk(), temporary(), files(), processes(), clock(), corpus()]
}

fn disk() -> Finding {
    let folder = nearest_existing(&target());
    let place = folder.display();
    match statvfs(&folder) {
        Ok(volume) => {
            // Systems differ in the width of these numbers.
            let free = volume.blocks_available() as f64 * volume.fragment_size() as f64;
            let note = format!("{:.1} GiB free in {place}", free / GIB);
            if free >= DISK_MIN {
                Finding::ok("disk", note)
            } else {
                Finding::optional("disk", format!("{note}; all builds together may need 6"), "cargo clean")
            }
        }
        Err(error) => Finding::optional("disk", format!("cannot be asked: {error}"), "df -h ."),
    }
}

fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from)
}

fn nearest_existing(path: &Path) -> PathBuf {
    path.ancestors().find(|path| path.is_dir()).unwrap_or(Path::new(".")).to_owned()
}

fn temporary() -> Finding {
    let folder = env::temp_dir();
    match date_of_new_file(&folder) {
        Ok(_) => Finding::ok("temporary", format!("files can be made in {}", folder.display())),
        Err(error) => {
            let mend = "export TMPDIR=/var/tmp";
            Finding::missing(
                "temporary",
                format!("no file can be made in {}: {error}", folder.display()),
                mend,
            )
        }
    }
}

fn files() -> Finding {
    limit("open files", Resource::RLIMIT_NOFILE, FILES_MIN, "ulimit -n 1024")
}

fn processes() -> Finding {
    limit("processes", Resource::RLIMIT_NPROC, PROCESSES_MIN, "ulimit -u 1024")
}

fn limit(what: &'static str, resource: Resource, min: u64, mend: &str) -> Finding {
    match getrlimit(resource) {
        Ok((soft, _)) if soft >= min => Finding::ok(what, format!("{} allowed", amount(soft))),
        Ok((soft, _)) => Finding::missing(what, format!("only {soft} allowed, {min} needed"), mend),
        Err(error) => Finding::optional(what, format!("the limit cannot be asked: {error}"), "ulimit -a"),
    }
}

fn amount(limit: u64) -> String {
    if limit == u64::MAX { "any number".to_owned() } else { limit.to_string() }
}

/// Two faults that make people doubt their code: a clock that jumps or stands still, and files that are written in the
/// future, so that cargo does not see that they have changed.
fn clock() -> Finding {
    let pause = Duration::from_millis(20);
    let (started, wall) = (Instant::now(), SystemTime::now());
    thread::sleep(pause);
    let passed = started.elapsed();
    let on_the_wall = wall.elapsed().unwrap_or_default();
    if passed < pause || passed.abs_diff(on_the_wall) > Duration::from_secs(1) {
        let note = format!("a pause of 20 ms took {passed:?}, and {on_the_wall:?} on the wall clock");
        return Finding::missing("clock", note, "sudo timedatectl set-ntp true");
    }
    match file_offset() {
        Some(offset) if offset > Duration::from_secs(2) => {
            let note = format!("files are dated {offset:?} beside the clock: cargo may miss changes");
            Finding::missing("clock", note, "sudo timedatectl set-ntp true")
        }
        _ => Finding::ok("clock", format!("a pause of 20 ms took {:.1} ms", passed.as_secs_f64() * 1e3)),
    }
}

/// How far the date of a new file is from now.
fn file_offset() -> Option<Duration> {
    let dated = date_of_new_file(&nearest_existing(&target())).ok()?;
    let now = SystemTime::now();
    Some(now.duration_since(dated).unwrap_or_else(|early| early.duration()))
}

/// Makes a file, and says when that was, by the clock of the file system. It is gone when this returns.
fn date_of_new_file(folder: &Path) -> io::Result<SystemTime> {
    let path = folder.join(format!("lab-doctor-{}-{:016x}", process::id(), rand::random::<u64>()));
    let date = fs::File::create_new(&path)?.metadata()?.modified();
    fs::remove_file(&path)?;
    date
}

/// The course's books, which `make wc` counts.
fn corpus() -> Finding {
    let folder = Path::new("../shared/corpus");
    if folder.is_dir() {
        return Finding::ok("corpus", format!("books in {}", folder.display()));
    }
    Finding::optional("corpus", "no books: made-up ones are counted instead", "make wc CORPUS=folder")
}
