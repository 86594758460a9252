//! What tools that look for copies need: a hash of every file. Looking is their business.

use std::{collections::BTreeMap, io, path::Path};

use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::submission::Files;

/// Writes `fingerprint.json`: SHA-256 by path.
pub(super) fn write(files: &Files, out: &Path) -> io::Result<()> {
    let hashes: BTreeMap<String, String> =
        files.iter().map(|(path, bytes)| (path.display().to_string(), hash(bytes))).collect();
    let file = NamedTempFile::new_in(out)?;
    serde_json::to_writer_pretty(&file, &hashes)?;
    file.persist(out.join("fingerprint.json")).map(drop).map_err(|error| error.error)
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_hash_is_the_one_that_everybody_has() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(super::hash(b""), empty);
    }
}
