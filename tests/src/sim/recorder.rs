//! Records the run's events: every `tracing` event of our own crates, stamped with the run's clock.
//!
//! One event is one JSON object in one line: `t` (microseconds since the start of the run), `target` (crate), then the
//! event's own fields, `topic` first. The same line feeds the trace hash, so equal hashes mean equal traces.

use std::{
    fmt,
    fs::File,
    hash::{DefaultHasher, Hasher},
    io::{BufWriter, Write},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use serde_json::{Map, Value};
use tokio::time::Instant;
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

use crate::{
    protocol::{RunSpec, TraceMode},
    trace,
};

/// The crates whose events belong to a run.
const TARGETS: [&str; 4] = ["labrpc", "raft", "shardkv", "tests"];

/// What has been recorded so far. Clones share it.
#[derive(Clone)]
pub(crate) struct Recorder {
    tape: Arc<Mutex<Tape>>,
    start: Instant,
}

struct Tape {
    hash: DefaultHasher,
    events: u64,
    file: Option<BufWriter<File>>,
    line: Vec<u8>,
}

impl Recorder {
    /// Starts recording for the whole process. `None` if the mode is off. To be called inside the runtime.
    pub(crate) fn install(spec: &RunSpec) -> std::io::Result<Option<Recorder>> {
        let file = match &spec.trace {
            TraceMode::Off => return Ok(None),
            TraceMode::Hash => None,
            TraceMode::File(path) => Some(begin(path, spec)?),
        };
        let tape = Tape { hash: DefaultHasher::new(), events: 0, file, line: Vec::new() };
        let recorder = Recorder { tape: Arc::new(Mutex::new(tape)), start: Instant::now() };
        tracing::subscriber::set_global_default(recorder.clone()).map_err(std::io::Error::other)?;
        Ok(Some(recorder))
    }

    /// Hash and number of the events so far; flushes the file.
    pub(crate) fn finish(&self) -> (String, u64) {
        let mut tape = self.tape.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = &mut tape.file {
            file.flush().expect("the trace file can be written");
        }
        (format!("{:016x}", tape.hash.finish()), tape.events)
    }
}

impl Tape {
    fn write(&mut self, event: &Map<String, Value>) {
        self.line.clear();
        serde_json::to_writer(&mut self.line, event).expect("an event is plain JSON");
        self.line.push(b'\n');
        self.hash.write(&self.line);
        self.events += 1;
        if let Some(file) = &mut self.file {
            file.write_all(&self.line).expect("the trace file can be written");
        }
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let krate = metadata.target().split("::").next().unwrap_or_default();
        metadata.is_event() && TARGETS.contains(&krate)
    }

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields(Map::new());
        let micros = self.start.elapsed().as_micros() as u64;
        fields.0.insert("t".into(), micros.into());
        fields.0.insert("target".into(), event.metadata().target().into());
        event.record(&mut fields);
        self.tape.lock().unwrap_or_else(PoisonError::into_inner).write(&fields.0);
    }

    // Spans carry nothing here.
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

/// A new file with its first line.
fn begin(path: &Path, spec: &RunSpec) -> std::io::Result<BufWriter<File>> {
    let RunSpec { part, test, seed, clock, .. } = spec.clone();
    let mut file = BufWriter::new(File::create(path)?);
    serde_json::to_writer(&mut file, &trace::Header { trace: trace::VERSION, part, test, seed, clock })?;
    file.write_all(b"\n")?;
    Ok(file)
}

/// Collects an event's fields; the message goes under `event`.
struct Fields(Map<String, Value>);

impl Fields {
    fn put(&mut self, field: &Field, value: Value) {
        let name = if field.name() == "message" { "event" } else { field.name() };
        self.0.insert(name.into(), value);
    }
}

impl Visit for Fields {
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value.into());
    }
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value.into());
    }
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value.into());
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value.into());
    }
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, format!("{value:?}").into());
    }
}
