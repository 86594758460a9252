//! A page in a real browser. Where none is installed, this says so on stderr and loads nothing.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// As long as a browser may take to start, load a page from disk and print it. Usually it takes a second.
const PATIENCE: Duration = Duration::from_secs(180);

/// The browser: `CHROMIUM`, or the first of the usual names on the path that can be started.
fn browser() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    let usual = ["chromium", "chromium-browser", "google-chrome"].map(PathBuf::from);
    let starts = |program: &PathBuf| {
        let quiet =
            Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        quiet.is_ok_and(|status| status.success())
    };
    named.into_iter().chain(usual).find(starts)
}

/// Loads a page, with `more` options of the browser. Returns the page's elements after its scripts ran, and what the browser logged. `None`, said on stderr, without a browser.
pub fn load(page: &Path, directory: &Path, more: &[&str]) -> Option<(String, String)> {
    let Some(program) = browser() else {
        // Not `eprintln`: the test runner would keep it to itself.
        let skipped = "SKIPPED: no chromium, chromium-browser or google-chrome on the path, nor CHROMIUM set; not loaded:";
        writeln!(std::io::stderr(), "{skipped} {}", page.display()).expect("stderr");
        return None;
    };
    let (dom, log) = (directory.join("dom"), directory.join("log"));
    let file = |path| std::fs::File::create(path).expect("a file in a temporary directory");
    let mut child = Command::new(program)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--enable-logging=stderr", "--window-size=1400,900", "--dump-dom"])
        .args(more)
        .arg(format!("--user-data-dir={}", directory.join("profile").display()))
        .arg(format!("file://{}", page.display()))
        .stdin(Stdio::null())
        .stdout(file(&dom))
        .stderr(file(&log))
        .spawn()
        .expect("a browser that just told its version");
    let begin = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("a child of ours") {
            break status;
        }
        if begin.elapsed() > PATIENCE {
            child.kill().expect("a child of ours");
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let read = |path| String::from_utf8_lossy(&std::fs::read(path).expect("written above")).into_owned();
    let (dom, log) = (read(&dom), read(&log));
    assert!(status.success(), "{status} after {:?}: {log}", begin.elapsed());
    Some((dom, log))
}
