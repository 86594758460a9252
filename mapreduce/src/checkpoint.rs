//! What a coordinator writes down, so that its successor can go on.

use std::{
    fs,
    hash::Hasher,
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use rustc_hash::FxHasher;
use serde::{Deserialize, Serialize};

use crate::{Input, Task, files::Pending};

/// The first word of each checkpoint. Another format gets another one.
const MAGIC: &str = "6.824 MapReduce checkpoint 1";

/// What makes a job this job. Every field decides which task does what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(crate) inputs: Vec<Input>,
    pub(crate) reduces: u32,
    pub(crate) split_bytes: Option<u64>,
}

/// A job and how far it has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Saved {
    pub(crate) job: u64,
    pub(crate) plan: Plan,
    pub(crate) done: Vec<Task>,
}

/// The file it all stands in.
#[derive(Clone, Debug)]
pub(crate) struct Checkpoint {
    path: PathBuf,
}

impl Checkpoint {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// What an earlier coordinator left, if it left anything, and if it is for this job.
    pub(crate) fn load(&self, plan: &Plan) -> Result<Option<Saved>> {
        let shown = self.path.display();
        let bytes = match fs::read(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            bytes => bytes.with_context(|| format!("cannot read checkpoint {shown}"))?,
        };
        let advice = "remove it to begin anew";
        let Some(saved) = parse(&bytes) else {
            bail!("{shown} is damaged, or no checkpoint of this program; {advice}")
        };
        if let Some(difference) = difference(&saved.plan, plan) {
            bail!("checkpoint {shown} belongs to another job: {difference}; {advice}");
        }
        Ok(Some(saved))
    }

    /// Replaces the file, whole, and makes sure it is on the disk.
    pub(crate) fn save(&self, saved: &Saved) -> Result<()> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let name = self.path.file_name().and_then(|name| name.to_str());
        let name = name.with_context(|| format!("{} is no name for a checkpoint", self.path.display()))?;
        ensure!(!self.path.is_dir(), "checkpoint {} is a directory", self.path.display());
        let mut pending = Pending::create(folder, name)?;
        pending.file().write_all(&bytes_of(saved)?)?;
        pending.file().sync_data()?;
        pending.publish()
    }

    pub(crate) fn remove(&self) -> Result<()> {
        fs::remove_file(&self.path)
            .with_context(|| format!("cannot remove checkpoint {}", self.path.display()))
    }
}

fn bytes_of(saved: &Saved) -> Result<Vec<u8>> {
    let body = labgob::encode(saved)?;
    Ok(labgob::Encoder::new().put(MAGIC)?.put(&checksum(&body))?.put(&bytes::Bytes::from(body))?.finish())
}

/// labgob knows what fits together; a flipped bit in a number it cannot know.
fn checksum(body: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(body);
    hasher.finish()
}

fn parse(bytes: &[u8]) -> Option<Saved> {
    let mut decoder = labgob::Decoder::new(bytes);
    let magic: String = decoder.get().ok()?;
    let sum: u64 = decoder.get().ok()?;
    let body: bytes::Bytes = decoder.get().ok()?;
    decoder.finish().ok()?;
    (magic == MAGIC && sum == checksum(&body)).then(|| labgob::decode(&body).ok())?
}

fn difference(saved: &Plan, ours: &Plan) -> Option<String> {
    let names = |plan: &Plan| plan.inputs.iter().map(|input| input.file.clone()).collect::<Vec<_>>();
    if names(saved) != names(ours) {
        return Some(format!("its {} input file(s) are others", saved.inputs.len()));
    }
    if let Some((input, _)) = saved.inputs.iter().zip(&ours.inputs).find(|(a, b)| a != b) {
        return Some(format!("{} has been changed since", input.file));
    }
    if saved.reduces != ours.reduces {
        return Some(format!("it has {} reducers, and this one {}", saved.reduces, ours.reduces));
    }
    (saved != ours).then(|| "--split-bytes was different".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved() -> Saved {
        let input = Input { file: "a.txt".into(), bytes: 7, changed: 1 };
        let plan = Plan { inputs: vec![input], reduces: 3, split_bytes: None };
        Saved { job: 9, plan, done: vec![Task::Map(0), Task::Reduce(2)] }
    }

    #[test]
    fn it_comes_back_and_strangers_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let checkpoint = Checkpoint::new(folder.path().join("save"));
        assert_eq!(checkpoint.load(&saved().plan).unwrap(), None);
        checkpoint.save(&saved()).unwrap();
        assert_eq!(checkpoint.load(&saved().plan).unwrap(), Some(saved()));
        let error = |change: fn(&mut Plan)| {
            let mut plan = saved().plan;
            change(&mut plan);
            checkpoint.load(&plan).unwrap_err().to_string()
        };
        assert!(error(|plan| plan.reduces = 4).contains("it has 3 reducers, and this one 4"));
        assert!(error(|plan| plan.inputs[0].file = "b".into()).contains("are others"));
        assert!(error(|plan| plan.inputs[0].changed = 2).contains("a.txt has been changed"));
        assert!(error(|plan| plan.split_bytes = Some(1)).contains("--split-bytes"));
        checkpoint.remove().unwrap();
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    }

    #[test]
    fn any_damage_is_noticed() {
        let bytes = bytes_of(&saved()).unwrap();
        assert_eq!(parse(&bytes), Some(saved()));
        for index in 0..bytes.len() {
            assert_eq!(parse(&bytes[..index]), None, "cut at {index}");
            for bit in 0..8 {
                let mut damaged = bytes.clone();
                damaged[index] ^= 1 << bit;
                assert_eq!(parse(&damaged), None, "bit {bit} of byte {index}");
            }
        }
    }
}
