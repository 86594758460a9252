//! Which files were saved.

use std::{
    collections::HashMap,
    ffi::OsStr,
    fs, io,
    path::{Component, Path, PathBuf},
    time::{Duration, SystemTime},
};

use notify_debouncer_full::{
    DebounceEventResult, Debouncer, RecommendedCache, new_debouncer,
    notify::{
        self, EventKind, RecommendedWatcher, RecursiveMode,
        event::{AccessKind, AccessMode, ModifyKind},
    },
};
use tokio::sync::mpsc;

/// An editor saves a file in several steps, and "save all" saves several files: they count as one.
const PAUSE: Duration = Duration::from_millis(200);

/// What a build reads.
const EXTENSIONS: [&str; 5] = ["rs", "toml", "html", "css", "js"];

/// Watches the sources of a workspace.
pub(super) struct Saved {
    files: mpsc::UnboundedReceiver<PathBuf>,
    /// When each file was last written and how long it was then, when it was last told of; `None`: it was gone.
    known: HashMap<PathBuf, Option<(SystemTime, u64)>>,
    /// Stops watching when dropped.
    _watcher: Debouncer<RecommendedWatcher, RecommendedCache>,
}

impl Saved {
    /// Begins to watch.
    pub(super) fn below(root: &Path) -> io::Result<Self> {
        let (sender, files) = mpsc::unbounded_channel();
        let base = root.to_owned();
        let tell = move |result: DebounceEventResult| {
            for event in result.unwrap_or_default().iter().filter(|event| is_change(event.kind)) {
                for path in event.paths.iter().filter(|path| is_source(&base, path)) {
                    // Nobody listens any more: the command is about to end.
                    sender.send(path.clone()).ok();
                }
            }
        };
        let mut watcher = new_debouncer(PAUSE, None, tell).map_err(told)?;
        watcher.watch(root, RecursiveMode::NonRecursive).map_err(told)?;
        for folder in source_folders(root)? {
            watcher.watch(&folder, RecursiveMode::Recursive).map_err(told)?;
        }
        Ok(Self { files, known: HashMap::new(), _watcher: watcher })
    }

    /// Waits until a source file is saved, and names it.
    pub(super) async fn next(&mut self) -> PathBuf {
        loop {
            let Some(file) = self.files.recv().await else { std::future::pending().await };
            if self.is_news(&file) {
                self.forget();
                return file;
            }
        }
    }

    /// What was saved until now counts no more.
    pub(super) fn forget(&mut self) {
        while let Ok(file) = self.files.try_recv() {
            self.is_news(&file);
        }
    }

    /// Whether this file changed since it was last told of. One save is several events (written, closed), and the pause can end
    /// between two of them: the second one must not start a round of its own.
    fn is_news(&mut self, file: &Path) -> bool {
        let state = fs::metadata(file).ok().and_then(|found| Some((found.modified().ok()?, found.len())));
        self.known.insert(file.to_owned(), state) != Some(state)
    }
}

fn told(error: notify::Error) -> io::Error {
    io::Error::other(format!("cannot watch the sources: {error}"))
}

/// Not the whole tree: a build writes thousands of files below `target`.
fn source_folders(root: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(root)?.flatten().map(|entry| entry.path());
    Ok(entries.filter(|path| path.is_dir() && !is_ignored(path.file_name().unwrap_or_default())).collect())
}

/// The build's own output, and what tools hide.
fn is_ignored(name: &OsStr) -> bool {
    name == "target" || name.as_encoded_bytes().starts_with(b".")
}

fn is_source(root: &Path, path: &Path) -> bool {
    let Ok(inside) = path.strip_prefix(root) else { return false };
    let hidden = inside.components().any(|part| matches!(part, Component::Normal(name) if is_ignored(name)));
    !hidden && path.extension().is_some_and(|extension| EXTENSIONS.iter().any(|known| extension == *known))
}

/// Cargo reads every source file in every build: if that counted, a build would start the next one.
fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Create(_) | EventKind::Remove(_) => true,
        EventKind::Modify(change) => !matches!(change, ModifyKind::Metadata(_)),
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        EventKind::Any | EventKind::Other => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn events_of_one_save_count_once() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let file = folder.path().join("rules.rs");
        fs::write(&file, "one").expect("it can be written");
        let (sender, mut saved) = by_hand(folder.path());
        sender.send(file.clone()).expect("somebody listens");
        assert_eq!(saved.next().await, file);

        sender.send(file.clone()).expect("somebody listens");
        let late = tokio::time::timeout(Duration::ZERO, saved.next()).await;
        assert!(late.is_err(), "nothing was written since");

        fs::write(&file, "twice").expect("it can be written");
        sender.send(file.clone()).expect("somebody listens");
        assert_eq!(saved.next().await, file);
    }

    /// A watch whose events the test sends.
    fn by_hand(root: &Path) -> (mpsc::UnboundedSender<PathBuf>, Saved) {
        let mut saved = Saved::below(root).expect("it can be watched");
        let (sender, files) = mpsc::unbounded_channel();
        saved.files = files;
        (sender, saved)
    }

    #[test]
    fn sources_are_told_from_everything_else() {
        let is = |path: &str| is_source(Path::new("/w"), Path::new(path));
        for source in ["/w/raft/src/rules.rs", "/w/Cargo.toml", "/w/tests/linearizability/src/page.js"] {
            assert!(is(source), "{source}");
        }
        for other in [
            "/w/target/debug/build/x/out/made.rs",
            "/w/.git/config.toml",
            "/w/raft/src/.rules.rs.swp",
            "/w/raft/src/.#rules.rs",
            "/w/raft/src/rules.rs~",
            "/w/Cargo.lock",
            "/elsewhere/a.rs",
        ] {
            assert!(!is(other), "{other}");
        }
    }

    #[test]
    fn reading_is_no_change() {
        assert!(is_change(EventKind::Access(AccessKind::Close(AccessMode::Write))));
        assert!(!is_change(EventKind::Access(AccessKind::Open(AccessMode::Any))));
        assert!(!is_change(EventKind::Access(AccessKind::Close(AccessMode::Read))));
        assert!(is_change(EventKind::Modify(ModifyKind::Any)));
    }
}
