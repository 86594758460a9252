//! Where the events of failed runs are kept.

use std::{
    env, fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
};

use super::plan::Job;

/// So many failures are traced. More would fill the disk, and nobody reads the eleventh.
const TRACES_MAX: usize = 10;

/// Where the events of failed runs are kept, and for how many there is still room.
pub(super) struct Traces {
    folder: PathBuf,
    left: AtomicUsize,
}

impl Traces {
    pub(super) fn new() -> Self {
        Self { folder: folder(), left: AtomicUsize::new(TRACES_MAX) }
    }

    /// A new, empty file for `job`, or `None` if enough has been traced.
    ///
    /// # Errors
    /// If it cannot be made: the folder is somebody else's, or the disk is full.
    pub(super) fn reserve(&self, job: &Job, suffix: &str) -> Result<Option<PathBuf>, String> {
        let take = |left: usize| left.checked_sub(1);
        if self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_err() {
            return Ok(None);
        }
        let test = job.case.name.replace(' ', "-");
        let name = format!("{}-{test}-{}{suffix}.jsonl", job.case.part, job.seed);
        let file = self.folder.join(name);
        // What an earlier call left there must not pass for the events of this one.
        let made = fs::create_dir_all(&self.folder).and_then(|()| fs::File::create(&file));
        made.map_err(|error| format!("its events could not be kept in {}: {error}", file.display()))?;
        Ok(Some(file))
    }
}

/// Beside the other results of the build, if this is a workspace.
pub(super) fn folder() -> PathBuf {
    if Path::new("Cargo.toml").exists() { PathBuf::from("target/lab") } else { env::temp_dir().join("lab") }
}
