//! The tests of Lab 4B as a program: `lab` starts it, or a debugger.

fn main() -> std::process::ExitCode {
    simulator::program(shardkv_suite::cases())
}
