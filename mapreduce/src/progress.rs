//! What a person sees of a running job: bars on a terminal, a line per phase elsewhere.

use std::io::{self, IsTerminal};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::Counts;

/// How far a job has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Snapshot {
    /// Done, running, all.
    pub(crate) maps: (usize, usize, usize),
    pub(crate) reduces: (usize, usize, usize),
    pub(crate) workers: usize,
    pub(crate) counts: Counts,
}

/// The last word on a job that is done.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Summary {
    /// Map tasks.
    pub maps: usize,
    /// Reduce tasks.
    pub reduces: usize,
    /// How often tasks were given out.
    #[serde(flatten)]
    pub counts: Counts,
    /// From the first listening to the last task, in seconds.
    pub seconds: f64,
    /// Bytes of all input files.
    pub input_bytes: u64,
    /// Bytes written by map tasks, as far as this coordinator was told.
    pub intermediate_bytes: u64,
    /// Bytes written by reduce tasks, likewise.
    pub output_bytes: u64,
}

/// Shows snapshots.
pub(crate) enum Progress {
    Bars { _group: MultiProgress, maps: ProgressBar, reduces: ProgressBar },
    Lines { maps_done: bool, reduces_done: bool },
}

impl Progress {
    pub(crate) fn new() -> Self {
        if !io::stderr().is_terminal() {
            return Self::Lines { maps_done: false, reduces_done: false };
        }
        let group = MultiProgress::new();
        let style = ProgressStyle::with_template("{prefix:7} {bar:30} {pos}/{len} {msg}");
        let style = style.expect("the template is right").progress_chars("=> ");
        let bar =
            |name: &'static str| group.add(ProgressBar::new(0).with_style(style.clone()).with_prefix(name));
        let (maps, reduces) = (bar("map"), bar("reduce"));
        Self::Bars { _group: group, maps, reduces }
    }

    pub(crate) fn show(&mut self, now: Snapshot) {
        match self {
            Self::Bars { maps, reduces, .. } => {
                for (bar, (done, running, all)) in [(&*maps, now.maps), (&*reduces, now.reduces)] {
                    bar.set_length(all as u64);
                    bar.set_position(done as u64);
                    bar.set_message(format!("{running} running"));
                }
                let again = now.counts.redispatched + now.counts.backups;
                let (done, running, _) = if now.maps.0 < now.maps.2 { now.maps } else { now.reduces };
                let bar = if now.maps.0 < now.maps.2 { maps } else { reduces };
                bar.set_position(done as u64);
                bar.set_message(format!(
                    "{running} running, {again} given out again, {} workers",
                    now.workers
                ));
            }
            Self::Lines { maps_done, reduces_done } => {
                line(maps_done, "map", now.maps, now);
                if *maps_done {
                    line(reduces_done, "reduce", now.reduces, now);
                }
            }
        }
    }

    pub(crate) fn close(&self) {
        if let Self::Bars { maps, reduces, .. } = self {
            maps.abandon();
            reduces.abandon();
        }
    }
}

fn line(shown: &mut bool, phase: &str, (done, _, all): (usize, usize, usize), now: Snapshot) {
    if done == all && !*shown {
        *shown = true;
        let again = now.counts.redispatched + now.counts.backups;
        eprintln!("{phase}: {all} tasks done, {again} given out again so far, {} workers", now.workers);
    }
}
