//! The tests of Lab 2 as a program: `lab` starts it, or a debugger.

fn main() -> std::process::ExitCode {
    simulator::program(raft_suite::cases())
}
