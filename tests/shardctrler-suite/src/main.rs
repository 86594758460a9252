//! The tests of Lab 4A as a program: `lab` starts it, or a debugger.

fn main() -> std::process::ExitCode {
    simulator::program(shardctrler_suite::cases())
}
