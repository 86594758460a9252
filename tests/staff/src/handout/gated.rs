//! Finds what only exists under a condition: for tests, say.

use std::ops::Range;

use syn::{
    Attribute, File, Item, Lit,
    spanned::Spanned,
    visit::{self, Visit},
};

/// A module with a file of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Module {
    pub(super) name: String,
    /// Its file, if it says so: `#[path = "…"]`.
    pub(super) path: Option<String>,
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
