//! The crates that a submission wants. Those of the workspace are there; others could not even be downloaded.

use std::{collections::BTreeSet, path::Path};

use toml::{Table, Value};

use super::{Files, walk};
use crate::handout::Lab;

const MANIFEST_BYTES_MAX: u64 = 1 << 20;

/// Looks at the manifest of a lab in `folder`. It does not count, but whoever wants more crates learns it here, and not from the
/// compiler. Returns what is to be noted.
pub(super) fn extra(folder: &Path, lab: Lab, pristine: &Files) -> Result<Option<String>, String> {
    let name = format!("{}/Cargo.toml", lab.folder());
    let Some(bytes) = walk::file(folder, Path::new("Cargo.toml"), MANIFEST_BYTES_MAX) else {
        return Ok(None);
    };
    let Some(theirs) = names(&bytes) else {
        return Ok(Some(format!("{name}: no TOML; it does not count anyway")));
    };
    let ours = pristine.get(Path::new(&name)).and_then(|bytes| names(bytes)).unwrap_or_default();
    let extra: Vec<&str> = theirs.difference(&ours).map(String::as_str).collect();
    if extra.is_empty() {
        return Ok(None);
    }
    Err(format!(
        "{name} asks for crates that this lab does not have: {}. Do without them: there are {}",
        extra.join(", "),
        ours.into_iter().collect::<Vec<_>>().join(", ")
    ))
}

/// The names of all crates that the code itself can use. `None`: no TOML.
fn names(manifest: &[u8]) -> Option<BTreeSet<String>> {
    let manifest: Table = str::from_utf8(manifest).ok()?.parse().ok()?;
    let mut names = BTreeSet::new();
    add(&manifest, &mut names);
    let targets = manifest.get("target").and_then(Value::as_table);
    targets
        .into_iter()
        .flat_map(Table::values)
        .filter_map(Value::as_table)
        .for_each(|table| add(table, &mut names));
    Some(names)
}

fn add(table: &Table, names: &mut BTreeSet<String>) {
    for section in ["dependencies", "build-dependencies"] {
        let crates = table.get(section).and_then(Value::as_table);
        names.extend(crates.into_iter().flat_map(Table::keys).cloned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_are_found_wherever_they_are_asked_for() {
        let manifest = b"[dependencies]\na = \"1\"\n[dependencies.b]\nversion = \"1\"\n\
            [build-dependencies]\nc = \"1\"\n[target.'cfg(unix)'.dependencies]\nd = \"1\"\n[dev-dependencies]\ne = \"1\"\n";
        let found = names(manifest).expect("this is TOML");
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["a", "b", "c", "d"]);
        assert_eq!(names(b"[dependencies"), None);
    }
}
