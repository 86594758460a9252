use std::time::{SystemTime, UNIX_EPOCH};

use super::parallel::running_now;
use crate::{Application, Emit, Values};

/// Which workers ran maps when, and how many at the same time.
pub(super) struct MapTiming;

impl Application for MapTiming {
    fn map(&self, _file: &str, _contents: &[u8], emit: &mut Emit<'_>) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later than 1970");
        let pid = std::process::id();
        let running = running_now("map");
        emit(&format!("times-{pid}"), &format!("{:.1}", now.as_secs_f64()));
        emit(&format!("parallel-{pid}"), &running.to_string());
    }

    fn reduce(&self, _key: &str, values: &Values) -> String {
        values.sorted().join(" ")
    }
}

/// How many workers run reduces at the same time.
pub(super) struct ReduceTiming;

impl Application for ReduceTiming {
    fn map(&self, _file: &str, _contents: &[u8], emit: &mut Emit<'_>) {
        for key in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"] {
            emit(key, "1");
        }
    }

    fn reduce(&self, _key: &str, _values: &Values) -> String {
        running_now("reduce").to_string()
    }
}
