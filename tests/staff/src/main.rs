//! The program `lab-staff`. See the crate `staff`, and `lab-staff --help`.

fn main() -> std::process::ExitCode {
    staff::main()
}
