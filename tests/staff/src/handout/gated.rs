//! Takes out what only exists under a condition: with labs that stay out, or with the reference.

use std::ops::Range;

use syn::{
    Arm, Attribute, File, Item, Lit, Stmt, Variant,
    spanned::Spanned,
    visit::{self, Visit},
};

use super::{
    cut::CutFile,
    scope::{Lab, Scope},
    source::Edits,
};

/// The feature of the crate `tests` that brings in what makes sense beside the reference only.
pub(super) const REFERENCE: &str = "reference";

/// A module with a file of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Module {
    pub(super) name: String,
    /// Its file, if it says so: `#[path = "…"]`.
    pub(super) path: Option<String>,
}

/// Takes everything out of one file that only exists with labs which stay out, or with the reference.
///
/// # Errors
/// If it is no Rust.
pub(super) fn absent(text: &str, scope: &Scope) -> syn::Result<CutFile> {
    let file = syn::parse_file(text)?;
    let features = scope.absent().map(Lab::feature).chain([REFERENCE]);
    let features: Vec<String> = features.map(|feature| format!("\"{feature}\"")).collect();
    let features: Vec<&str> = features.iter().map(String::as_str).collect();
    let is_gone = |attribute: &Attribute| is_cfg(attribute, &features);
    let gated = Gated::of(&file, &is_gone);
    let mut edits = Edits::new(text);
    gated.items.into_iter().for_each(|range| edits.remove_lines(range));
    Ok(CutFile { text: edits.apply(), modules: gated.modules, ..CutFile::default() })
}

/// Whether this is a `cfg` that asks for one of `words`, alone or among others in `all(…)`.
pub(super) fn is_cfg(attribute: &Attribute, words: &[&str]) -> bool {
    let tokens = match &attribute.meta {
        syn::Meta::List(list) if list.path.is_ident("cfg") => list.tokens.to_string(),
        _ => return false,
    };
    let mut asked = tokens.split([' ', ',', '(', ')', '=']);
    !tokens.contains("any") && !tokens.contains("not") && asked.any(|word| words.contains(&word))
}

/// Whatever carries an attribute that is asked for.
pub(super) struct Gated<'a> {
    is_gone: &'a dyn Fn(&Attribute) -> bool,
    pub(super) items: Vec<Range<usize>>,
    /// Modules among them whose text stands in another file.
    pub(super) modules: Vec<Module>,
}

impl<'a> Gated<'a> {
    pub(super) fn of(file: &File, is_gone: &'a dyn Fn(&Attribute) -> bool) -> Self {
        let mut gated = Gated { is_gone, items: Vec::new(), modules: Vec::new() };
        gated.visit_file(file);
        gated
    }

    /// Notes `node` if it is to go.
    fn takes(&mut self, attributes: &[Attribute], node: &impl Spanned) -> bool {
        let is_gone = attributes.iter().any(self.is_gone);
        if is_gone {
            self.items.push(node.span().byte_range());
        }
        is_gone
    }
}

impl<'ast> Visit<'ast> for Gated<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if !self.takes(attributes_of(item), item) {
            return visit::visit_item(self, item);
        }
        if let Item::Mod(module) = item
            && module.content.is_none()
        {
            let path = module.attrs.iter().find_map(path_of);
            self.modules.push(Module { name: module.ident.to_string(), path });
        }
    }

    fn visit_variant(&mut self, variant: &'ast Variant) {
        self.takes(&variant.attrs, variant);
    }

    fn visit_arm(&mut self, arm: &'ast Arm) {
        if !self.takes(&arm.attrs, arm) {
            visit::visit_arm(self, arm);
        }
    }

    fn visit_stmt(&mut self, statement: &'ast Stmt) {
        let attributes: &[Attribute] = match statement {
            Stmt::Expr(syn::Expr::MethodCall(call), _) => &call.attrs,
            Stmt::Expr(syn::Expr::Call(call), _) => &call.attrs,
            Stmt::Expr(syn::Expr::If(branch), _) => &branch.attrs,
            Stmt::Local(local) => &local.attrs,
            _ => &[],
        };
        if !self.takes(attributes, statement) {
            visit::visit_stmt(self, statement);
        }
    }
}

fn path_of(attribute: &Attribute) -> Option<String> {
    let syn::Meta::NameValue(pair) = &attribute.meta else { return None };
    match &pair.value {
        syn::Expr::Lit(syn::ExprLit { lit: Lit::Str(path), .. }) if pair.path.is_ident("path") => {
            Some(path.value())
        }
        _ => None,
    }
}

fn attributes_of(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_an_absent_lab_or_the_reference_goes() {
        let source = "\
#[cfg(feature = \"lab2\")]
pub mod two;
#[cfg(feature = \"lab3\")]
#[path = \"3.rs\"]
pub mod three;

enum Command {
    Test,
    /// Makes one.
    #[cfg(feature = \"reference\")]
    Handout(Vec<u8>),
}

fn all() {
    #[cfg(feature = \"lab2\")]
    cases.extend(two());
    #[cfg(all(feature = \"lab3\", unix))]
    cases.extend(three());
    match command {
        Command::Test => end(),
        #[cfg(feature = \"reference\")]
        Command::Handout(_) => make(),
    }
}
";
        let cut = absent(source, &Scope::new(Lab::Two, None).expect("there is a Lab 2")).expect("valid Rust");
        let expected = "\
#[cfg(feature = \"lab2\")]
pub mod two;

enum Command {
    Test,
}

fn all() {
    #[cfg(feature = \"lab2\")]
    cases.extend(two());
    match command {
        Command::Test => end(),
    }
}
";
        assert_eq!(cut.text, expected);
        assert_eq!(cut.modules, [Module { name: "three".into(), path: Some("3.rs".into()) }]);
    }
}
