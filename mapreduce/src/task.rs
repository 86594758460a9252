//! Doing one task: the part of a worker that works.

use std::{
    io::{BufWriter, Write},
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
};

use anyhow::{Context, Result};

use crate::{
    Application, Split, Task,
    collect::Collector,
    files::{Pending, intermediate_name, output_name},
    input,
    intermediate::{self, Header, Reader},
    rpc::TaskOrder,
};

/// Renames before a worker ends itself, for the tests.
#[derive(Debug)]
pub(crate) struct Fuse(Option<AtomicU32>);

impl Fuse {
    pub(crate) fn new(renames: Option<u32>) -> Self {
        Self(renames.map(AtomicU32::new))
    }

    /// Another file is about to get its name.
    fn burn(&self) {
        if self.0.as_ref().is_some_and(|left| left.fetch_sub(1, Ordering::Relaxed) <= 1) {
            nix::sys::signal::raise(nix::sys::signal::Signal::SIGKILL).expect("a process can end itself");
        }
    }
}

/// How a worker does its tasks.
pub(crate) struct Workshop {
    pub(crate) app: Box<dyn Application>,
    pub(crate) combine: bool,
    pub(crate) fuse: Fuse,
}

impl Workshop {
    /// Does the task, and returns how many bytes it wrote. When this returns, all its files are in their places.
    pub(crate) fn run(&self, order: &TaskOrder) -> Result<u64> {
        match (order.task, &order.split) {
            (Task::Map(index), Some(split)) => self.map(order, index, split),
            (Task::Map(index), None) => anyhow::bail!("map task {index} came without input"),
            (Task::Reduce(index), _) => self.reduce(order, index),
        }
    }

    /// **Lab 1.** Map task `map`: reads its input, has the application map it into a [`Collector`], and writes one intermediate file for each
    /// partition, called by [`intermediate_name`]. No file gets its name before all are complete (§3.3). Returns how many bytes it wrote.
    fn map(&self, order: &TaskOrder, map: u32, split: &Split) -> Result<u64> {
        let contents = input::read(split, self.app.border())?;
        let mut collector = Collector::new(&*self.app, self.combine);
        self.app.map(&split.file, &contents, &mut |key, value| collector.emit(key, value));
        drop(contents);
        let mut pending = Vec::new();
        let mut bytes = 0;
        for (reduce, groups) in (0..).zip(collector.partitions(order.reduces)) {
            let name = intermediate_name(map, reduce);
            let mut file = Pending::create(Path::new("."), &name)?;
            let header = Header { job: order.job, map, reduce };
            bytes += intermediate::write(file.file(), header, &groups)
                .with_context(|| format!("cannot write {name}"))?;
            pending.push(file);
        }
        self.publish(pending)?;
        Ok(bytes)
    }

    /// **Lab 1.** Reduce task `reduce`: merges the intermediate files that all map tasks made for it, calls the application once per key,
    /// and writes a line `key result` for each into [`output_name`], which appears complete or not at all (§3.3). Returns how many bytes
    /// it wrote.
    fn reduce(&self, order: &TaskOrder, reduce: u32) -> Result<u64> {
        let open = |map| {
            let header = Header { job: order.job, map, reduce };
            Reader::open(Path::new(&intermediate_name(map, reduce)), header)
        };
        let readers = (0..order.maps).map(open).collect::<Result<_>>()?;
        let name = output_name(reduce);
        let mut pending = Pending::create(Path::new("."), &name)?;
        let mut out = BufWriter::new(pending.file());
        let mut bytes = 0;
        intermediate::merge(readers, |key, values| {
            let result = self.app.reduce(key, values);
            bytes += key.len() as u64 + result.len() as u64 + 2;
            writeln!(out, "{key} {result}").with_context(|| format!("cannot write {name}"))
        })?;
        out.flush().with_context(|| format!("cannot write {name}"))?;
        drop(out);
        self.publish(vec![pending])?;
        Ok(bytes)
    }

    /// Gives files their names.
    fn publish(&self, pending: Vec<Pending>) -> Result<()> {
        for file in pending {
            self.fuse.burn();
            file.publish()?;
        }
        Ok(())
    }
}
