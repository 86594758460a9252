//! Cargo's files without the labs that stay out.

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value};

use super::scope::Scope;

type Result<T> = std::result::Result<T, toml_edit::TomlError>;

/// The workspace's `Cargo.toml`.
pub(super) fn workspace(text: &str, scope: &Scope) -> Result<String> {
    let mut document: DocumentMut = text.parse()?;
    let members = document["workspace"]["members"].as_array();
    let crates = members
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .filter_map(|path| path.split('/').next_back());
    let absent: Vec<String> = crates.filter(|name| scope.leaves_out(name)).map(str::to_owned).collect();
    // Cargo complains of profiles for crates that are not there.
    if let Some(packages) = document["profile"]["dev"]["package"].as_table_like_mut() {
        absent.iter().for_each(|name| drop(packages.remove(name)));
    }
    let workspace = &mut document["workspace"];
    if let Some(members) = workspace["members"].as_array_mut() {
        without(members, |folder| !scope.folders().iter().any(|there| there == folder));
    }
    if let Some(dependencies) = workspace["dependencies"].as_table_like_mut() {
        absent.iter().for_each(|name| drop(dependencies.remove(name)));
    }
    // Where a lab is still to be written, much is unused, and a warning for each would hide the ones that matter.
    let mut quiet = InlineTable::new();
    quiet.insert("level", "allow".into());
    quiet.insert("priority", Value::from(-1));
    workspace["lints"]["rust"]["unused"] = Item::Value(Value::InlineTable(quiet));
    Ok(document.to_string())
}

/// The manifest of a command: of what its tests need, the crates that stay out.
pub(super) fn command(text: &str, scope: &Scope) -> Result<String> {
    let mut document: DocumentMut = text.parse()?;
    if let Some(needed) = document["dev-dependencies"].as_table_like_mut() {
        for name in ["linearizability", "rig"].into_iter().filter(|name| scope.leaves_out(name)) {
            needed.remove(name);
        }
    }
    Ok(document.to_string())
}

/// `Cargo.lock`. Third parties' crates that nobody needs any more are left for cargo to drop.
pub(super) fn lock(text: &str, scope: &Scope) -> Result<String> {
    let mut document: DocumentMut = text.parse()?;
    if let Some(packages) = document["package"].as_array_of_tables_mut() {
        // Those from a registry say so.
        let is_absent = |package: &Table| {
            !package.contains_key("source")
                && package["name"].as_str().is_some_and(|name| scope.leaves_out(name))
        };
        let absent: Vec<String> = packages
            .iter()
            .filter(|package| is_absent(package))
            .filter_map(|package| package["name"].as_str().map(str::to_owned))
            .collect();
        packages.retain(|package| !is_absent(package));
        for package in packages.iter_mut() {
            if let Some(dependencies) = package.get_mut("dependencies").and_then(Item::as_array_mut) {
                without(dependencies, |name| absent.iter().any(|gone| gone == name));
            }
        }
    }
    Ok(document.to_string())
}

fn without(array: &mut Array, is_gone: impl Fn(&str) -> bool) {
    array.retain(|value| !value.as_str().is_some_and(&is_gone));
}
