//! The net: encode, decode, compare.
//!
//! The course's labgob walks the static type and complains about private fields, because Go does not send
//! them. Rust derives send every field, and no library can walk a type; what can still lose data is an
//! attribute (`skip`, `default`) or a hand-written `Serialize`, and the value itself shows that best.

use std::any::type_name;
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;

static WARNINGS: AtomicU64 = AtomicU64::new(0);

/// Names of the types already reported: the same mistake is met in every message, but said once.
static REPORTED: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

/// Whether `value` comes back from its bytes unchanged.
///
/// If it does not (or cannot be encoded or decoded at all), the type is reported: one line on standard
/// error, and [`warnings`] grows by one. Each type is reported once per process, however often it is met;
/// the answer is `false` every time.
///
/// Call it in debug builds on whatever is about to be persisted, and in tests on one value of each RPC
/// type. Give it a value whose fields are *not* their defaults: a skipped field that is empty anyway looks
/// healthy. A value that does not equal itself (a NaN) is reported too.
pub fn check_round_trip<T>(value: &T) -> bool
where
    T: Serialize + DeserializeOwned + PartialEq + Debug,
{
    let complaint = match after_round_trip(value) {
        Ok(back) if back == *value => return true,
        Ok(back) => format!("{value:?} came back as {back:?}"),
        Err(reason) => reason,
    };
    warn_once(type_name::<T>(), &complaint);
    false
}

fn after_round_trip<T: Serialize + DeserializeOwned>(value: &T) -> Result<T, String> {
    let bytes = crate::encode(value).map_err(|error| error.to_string())?;
    crate::decode(&bytes).map_err(|error| error.to_string())
}

fn warn_once(name: &'static str, complaint: &str) {
    // Nothing can be half done under this lock, so a panic elsewhere is no reason to stop reporting.
    let is_new = REPORTED.lock().unwrap_or_else(PoisonError::into_inner).insert(name);
    if is_new {
        WARNINGS.fetch_add(1, Ordering::Relaxed);
        eprintln!("labgob warning: {name} does not survive a round trip: {complaint}");
    }
}

/// How many warnings this process has counted, over all threads; it never goes down.
///
/// Tests read it before and after, and assert the difference.
pub fn warnings() -> u64 {
    WARNINGS.load(Ordering::Relaxed)
}
