//! The tests of the ground as a program: `lab` starts it, or a debugger.

fn main() -> std::process::ExitCode {
    simulator::program(ground_suite::cases())
}
