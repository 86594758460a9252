use std::{
    fs,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::Duration,
};

use super::parallel::names;
use crate::{Application, Emit, Values};

const PREFIX: &str = "mr-worker-jobcount";

/// Counts how many map calls there were, all workers together.
#[derive(Default)]
pub(super) struct JobCount {
    calls: AtomicU64,
}

impl Application for JobCount {
    fn map(&self, _file: &str, _contents: &[u8], emit: &mut Emit<'_>) {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        let name = format!("{PREFIX}-{}-{call}", std::process::id());
        fs::write(&name, "x").unwrap_or_else(|error| panic!("cannot write {name}: {error}"));
        thread::sleep(Duration::from_millis(rand::random_range(2000..5000)));
        emit("a", "x");
    }

    fn reduce(&self, _key: &str, _values: &Values) -> String {
        names().iter().filter(|name| name.starts_with(PREFIX)).count().to_string()
    }
}
