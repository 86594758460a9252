use super::*;

const HEADER: Header = Header { job: 7, map: 1, reduce: 2 };

fn file(groups: &[(&str, &[&str])]) -> tempfile::NamedTempFile {
    let groups: Vec<(&str, Values)> =
        groups.iter().map(|(key, values)| (*key, values.iter().copied().collect())).collect();
    let groups: Vec<Group<'_>> = groups.iter().map(|(key, values)| (*key, values)).collect();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let bytes = write(file.as_file_mut(), HEADER, &groups).unwrap();
    assert_eq!(bytes, file.path().metadata().unwrap().len());
    file
}

fn merged(files: &[&tempfile::NamedTempFile]) -> Result<Vec<(String, Vec<String>)>> {
    let readers = files.iter().map(|file| Reader::open(file.path(), HEADER)).collect::<Result<_>>()?;
    let mut all = Vec::new();
    merge(readers, |key, values| {
        all.push((key.to_owned(), values.sorted().into_iter().map(str::to_owned).collect()));
        Ok(())
    })?;
    Ok(all)
}

fn row(key: &str, values: &[&str]) -> (String, Vec<String>) {
    (key.to_owned(), values.iter().copied().map(str::to_owned).collect())
}

#[test]
fn any_text_survives() {
    let first = file(&[("", &["empty key"]), ("a b", &["x\ny"]), ("naïve\n", &["", "日本"])]);
    let second = file(&[("a b", &["z"]), ("zz", &[""])]);
    let expected = [
        row("", &["empty key"]),
        row("a b", &["x\ny", "z"]),
        row("naïve\n", &["", "日本"]),
        row("zz", &[""]),
    ];
    assert_eq!(merged(&[&first, &second]).unwrap(), expected);
}

#[test]
fn a_key_may_span_blocks_and_files_may_be_empty() {
    let value = "v".repeat(BLOCK_BYTES / 3);
    let values = vec![value.as_str(); 10];
    let large = file(&[("a", &["1"]), ("k", &values)]);
    let empty = file(&[]);
    assert_eq!(merged(&[&empty, &large, &empty]).unwrap(), [row("a", &["1"]), row("k", &values)]);
}

#[test]
fn foreign_and_damaged_files_are_refused() {
    let good = file(&[("a", &["1", "2"])]);
    let other = Header { job: 8, ..HEADER };
    assert!(Reader::open(good.path(), other).err().unwrap().to_string().contains("another job"));
    let bytes = std::fs::read(good.path()).unwrap();
    for length in 0..bytes.len() {
        let cut = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(cut.path(), &bytes[..length]).unwrap();
        let error = merged(&[&cut]).expect_err("a cut file is noticed");
        assert!(error.to_string().contains("damaged"), "{error}");
    }
}
