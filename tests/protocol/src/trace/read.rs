//! Reading a trace back.

use std::{
    fmt,
    fs::File,
    io::{self, BufRead, BufReader},
    path::Path,
};

use serde_json::{Map, Value};

use super::{Header, VERSION};

/// A trace in memory.
#[derive(Debug)]
pub struct Trace {
    /// Which run it is of.
    pub header: Header,
    /// All events, in their order.
    pub events: Vec<Event>,
    /// What could not be read: the number of the line, and why. The rest is whole.
    pub broken: Vec<(usize, String)>,
}

/// One event.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its line in the file, from 1.
    pub line: usize,
    /// All its fields.
    pub fields: Map<String, Value>,
}

/// Why a file is no trace that can be read.
#[derive(Debug)]
pub enum Refusal {
    /// The file cannot be opened or read.
    Io(io::Error),
    /// It does not begin as a trace does.
    NoTrace,
    /// It was written in another version of the format.
    OtherVersion(u64),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Io(error) => write!(f, "{error}"),
            Refusal::NoTrace => {
                f.write_str("not a trace: the first line is not a header; `lab test --trace FILE` writes one")
            }
            Refusal::OtherVersion(version) => write!(
                f,
                "a trace of version {version}, and this is lab for version {VERSION}: record it anew from its seed"
            ),
        }
    }
}

impl std::error::Error for Refusal {}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Refusal::Io(error)
    }
}

impl Trace {
    /// Reads a whole trace.
    ///
    /// # Errors
    /// If the file cannot be read, or does not begin with a header of this version. A line that cannot be read is no error:
    /// it is noted in [`Trace::broken`].
    pub fn read(path: &Path) -> Result<Trace, Refusal> {
        let mut lines = BufReader::new(File::open(path)?).split(b'\n');
        let header = header(&lines.next().ok_or(Refusal::NoTrace)??)?;
        let mut trace = Trace { header, events: Vec::new(), broken: Vec::new() };
        for (index, line) in lines.enumerate() {
            let (line, number) = (line?, index + 2);
            if line.is_empty() {
                continue;
            }
            match serde_json::from_slice(&line) {
                Ok(fields) => trace.events.push(Event { line: number, fields }),
                Err(error) => trace.broken.push((number, error.to_string())),
            }
        }
        Ok(trace)
    }

    /// The servers that do or suffer anything, in natural order.
    pub fn servers(&self) -> Vec<String> {
        let mut servers: Vec<String> = Vec::new();
        for name in self.events.iter().filter_map(|event| event.text("server")) {
            if !servers.iter().any(|known| known == name) {
                servers.push(name.to_owned());
            }
        }
        servers.sort_by_key(|name| sort_key(name));
        servers
    }
}

/// Names with numbers in them, as people count.
fn sort_key(name: &str) -> (String, Vec<u64>) {
    let letters = name.chars().filter(|c| !c.is_ascii_digit()).collect();
    let numbers = name.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok());
    (letters, numbers.collect())
}

fn header(line: &[u8]) -> Result<Header, Refusal> {
    let value: Value = serde_json::from_slice(line).map_err(|_| Refusal::NoTrace)?;
    let version = value.get("trace").and_then(Value::as_u64).ok_or(Refusal::NoTrace)?;
    if version != u64::from(VERSION) {
        return Err(Refusal::OtherVersion(version));
    }
    serde_json::from_value(value).map_err(|_| Refusal::NoTrace)
}

impl Event {
    /// A field that is text; empty text counts as missing.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field)?.as_str().filter(|text| !text.is_empty())
    }

    /// A field that is a number.
    pub fn number(&self, field: &str) -> Option<u64> {
        self.fields.get(field)?.as_u64()
    }

    /// Microseconds since the start of the run.
    pub fn micros(&self) -> u64 {
        self.number("t").unwrap_or(0)
    }

    /// What it is about.
    pub fn topic(&self) -> &str {
        self.text("topic").unwrap_or("")
    }

    /// What happened.
    pub fn name(&self) -> &str {
        self.text("event").unwrap_or("")
    }

    /// The group of its server: the name without the number at its end.
    pub fn group(&self) -> Option<&str> {
        Some(self.text("server")?.trim_end_matches(|c: char| c.is_ascii_digit()))
    }
}
