//! Cuts the bodies of marked functions.

use std::ops::Range;

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Attribute, Block, ImplItemFn, ItemFn, ItemImpl, Signature, TraitItemFn,
    spanned::Spanned,
    visit::{self, Visit},
};

use super::{
    gated::{Gated, Module, is_cfg},
    marker::Marker,
    scope::Scope,
    source::Edits,
};

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
    pub(super) modules: Vec<Module>,
}

/// Cuts one file of the lab that is to be written. `module_text` knows the texts of the modules that it declares.
///
/// # Errors
/// If it is no Rust.
pub(super) fn solution(
    text: &str,
    scope: &Scope,
    module_text: &dyn Fn(&Module) -> String,
) -> syn::Result<CutFile> {
    let file = syn::parse_file(text)?;
    let mut functions =
        Functions { scope, text, edits: Edits::new(text), cut: CutFile::default(), helpers: Vec::new() };
    functions.visit_file(&file);
    let is_test = |attribute: &Attribute| is_cfg(attribute, &["test"]);
    let tests = Gated::of(&file, &is_test);
    let inline = tests.items.iter().map(|range| text[range.clone()].to_owned());
    let mut texts = inline.chain(tests.modules.iter().map(module_text));
    // Unit tests that call helpers cannot stay: helpers are no more.
    if texts.any(|text| words(&text).iter().any(|word| functions.helpers.contains(word))) {
        functions.cut.modules = tests.modules;
        tests.items.into_iter().for_each(|range| functions.edits.remove_lines(range));
    }
    let Functions { edits, cut, .. } = functions;
    Ok(CutFile { text: edits.apply(), ..cut })
}

/// Finds marked functions.
struct Functions<'a> {
    scope: &'a Scope,
    text: &'a str,
    edits: Edits<'a>,
    cut: CutFile,
    helpers: Vec<String>,
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
            self.helpers.push(signature.ident.to_string());
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
    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        let helpers = self.helpers.len();
        visit::visit_item_impl(self, item);
        if self.helpers.len() - helpers == item.items.len() && item.trait_.is_none() && !item.items.is_empty()
        {
            self.edits.remove_lines(item.span().byte_range());
        }
    }

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

/// All names in a piece of Rust, those in macros too.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut streams: Vec<TokenStream> = text.parse().into_iter().collect();
    while let Some(stream) = streams.pop() {
        for token in stream {
            match token {
                TokenTree::Group(group) => streams.push(group.stream()),
                TokenTree::Ident(ident) => words.push(ident.to_string()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
    words
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
    // With line breaks inside, because a test that fails shows it.
    let wrapped = wrap(&literal, WIDTH_MAX - inner.len() - 4).join(&format!("\\n\\\n{inner} "));
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

#[cfg(test)]
mod tests;
