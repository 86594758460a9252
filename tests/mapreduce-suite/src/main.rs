//! The tests of Lab 1 as a program: `lab` starts it, or a debugger.

fn main() -> std::process::ExitCode {
    simulator::program(mapreduce_suite::cases())
}
