//! The programs that build the labs, or are good to have.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::Finding;

/// The oldest Rust that will do: what Cargo.toml says.
const RUST_MIN: &str = env!("CARGO_PKG_RUST_VERSION");

pub(super) fn all() -> Vec<Finding> {
    vec![
        rust(),
        tool("cargo", "cargo", "builds everything", RUSTUP),
        tool("rustfmt", "rustfmt", "for make verify", "rustup component add rustfmt").or_optional(),
        tool("clippy", "cargo-clippy", "for make verify", "rustup component add clippy").or_optional(),
        linker(),
        make(),
        tool("git", "git", "to keep your steps", &install("git")).or_optional(),
        chromium(),
    ]
}

const RUSTUP: &str = "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh";

fn rust() -> Finding {
    let Some(version) = said(Path::new("rustc")) else {
        return Finding::missing("rust", format!("rustc not found; {RUST_MIN} or later is needed"), RUSTUP);
    };
    if is_at_least(&version, RUST_MIN) {
        return Finding::ok("rust", format!("{version} ({RUST_MIN} or later is needed)"));
    }
    Finding::missing("rust", format!("{version}, but {RUST_MIN} or later is needed"), "rustup update stable")
}

fn linker() -> Finding {
    let wanted = env::var_os("CC").map_or_else(|| PathBuf::from("cc"), PathBuf::from);
    match said(&wanted) {
        Some(version) => Finding::ok("cc", version),
        None => Finding::missing("cc", "no C linker: nothing can be linked", install("gcc")),
    }
}

fn make() -> Finding {
    match said(Path::new("make")) {
        Some(version) if version.contains("GNU Make") => Finding::ok("make", version),
        Some(version) => {
            Finding::missing("make", format!("{version}, which is not GNU make"), install("make"))
        }
        None => Finding::missing("make", "not found", install("make")),
    }
}

/// The browser that the tests of the HTML pages look for, in the same places.
fn chromium() -> Finding {
    let named = env::var_os("CHROMIUM").map(PathBuf::from);
    let usual = ["chromium", "chromium-browser", "google-chrome"].map(PathBuf::from);
    match named.into_iter().chain(usual).find_map(|program| said(&program)) {
        Some(version) => Finding::ok("chromium", version),
        None => Finding::optional("chromium", "some tests of HTML pages are skipped", install("chromium")),
    }
}

fn tool(what: &'static str, program: &str, purpose: &str, mend: &str) -> Finding {
    match said(Path::new(program)) {
        Some(version) => Finding::ok(what, version),
        None => Finding::missing(what, format!("not found ({purpose})"), mend),
    }
}

/// What the program says to `--version`, first line; `None` if it cannot be started or fails.
fn said(program: &Path) -> Option<String> {
    let output = Command::new(program).arg("--version").stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    output.status.success().then(|| text.lines().next().unwrap_or_default().to_owned())
}

/// The command that installs a package here.
pub(super) fn install(package: &str) -> String {
    const MANAGERS: [(&str, &str); 5] = [
        ("apt-get", "sudo apt-get install -y"),
        ("dnf", "sudo dnf install -y"),
        ("pacman", "sudo pacman -S"),
        ("apk", "sudo apk add"),
        ("brew", "brew install"),
    ];
    let found = MANAGERS.iter().find(|(program, _)| said(Path::new(program)).is_some());
    found.map_or_else(|| format!("install {package}"), |(_, command)| format!("{command} {package}"))
}

/// Whether `said` ("rustc 1.93.0 (…)") names a version at least `min` ("1.93").
fn is_at_least(said: &str, min: &str) -> bool {
    let numbers =
        |text: &str| -> Vec<u32> { text.split(['.', '-']).map_while(|part| part.parse().ok()).collect() };
    let version = said.split_whitespace().nth(1).unwrap_or_default();
    numbers(version) >= numbers(min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        for good in ["rustc 1.93.0 (abc 2026-01-01)", "rustc 1.100.0", "rustc 2.0.0", "rustc 1.94.0-nightly"]
        {
            assert!(is_at_least(good, "1.93"), "{good}");
        }
        for bad in ["rustc 1.92.9", "rustc 1.9.0", "rustc", ""] {
            assert!(!is_at_least(bad, "1.93"), "{bad}");
        }
    }
}
