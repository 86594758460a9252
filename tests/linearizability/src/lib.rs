//! Was this history possible? A linearizability checker for what clients saw.
//!
//! # The question
//!
//! A history is a list of operations, each with its input, its output, and the two moments between which it took effect
//! ([`Operation`]). It is *linearizable* if one order of all operations exists that puts A before B whenever A returned before B
//! was called, and that a sequential specification ([`Model`]) accepts, output for output, from its initial state (Herlihy and
//! Wing, 1990). Two operations whose intervals touch are concurrent: with a clock that can stand still, the other reading
//! would accuse correct systems. So that ties never hide a violation either, take the stamps from [`Stamps`].
//!
//! # The answer
//!
//! [`check()`] says [`Verdict::Ok`], [`Verdict::Illegal`] or [`Verdict::Unknown`]. The last one means that the [`Budget`] was spent; it
//! is never a pass. The [`Report`] explains an illegal history: how far an order can be found, and the first operation
//! that fits into none. [`write_html`] draws it.
//!
//! # How the order is searched
//!
//! Wing and Gong (1993): try, as the next operation, each one that was called before anything still unplaced returned; go back
//! when nothing fits ([`list`], [`search`]). Lowe (2017): remember every pair of *set of placed operations* and *state*, since
//! two prefixes with the same pair have the same future ([`cache`], [`bitset`]). A read that fits is placed at once and stays, since
//! it changes nothing for what follows ([`Model::only_reads`]). Herlihy and Wing's locality, Horn and
//! Kroening (2015): a key/value history is linearizable if every key's history is, so keys are searched
//! apart ([`Model::partition`]). All of them advance together, a slice at a time, and the first illegal one ends the
//! check ([`mod@check`]); a hard key cannot hide an easy one.
//!
//! This crate must not know whose history it is: it stands on nothing of ours, and any store can use it. Start reading at [`mod@check`], then
//! [`search`].
mod annotation;
pub mod bitset;
pub mod cache;
pub mod check;
pub mod generate;
mod history;
pub mod kv;
pub mod list;
mod model;
mod page;
pub mod register;
mod report;
pub mod search;
#[cfg(test)]
mod tests;
pub mod value;

pub use annotation::{Annotation, AnnotationKind};
pub use check::check;
pub use history::{Operation, PENDING, Stamps};
pub use model::Model;
pub use page::write_html;
pub use report::{Budget, PartReport, Report, Verdict};
