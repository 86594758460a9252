//! A seed for who has not named one.

/// Short enough to be typed, and exact in every JSON reader: those that know only floating point stop at
/// 2^53.
pub fn random() -> u64 {
    u64::from(rand::random::<u32>())
}
