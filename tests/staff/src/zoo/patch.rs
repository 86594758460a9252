//! A bug of the zoo: one mistake, as edits of the reference.

use std::{
    collections::BTreeMap,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

use runner::{build, select::most_alike, suites};
use serde::Deserialize;

/// One file below `tests/zoo`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Patch {
    /// Folder and file without its ending: `raft/figure8-rule-missing`.
    #[serde(skip)]
    pub(super) name: String,
    #[serde(skip, default = "Group::harmless")]
    pub(super) group: Group,
    /// What is wrong, in words.
    #[serde(rename = "name")]
    pub(super) title: String,
    /// The rule that it breaks; of something harmless, why it breaks none.
    pub(super) rule: String,
    /// Where the rule stands: a section of the paper, or of the lab.
    pub(super) section: String,
    /// Which tests are relevant, as `lab test --extra` takes them.
    pub(super) tests: Vec<String>,
    /// The tests that should notice; the one that does first is among them.
    #[serde(default)]
    pub(super) expect: Vec<String>,
    #[serde(default, rename = "edit")]
    edits: Vec<Edit>,
}

/// Which third of the zoo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    /// Lab 2.
    Raft,
    /// Labs 1 and 3.
    Labs1And3,
    /// Lab 4.
    Lab4,
    /// Changes that no test may notice.
    Harmless,
}

impl Group {
    pub(super) const ALL: [Group; 4] = [Group::Raft, Group::Labs1And3, Group::Lab4, Group::Harmless];

    /// Its folder.
    pub(super) fn folder(self) -> &'static str {
        match self {
            Group::Raft => "raft",
            Group::Labs1And3 => "labs-1-3",
            Group::Lab4 => "lab-4",
            Group::Harmless => "harmless",
        }
    }

    fn harmless() -> Group {
        Group::Harmless
    }
}

/// One place where the reference is changed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    /// From the root of the workspace.
    file: PathBuf,
    /// Stands in that file exactly once.
    find: String,
    replace: String,
}

/// Changed files by their path inside the workspace.
pub(super) type Changes = BTreeMap<PathBuf, String>;

/// Reads the whole zoo, group by group, in the order of names.
pub(super) fn read_all(folder: &Path) -> Result<Vec<Patch>, String> {
    let mut patches = Vec::new();
    for group in Group::ALL {
        let inner = folder.join(group.folder());
        let entries =
            fs::read_dir(&inner).map_err(|error| format!("no zoo in {}: {error}", inner.display()))?;
        let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
        files.sort();
        for file in files {
            patches.push(read(&file, group)?);
        }
    }
    Ok(patches)
}

fn read(file: &Path, group: Group) -> Result<Patch, String> {
    let cannot = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let text = fs::read_to_string(file).map_err(|error| cannot(&error))?;
    let mut patch: Patch = toml::from_str(&text).map_err(|error| cannot(&error))?;
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    patch.name = format!("{}/{stem}", group.folder());
    patch.group = group;
    if patch.edits.is_empty() && group != Group::Harmless {
        return Err(cannot(&"a bug without an [[edit]] is none"));
    }
    Ok(patch)
}

/// The bugs of these names, or of these folders; without a name all.
pub(super) fn choose<'a>(zoo: &'a [Patch], names: &[String]) -> Result<Vec<&'a Patch>, String> {
    let is_meant = |patch: &Patch, name: &str| {
        let inside = patch.name.strip_prefix(patch.group.folder()).unwrap_or_default();
        patch.name == name
            || inside.get(1..) == Some(name)
            || patch.group.folder() == name.trim_end_matches('/')
    };
    if let Some(unknown) = names.iter().find(|name| !zoo.iter().any(|patch| is_meant(patch, name))) {
        let nearest = most_alike(zoo.iter().map(|patch| patch.name.as_str()), unknown);
        let hint = nearest.map_or_else(String::new, |nearest| format!("; did you mean {nearest}?"));
        return Err(format!("no bug and no folder of the zoo is called `{unknown}`{hint}"));
    }
    let wanted = |patch: &&Patch| names.is_empty() || names.iter().any(|name| is_meant(patch, name));
    Ok(zoo.iter().filter(wanted).collect())
}

impl Patch {
    /// The files as this bug has them.
    ///
    /// # Errors
    /// If an edit does not fit the reference: then the patch is stale, and says so by its name and file.
    pub(super) fn changes(&self, reference: &Path) -> Result<Changes, String> {
        let mut changes = Changes::new();
        for (number, edit) in (1..).zip(&self.edits) {
            let stale = |why: String| {
                format!(
                    "{FOLDER}/{}.toml is stale: edit {number} of {}: {why}",
                    self.name,
                    edit.file.display(),
                    FOLDER = super::FOLDER
                )
            };
            let text = match changes.remove(&edit.file) {
                Some(text) => text,
                None => fs::read_to_string(reference.join(&edit.file))
                    .map_err(|error| stale(error.to_string()))?,
            };
            let count = text.matches(&edit.find).count();
            if count != 1 {
                return Err(stale(format!("what it is to find stands there {count} times, not once")));
            }
            changes.insert(edit.file.clone(), text.replacen(&edit.find, &edit.replace, 1));
        }
        Ok(changes)
    }

    /// The programs that must be built for its tests.
    pub(super) fn programs(&self) -> Vec<&'static str> {
        build::programs(self.tests.iter().flat_map(|pattern| suites::of_pattern(pattern)))
    }

    /// Changes with everything that decides what comes of it.
    pub(super) fn digest(&self) -> String {
        let mut hasher = DefaultHasher::new();
        self.tests.hash(&mut hasher);
        for edit in &self.edits {
            (&edit.file, &edit.find, &edit.replace).hash(&mut hasher);
        }
        format!("{:016x}", hasher.finish())
    }
}
