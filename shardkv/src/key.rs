//! Which shard a key belongs to.

use shardctrler::N_SHARDS;

/// The shard of a key. Clients and servers must agree on it, for ever.
pub fn key2shard(key: &str) -> usize {
    usize::from(key.as_bytes().first().copied().unwrap_or(0)) % N_SHARDS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ten_digits_cover_the_ten_shards() {
        let shards: Vec<_> = (0..10).map(|i| key2shard(&i.to_string())).collect();
        assert_eq!(shards, [8, 9, 0, 1, 2, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn only_the_first_byte_counts() {
        assert_eq!(key2shard(""), 0);
        assert_eq!(key2shard("1"), key2shard("19"));
        assert_eq!(key2shard("é"), 0xc3 % 10);
    }
}
