//! The tests of Lab 3 as a program: `lab` starts it, or a debugger.

fn main() -> std::process::ExitCode {
    simulator::program(kvraft_suite::cases())
}
