//! Randomness of the operating system, replaced by a seeded stream for the code under test.
//!
//! Code that iterates a `HashMap`, uses an unbiased `tokio::select!` or calls `rand::rng()` asks the system for random
//! bytes. This file defines the C function they all end at. On a thread that was given a seed, it serves the
//! run's own stream; on all others (and before that call) it asks the kernel as ever.

#![allow(unsafe_code, reason = "a C symbol can only be defined and a system call only be made this way")]

use std::{cell::RefCell, ffi::c_void};

use rand::{Rng, SeedableRng, rngs::SmallRng};

thread_local! {
    static STREAM: RefCell<Option<SmallRng>> = const { RefCell::new(None) };
}

/// From here on, everything that asks the system for randomness on this thread gets it from `seed`. The thread should
/// be fresh: `HashMap` and `rand::rng()` keep what they once drew.
pub(crate) fn seed_this_thread(seed: u64) {
    STREAM.set(Some(SmallRng::seed_from_u64(seed)));
}

/// Whether the symbols below are the ones that the code under test ends at: where they are not, equal seeds need not
/// give equal runs, and the determinism check says so.
pub fn is_seedable() -> bool {
    let draw = |seed| {
        std::thread::spawn(move || {
            seed_this_thread(seed);
            (rand::random::<u64>(), std::hash::RandomState::new())
        })
    };
    let hash = |state: &std::hash::RandomState| std::hash::BuildHasher::hash_one(state, 1);
    match (draw(7).join(), draw(7).join()) {
        (Ok(a), Ok(b)) => a.0 == b.0 && hash(&a.1) == hash(&b.1),
        _ => false,
    }
}

/// Fills the buffer from the thread's stream; `false` if it has none.
fn fill(buffer: *mut c_void, length: usize) -> bool {
    STREAM
        .try_with(|stream| {
            let mut stream = stream.borrow_mut();
            let Some(rng) = stream.as_mut() else { return false };
            // SAFETY: the caller of the C function vouches for `length` writable bytes at `buffer`.
            let bytes = unsafe { std::slice::from_raw_parts_mut(buffer.cast::<u8>(), length) };
            rng.fill_bytes(bytes);
            true
        })
        .unwrap_or(false)
}

/// `getrandom(2)` as the C library offers it.
///
/// # Safety
/// `buffer` must be valid for writes of `length` bytes.
#[cfg(target_os = "linux")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn getrandom(buffer: *mut c_void, length: usize, flags: std::ffi::c_uint) -> isize {
    if length > 0 && fill(buffer, length) {
        return isize::try_from(length).unwrap_or(isize::MAX);
    }
    // SAFETY: the arguments are passed on unchanged.
    unsafe { libc::syscall(libc::SYS_getrandom, buffer, length, flags) as isize }
}

/// macOS asks under these two names. Written from its manual pages and untested there.
#[cfg(target_os = "macos")]
mod macos {
    use super::{c_void, fill};

    fn from_system(buffer: *mut c_void, length: usize) -> i32 {
        use std::io::Read;
        // SAFETY: as in `fill`.
        let bytes = unsafe { std::slice::from_raw_parts_mut(buffer.cast::<u8>(), length) };
        let read = std::fs::File::open("/dev/urandom").and_then(|mut file| file.read_exact(bytes));
        if read.is_ok() { 0 } else { -1 }
    }

    /// `getentropy(2)`.
    ///
    /// # Safety
    /// `buffer` must be valid for writes of `length` bytes.
    #[unsafe(no_mangle)]
    pub unsafe extern "C" fn getentropy(buffer: *mut c_void, length: usize) -> i32 {
        if fill(buffer, length) { 0 } else { from_system(buffer, length) }
    }

    /// CommonCrypto's source, which the standard library uses.
    ///
    /// # Safety
    /// `buffer` must be valid for writes of `length` bytes.
    #[unsafe(no_mangle)]
    pub unsafe extern "C" fn CCRandomGenerateBytes(buffer: *mut c_void, length: usize) -> i32 {
        if fill(buffer, length) { 0 } else { from_system(buffer, length) }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_symbols_are_ours_on_linux() {
        assert!(is_seedable());
    }

    #[test]
    fn other_threads_still_ask_the_kernel() {
        let draw = || std::thread::spawn(rand::random::<u64>).join().expect("the thread ends well");
        assert_ne!(draw(), draw());
    }
}
