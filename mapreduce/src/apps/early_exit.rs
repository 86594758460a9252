use std::{thread, time::Duration};

use crate::{Application, Emit, Values};

/// Two of its reduces take so long that other workers have nothing to do meanwhile.
pub(super) struct EarlyExit;

impl Application for EarlyExit {
    fn map(&self, file: &str, _contents: &[u8], emit: &mut Emit<'_>) {
        emit(file, "1");
    }

    fn reduce(&self, file: &str, values: &Values) -> String {
        if file.contains("sherlock") || file.contains("tom") {
            thread::sleep(Duration::from_secs(3));
        }
        values.len().to_string()
    }
}
