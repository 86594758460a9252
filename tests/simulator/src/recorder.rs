//! Records the run's events: every `tracing` event of our own crates, stamped with the run's clock.
//!
//! One event is one JSON object in one line: `t` (microseconds since the start of the run), `target` (crate), then the
//! event's own fields, `topic` first. The same line feeds the trace hash, so equal hashes mean equal traces.

use std::{
    fmt::{self, Write as _},
    fs::File,
    hash::{DefaultHasher, Hasher},
    io::{BufWriter, Write},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use protocol::{RunSpec, TraceMode, trace};
use serde_json::{Map, Value};
use tokio::time::Instant;
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

use crate::checks::Checks;

/// The crates whose events belong to a run.
const TARGETS: [&str; 4] = ["labrpc", "raft", "shardkv", "tests"];
/// The crate whose events the checks can do without. There are very many.
const UNCHECKED: &str = "labrpc";
/// Characters of a client's value on tape, the last ones: of appended values, the beginning is old news.
const VALUE_CHARACTERS: usize = 40;

/// Hears all events: passes them on to the checks, and writes them down if that is wanted. Clones share it.
#[derive(Clone)]
pub(crate) struct Recorder {
    tape: Option<Arc<Mutex<Tape>>>,
    checks: Checks,
    start: Instant,
}

struct Tape {
    hash: DefaultHasher,
    events: u64,
    file: Option<BufWriter<File>>,
    line: Vec<u8>,
}

impl Recorder {
    /// Listens for the whole process. To be called inside the runtime.
    pub(crate) fn install(spec: &RunSpec, checks: Checks) -> std::io::Result<Recorder> {
        let tape = |file| {
            Arc::new(Mutex::new(Tape { hash: DefaultHasher::new(), events: 0, file, line: Vec::new() }))
        };
        let tape = match &spec.trace {
            TraceMode::Off => None,
            TraceMode::Hash => Some(tape(None)),
            TraceMode::File(path) => Some(tape(Some(begin(path, spec)?))),
        };
        let recorder = Recorder { tape, checks, start: Instant::now() };
        tracing::subscriber::set_global_default(recorder.clone()).map_err(std::io::Error::other)?;
        Ok(recorder)
    }

    /// Hash and number of the events so far, if they are written down; flushes the file.
    pub(crate) fn finish(&self) -> Option<(String, u64)> {
        let mut tape = self.tape.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        let flushed = tape.file.as_mut().map(BufWriter::flush);
        tape.keep_up(flushed);
        Some((format!("{:016x}", tape.hash.finish()), tape.events))
    }

    fn write(&self, tape: &Mutex<Tape>, row: &Row, event: &Event<'_>) {
        let micros = self.start.elapsed().as_micros() as u64;
        let mut fields = Map::new();
        fields.insert("t".into(), micros.into());
        fields.insert("target".into(), event.metadata().target().into());
        for (name, cell) in &row.cells {
            fields.insert((*name).into(), row.on_tape(name, cell));
        }
        tape.lock().unwrap_or_else(PoisonError::into_inner).write(&fields);
    }
}

impl Tape {
    /// A disk that is full is no fault of the run: its verdict stands without the rest of the trace.
    fn keep_up(&mut self, written: Option<std::io::Result<()>>) {
        if let Some(Err(error)) = written {
            eprintln!("note: the trace is not whole: {error}");
            // Not dropped: a buffer tries once more, and complains again.
            drop(self.file.take().map(BufWriter::into_parts));
        }
    }

    fn write(&mut self, event: &Map<String, Value>) {
        self.line.clear();
        serde_json::to_writer(&mut self.line, event).expect("an event is plain JSON");
        self.line.push(b'\n');
        self.hash.write(&self.line);
        self.events += 1;
        let line = &self.line;
        let written = self.file.as_mut().map(|file| file.write_all(line));
        self.keep_up(written);
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let krate = metadata.target().split("::").next().unwrap_or_default();
        metadata.is_event() && TARGETS.contains(&krate) && (self.tape.is_some() || krate != UNCHECKED)
    }

    fn event(&self, event: &Event<'_>) {
        let mut row = Row::new(self.tape.is_some());
        event.record(&mut row);
        if !row.unwanted && event.metadata().target() != UNCHECKED {
            self.checks.observe(&row);
        }
        if let Some(tape) = &self.tape {
            self.write(tape, &row, event);
        }
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

/// An event's fields; the message goes under `event`. There are hundreds of thousands in a run, so all texts share one allocation.
struct Row {
    cells: Vec<(&'static str, Cell)>,
    texts: String,
    /// Nobody wants the rest: it is not written down, and no check asks for events of its topic.
    unwanted: bool,
    /// The check of saves asks for the last index only, and there is a save for nearly every entry.
    is_save: bool,
    taped: bool,
}

thread_local! {
    /// The room of the last row, for the next one.
    static SPARE: std::cell::Cell<Room> = const { std::cell::Cell::new((Vec::new(), String::new())) };
}

type Room = (Vec<(&'static str, Cell)>, String);

impl Drop for Row {
    fn drop(&mut self) {
        let (mut cells, mut texts) = (std::mem::take(&mut self.cells), std::mem::take(&mut self.texts));
        cells.clear();
        texts.clear();
        // A thread that ends has no use for it any more.
        SPARE.try_with(|spare| spare.set((cells, texts))).ok();
    }
}

enum Cell {
    Number(u64),
    Signed(i64),
    Flag(bool),
    /// A range of the texts.
    Text(usize, usize),
}

/// The last characters of a text.
fn last(text: &str, characters: usize) -> &str {
    let skipped = text.chars().count().saturating_sub(characters);
    text.char_indices().nth(skipped).map_or("", |(at, _)| &text[at..])
}

impl Row {
    fn new(taped: bool) -> Self {
        let (cells, texts) = SPARE.try_with(std::cell::Cell::take).unwrap_or_default();
        Row { cells, texts, unwanted: false, is_save: false, taped }
    }

    fn put(&mut self, field: &Field, cell: Cell) {
        self.cells.push((if field.name() == "message" { "event" } else { field.name() }, cell));
    }

    fn on_tape(&self, name: &str, cell: &Cell) -> Value {
        match *cell {
            Cell::Number(number) => number.into(),
            Cell::Signed(number) => number.into(),
            Cell::Flag(flag) => flag.into(),
            Cell::Text(start, end) if matches!(name, "value" | "output") => {
                last(&self.texts[start..end], VALUE_CHARACTERS).into()
            }
            Cell::Text(start, end) => self.texts[start..end].into(),
        }
    }
}

impl invariants::Event for Row {
    fn each<'a>(&'a self, show: &mut dyn FnMut(&'a str, invariants::Field<'a>)) {
        for (name, cell) in &self.cells {
            match *cell {
                Cell::Number(number) => show(name, invariants::Field::Number(number)),
                Cell::Signed(number) => {
                    if let Ok(number) = u64::try_from(number) {
                        show(name, invariants::Field::Number(number));
                    }
                }
                Cell::Flag(flag) => show(name, invariants::Field::Flag(flag)),
                Cell::Text(start, end) => show(name, invariants::Field::Text(&self.texts[start..end])),
            }
        }
    }
}

impl Visit for Row {
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, Cell::Number(value));
    }
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, Cell::Signed(value));
    }
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, Cell::Flag(value));
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        // The topic comes first.
        if field.name() == "topic" {
            self.unwanted = !self.taped && !invariants::is_checked(value);
            self.is_save = value == "PERSIST";
        }
        if !self.unwanted {
            let start = self.texts.len();
            self.texts.push_str(value);
            self.put(field, Cell::Text(start, self.texts.len()));
        }
    }
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let is_left_out = self.is_save && !self.taped && field.name() == "log";
        if !self.unwanted && !is_left_out {
            let start = self.texts.len();
            write!(self.texts, "{value:?}").expect("a String takes everything");
            self.put(field, Cell::Text(start, self.texts.len()));
        }
    }
}
