//! The whole job in one process: what every other way of doing it must agree with.

use std::{
    io::{BufWriter, Write},
    path::Path,
};

use anyhow::{Context, Result};

use crate::{
    Application, Input, Split,
    collect::Collector,
    files::{Pending, output_name},
    input,
};

/// Runs `app` over `files`, in their order, and writes `mr-out-0`.
///
/// # Errors
/// If a file cannot be read, or the result not be written.
pub fn run(app: &dyn Application, files: &[String]) -> Result<()> {
    // One pair per `emit`, not combined: this is the reference.
    let mut collector = Collector::new(app, false);
    for file in files {
        Input::look(file)?;
        let contents = input::read(&Split { file: file.clone(), range: None }, app.border())?;
        app.map(file, &contents, &mut |key, value| collector.emit(key, value));
    }
    let name = output_name(0);
    let mut pending = Pending::create(Path::new("."), &name)?;
    let mut out = BufWriter::new(pending.file());
    let cannot = || format!("cannot write {name}");
    for (key, values) in collector.partitions(1).into_iter().flatten() {
        writeln!(out, "{key} {}", app.reduce(key, values)).with_context(cannot)?;
    }
    out.flush().with_context(cannot)?;
    drop(out);
    pending.publish()
}
