//! The programs that have tests, and the catalogue of all of them.
//!
//! A suite's program is called after its crate, `raft-suite` and so on, and stands where this program stands. Whatever else ends in `-suite`
//! there counts too: tests of one's own need no entry anywhere.

use std::{
    env,
    fs::{self, File},
    io,
    os::{fd::AsRawFd, unix::process::CommandExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

use protocol::{LIST_ARGUMENT, Listing, TestCase};

use crate::{output::note, stale};

/// Those that come first, in the course's order. What belongs to a lab's part, [`of_part`] knows.
const IN_ORDER: [&str; 6] =
    ["ground-suite", "mapreduce-suite", "raft-suite", "kvraft-suite", "shardctrler-suite", "shardkv-suite"];

/// Tests of one's own, as the book calls them.
const OWN: &str = "own-suite";

/// Suites that stand elsewhere: a folder.
const ELSEWHERE: &str = "LAB_SUITES";

/// The crate with the tests of a part; the ground's for whatever is no part of a lab.
pub fn of_part(part: &str) -> &'static str {
    match part {
        "1" => "mapreduce-suite",
        "2A" | "2B" | "2C" | "2D" => "raft-suite",
        "3A" | "3B" => "kvraft-suite",
        "4A" => "shardctrler-suite",
        "4B" => "shardkv-suite",
        _ => "ground-suite",
    }
}

/// The crates with the tests that a pattern may mean: told by the part in front of a slash or at the end of a name; all of them, if it has none.
pub fn of_pattern(pattern: &str) -> Vec<&'static str> {
    const PARTS: [&str; 12] =
        ["1", "2A", "2B", "2C", "2D", "3A", "3B", "4A", "4B", "labgob", "labrpc", "sim"];
    if pattern.contains("TestMine") {
        return vec![OWN];
    }
    let front = pattern.split('/').next().unwrap_or_default();
    let is_lab = front.len() == 1;
    let is_meant = |part: &&str| {
        part.eq_ignore_ascii_case(front) || (is_lab && part.starts_with(front)) || pattern.ends_with(*part)
    };
    let mut suites: Vec<&str> = PARTS.into_iter().filter(is_meant).map(of_part).collect();
    suites.dedup();
    if suites.is_empty() { IN_ORDER.to_vec() } else { suites }
}

/// The crates of all labs' tests, and of the ground's.
pub fn all_crates() -> [&'static str; 6] {
    IN_ORDER
}

/// A program with tests.
pub struct Suite {
    /// Its name.
    pub name: String,
    /// What it says of itself.
    pub listing: Listing,
    place: PathBuf,
    image: Image,
}

impl Suite {
    /// The program as it was when it was asked for its tests. A build may replace its file while a soak goes on; all runs of one call are
    /// runs of the same code.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.image.path);
        command.arg0(&self.place);
        command
    }

    /// A source file that is newer than the program, if there is one: then its runs say nothing about that file.
    pub fn stale(&self) -> Option<PathBuf> {
        stale::newer_source(&self.place)
    }
}

/// A program's file, kept open.
struct Image {
    path: PathBuf,
    _file: File,
}

impl Image {
    fn open(place: &Path) -> io::Result<Image> {
        let file = File::open(place)?;
        // Linux has a name for an open file, whatever becomes of the one in the folder.
        let open = PathBuf::from(format!("/proc/{}/fd/{}", std::process::id(), file.as_raw_fd()));
        let path = if open.exists() { open } else { place.to_owned() };
        Ok(Image { path, _file: file })
    }
}

/// The suites beside this program, asked once per process.
pub fn all() -> &'static [Suite] {
    static ALL: OnceLock<Vec<Suite>> = OnceLock::new();
    ALL.get_or_init(|| folder().map(|folder| in_folder(&folder)).unwrap_or_default())
}

/// All tests there are, in the course's order.
pub fn cases() -> Vec<TestCase> {
    cases_of(all())
}

/// All tests of these suites. What every suite has is there once.
pub fn cases_of(suites: &[Suite]) -> Vec<TestCase> {
    let mut cases: Vec<TestCase> = Vec::new();
    for case in suites.iter().flat_map(|suite| &suite.listing.tests) {
        if !cases.contains(case) {
            cases.push(*case);
        }
    }
    cases
}

/// The suite that has this test.
pub fn of(case: &TestCase) -> Option<&'static Suite> {
    all().iter().find(|suite| suite.listing.tests.contains(case))
}

/// Where suites stand.
///
/// # Errors
/// If the system does not tell where this program is.
pub fn folder() -> io::Result<PathBuf> {
    if let Some(folder) = env::var_os(ELSEWHERE).filter(|folder| !folder.is_empty()) {
        return Ok(folder.into());
    }
    let program = env::current_exe()?;
    Ok(program.parent().map_or_else(PathBuf::new, Path::to_owned))
}

/// Makes `command`, a `lab`, take its suites from `folder`.
pub fn elsewhere<'a>(
    command: &'a mut tokio::process::Command,
    folder: &Path,
) -> &'a mut tokio::process::Command {
    command.env(ELSEWHERE, folder)
}

/// The suites in a folder. All are asked for their tests at the same time: each takes a few milliseconds.
pub fn in_folder(folder: &Path) -> Vec<Suite> {
    let asked: Vec<_> = programs(folder).into_iter().map(|place| (ask(&place), place)).collect();
    let answered = asked.into_iter().filter_map(|(asked, place)| {
        let suite = asked.and_then(|question| question.answer(&place));
        let complaint =
            |error: &String| note(&format!("note: {} has no tests to offer: {error}", place.display()));
        suite.inspect_err(complaint).ok()
    });
    answered.collect()
}

fn programs(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let is_suite = |path: &PathBuf| {
        path.is_file() && path.file_name().is_some_and(|name| name.to_string_lossy().ends_with("-suite"))
    };
    let mut programs: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_suite).collect();
    programs.sort_by_key(|path| {
        let name = name(path);
        (IN_ORDER.iter().position(|known| *known == name).unwrap_or(IN_ORDER.len()), name)
    });
    programs
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// A question that has been put.
struct Question {
    image: Image,
    child: std::process::Child,
}

fn ask(place: &Path) -> Result<Question, String> {
    let image = Image::open(place).map_err(|error| error.to_string())?;
    let mut command = Command::new(&image.path);
    command.arg(LIST_ARGUMENT).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let child = command.spawn().map_err(|error| error.to_string())?;
    Ok(Question { image, child })
}

impl Question {
    fn answer(self, place: &Path) -> Result<Suite, String> {
        let output = self.child.wait_with_output().map_err(|error| error.to_string())?;
        if !output.status.success() {
            return Err(output.status.to_string());
        }
        let listing = Listing::from_json(&String::from_utf8_lossy(&output.stdout))?;
        Ok(Suite { name: name(place), listing, place: place.to_owned(), image: self.image })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_tell_their_suites() {
        assert_eq!(of_pattern("2"), ["raft-suite"]);
        assert_eq!(of_pattern("4"), ["shardctrler-suite", "shardkv-suite"]);
        assert_eq!(of_pattern("3a/TestBasic3A"), ["kvraft-suite"]);
        assert_eq!(of_pattern("TestBackup2B"), ["raft-suite"]);
        assert_eq!(of_pattern("labrpc"), ["ground-suite"]);
        assert_eq!(of_pattern("TestMine2B"), [OWN]);
        assert_eq!(of_pattern("TestJoinLeave"), IN_ORDER);
    }
}
