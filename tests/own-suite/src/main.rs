//! Tests of your own as a program: `lab` starts it, or a debugger.

fn main() -> std::process::ExitCode {
    simulator::program(own_suite::cases())
}
