//! Cuts the bodies of marked functions, and takes out what belongs to labs that stay out.

use std::ops::Range;

use syn::{
    Attribute, Block, ImplItemFn, Item, ItemFn, Signature, Stmt, TraitItemFn,
    spanned::Spanned,
    visit::{self, Visit},
};

use super::{marker::Marker, scope::Scope, source::Edits};

/// Longest line of what is written into the place of a body.
const WIDTH_MAX: usize = 110;

/// A function that is left to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stub {
    /// Its name.
    pub function: String,
    /// The part it belongs to.
    pub part: String,
    /// What is to be done.
    pub text: String,
}

/// What has become of one source file.
#[derive(Debug, Default)]
pub(super) struct CutFile {
    pub(super) text: String,
    pub(super) stubs: Vec<Stub>,
    /// What was taken out of it, as it stood there.
    pub(super) removed: Vec<String>,
    /// Modules declared here that have gone with their declarations.
    pub(super) modules: Vec<String>,
}

/// Cuts one file of the lab that is to be written.
///
/// # Errors
/// If it is no Rust.
pub(super) fn solution(text: &str, scope: &Scope) -> syn::Result<CutFile> {
    let file = syn::parse_file(text)?;
    let mut functions =
        Functions { scope, text, edits: Edits::new(text), cut: CutFile::default(), helpers: 0 };
    functions.visit_file(&file);
    if functions.helpers > 0 {
        // Unit tests call helpers, which are no more.
        let tests = |attribute: &Attribute| is_cfg(attribute, &["test"]);
        let mut gated = Gated { is_gone: &tests, items: Vec::new(), modules: Vec::new() };
        gated.visit_file(&file);
        functions.cut.modules = gated.modules;
        gated.items.into_iter().for_each(|range| functions.edits.remove_lines(range));
    }
    let Functions { edits, cut, .. } = functions;
    // Where the last item went, an empty line would be left.
    let text = edits.apply().trim_end().to_owned() + "\n";
    Ok(CutFile { text, ..cut })
}

/// Takes everything out of one file that only exists with labs which stay out.
///
/// # Errors
/// If it is no Rust.
pub(super) fn absent_labs(text: &str, scope: &Scope) -> syn::Result<CutFile> {
    let file = syn::parse_file(text)?;
    let features: Vec<String> = scope.absent().map(|lab| format!("\"{}\"", lab.feature())).collect();
    let features: Vec<&str> = features.iter().map(String::as_str).collect();
    let is_gone = |attribute: &Attribute| is_cfg(attribute, &features);
    let mut gated = Gated { is_gone: &is_gone, items: Vec::new(), modules: Vec::new() };
    gated.visit_file(&file);
    let mut edits = Edits::new(text);
    gated.items.into_iter().for_each(|range| edits.remove_lines(range));
    Ok(CutFile { text: edits.apply(), modules: gated.modules, ..CutFile::default() })
}

/// Whether this is a `cfg` that asks for one of `words`, alone or among others in `all(…)`.
fn is_cfg(attribute: &Attribute, words: &[&str]) -> bool {
    let tokens = match &attribute.meta {
        syn::Meta::List(list) if list.path.is_ident("cfg") => list.tokens.to_string(),
        _ => return false,
    };
    let mut asked = tokens.split([' ', ',', '(', ')', '=']);
    !tokens.contains("any") && !tokens.contains("not") && asked.any(|word| words.contains(&word))
}

/// Finds marked functions.
struct Functions<'a> {
    scope: &'a Scope,
    text: &'a str,
    edits: Edits<'a>,
    cut: CutFile,
    helpers: usize,
}

impl Functions<'_> {
    fn function(
        &mut self,
        attributes: &[Attribute],
        signature: &Signature,
        body: &Block,
        whole: Range<usize>,
    ) {
        let marker = Marker::of(attributes);
        let Some(marker) = marker.filter(|marker| self.scope.parts().contains(&&*marker.part)) else {
            return;
        };
        if marker.is_helper {
            self.helpers += 1;
            self.cut.removed.push(self.text[whole.clone()].to_owned());
            self.edits.remove_lines(whole);
            return;
        }
        let range = body.span().byte_range();
        self.cut.removed.push(self.text[range.clone()].to_owned());
        let indentation = self.edits.indentation(whole.end - 1);
        self.edits.replace(range, stub(&marker, indentation));
        let Marker { part, text, .. } = marker;
        self.cut.stubs.push(Stub { function: signature.ident.to_string(), part, text });
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.function(&item.attrs, &item.sig, &item.block, item.span().byte_range());
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.function(&item.attrs, &item.sig, &item.block, item.span().byte_range());
    }

    fn visit_trait_item_fn(&mut self, item: &'ast TraitItemFn) {
        if let Some(body) = &item.default {
            self.function(&item.attrs, &item.sig, body, item.span().byte_range());
        }
    }
}

/// The body of a function that is to be written.
fn stub(marker: &Marker, indentation: &str) -> String {
    let part = &marker.part;
    let before = marker.before.as_ref().map_or(String::new(), |value| {
        format!(
            "\n{indentation}    // The tests of earlier parts do without this.\n{indentation}    \
             if std::env::var(\"LAB_PART\").is_ok_and(|part| *part < *{part:?}) {{\n{indentation}        \
             return {value};\n{indentation}    }}"
        )
    });
    let escaped = format!("{:?}", format!("Lab {}: {}", marker.part, marker.text));
    let literal = escaped.replace('{', "{{").replace('}', "}}");
    let line = format!("{indentation}    todo!({literal})");
    if line.chars().count() <= WIDTH_MAX {
        return format!("{{{before}\n{line}\n{indentation}}}");
    }
    let inner = format!("{indentation}        ");
    let wrapped = wrap(&literal, WIDTH_MAX - inner.len() - 2).join(&format!(" \\\n{inner} "));
    format!("{{{before}\n{indentation}    todo!(\n{inner}{wrapped}\n{indentation}    )\n{indentation}}}")
}

fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().expect("there is always one");
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

/// Finds items and statements by an attribute.
struct Gated<'a> {
    is_gone: &'a dyn Fn(&Attribute) -> bool,
    items: Vec<Range<usize>>,
    modules: Vec<String>,
}

impl<'ast> Visit<'ast> for Gated<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if !attributes_of(item).iter().any(self.is_gone) {
            return visit::visit_item(self, item);
        }
        self.items.push(item.span().byte_range());
        match item {
            Item::Mod(module) if module.content.is_none() => self.modules.push(module.ident.to_string()),
            _ => {}
        }
    }

    fn visit_stmt(&mut self, statement: &'ast Stmt) {
        let attributes: &[Attribute] = match statement {
            Stmt::Expr(syn::Expr::MethodCall(call), _) => &call.attrs,
            Stmt::Expr(syn::Expr::Call(call), _) => &call.attrs,
            Stmt::Local(local) => &local.attrs,
            _ => &[],
        };
        if attributes.iter().any(self.is_gone) {
            self.items.push(statement.span().byte_range());
        } else {
            visit::visit_stmt(self, statement);
        }
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
mod tests;
