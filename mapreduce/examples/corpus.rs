//! Writes eight made-up books to a folder: `corpus FOLDER [SEED]`. For machines that do not have the course's.

use std::{env, path::PathBuf, process::ExitCode};

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let folder = arguments.next().map(PathBuf::from);
    let seed = arguments.next().map_or(Ok(6824), |seed| seed.parse());
    let (Some(folder), Ok(seed)) = (folder, seed) else {
        eprintln!("usage: corpus FOLDER [SEED]");
        return ExitCode::FAILURE;
    };
    match mapreduce::corpus::generate(&folder, seed) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: cannot write to {}: {error}", folder.display());
            ExitCode::FAILURE
        }
    }
}
