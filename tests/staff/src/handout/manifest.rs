//! Cargo's files without the labs that stay out.

use toml_edit::{Array, DocumentMut, InlineTable, Item, Value};

use super::{gated::REFERENCE, scope::Scope};

type Result<T> = std::result::Result<T, toml_edit::TomlError>;

/// The workspace's `Cargo.toml`.
pub(super) fn workspace(text: &str, scope: &Scope) -> Result<String> {
    let mut document: DocumentMut = text.parse()?;
    let workspace = &mut document["workspace"];
    if let Some(members) = workspace["members"].as_array_mut() {
        without(members, |name| scope.leaves_out(name));
    }
    if let Some(dependencies) = workspace["dependencies"].as_table_like_mut() {
        for lab in scope.absent() {
            dependencies.remove(lab.folder());
        }
    }
    // Where a lab is still to be written, much is unused, and a warning for each would hide the ones that matter.
    let mut quiet = InlineTable::new();
    quiet.insert("level", "allow".into());
    quiet.insert("priority", Value::from(-1));
    workspace["lints"]["rust"]["unused"] = Item::Value(Value::InlineTable(quiet));
    Ok(document.to_string())
}

/// The manifest of the crate `tests`.
pub(super) fn tests(text: &str, scope: &Scope) -> Result<String> {
    let mut document: DocumentMut = text.parse()?;
    for lab in scope.absent() {
        if let Some(dependencies) = document["dependencies"].as_table_like_mut() {
            dependencies.remove(lab.folder());
        }
        if let Some(features) = document["features"].as_table_like_mut() {
            features.remove(lab.feature());
        }
    }
    without_reference(&mut document);
    // Targets that are spelled out are tests of the bench.
    document.remove("test");
    if let Some(default) = document["features"]["default"].as_array_mut() {
        without(default, |name| name == REFERENCE || scope.absent().any(|lab| lab.feature() == name));
    }
    Ok(document.to_string())
}

/// Takes out the feature of what makes sense beside the reference only, and the crates that nothing else needs.
fn without_reference(document: &mut DocumentMut) {
    let feature = document["features"].as_table_like_mut().and_then(|features| features.remove(REFERENCE));
    let words = feature.iter().filter_map(Item::as_array).flatten().filter_map(Value::as_str);
    let needed: Vec<&str> = words.filter_map(|word| word.strip_prefix("dep:")).collect();
    if let Some(dependencies) = document["dependencies"].as_table_like_mut() {
        needed.into_iter().for_each(|name| drop(dependencies.remove(name)));
    }
}

/// `Cargo.lock`. Third parties' crates that nobody needs any more are left for cargo to drop.
pub(super) fn lock(text: &str, scope: &Scope) -> Result<String> {
    let mut document: DocumentMut = text.parse()?;
    if let Some(packages) = document["package"].as_array_of_tables_mut() {
        packages.retain(|package| !package["name"].as_str().is_some_and(|name| scope.leaves_out(name)));
        for package in packages.iter_mut() {
            if let Some(dependencies) = package.get_mut("dependencies").and_then(Item::as_array_mut) {
                without(dependencies, |name| scope.leaves_out(name));
            }
        }
    }
    Ok(document.to_string())
}

fn without(array: &mut Array, is_gone: impl Fn(&str) -> bool) {
    array.retain(|value| !value.as_str().is_some_and(&is_gone));
}
