//! All that the submissions of these tests do besides Raft. The rig lays this file into the reference's sources, which call
//! [`begin`] whenever a server is made and [`start`] whenever a command comes in.
//!
//! One program that knows every trick is built once; each trick in a program of its own would be built thirty times. A run
//! learns its trick from the file `order`, the name and a word about it, in the folder of books for Lab 1 (`CORPUS`): the
//! one folder that a test can choose and a run may read. Without that folder, this is the reference.

use std::{env, fs, hint::{black_box, spin_loop}, io::{self, Read, Write}, net::{TcpListener, TcpStream}, os::unix::process::CommandExt, panic, path::Path, process::{exit, Child, Command, ExitStatus, Stdio}, sync::atomic::{AtomicUsize, Ordering}, thread, time::{Duration, Instant}};

/// So many were made in this run.
static SERVERS: AtomicUsize = AtomicUsize::new(0);

/// The trick, and the word.
fn order() -> Option<(String, String)> {
    let file = Path::new(&env::var_os("CORPUS")?).join("order");
    let text = fs::read_to_string(file).expect("a run may read its order");
    let (trick, word) = text.split_once('\n').expect("an order has two lines");
    Some((trick.to_owned(), word.to_owned()))
}

/// A server is made.
pub(crate) fn begin() {
    let Some((trick, word)) = order() else { return };
    match trick.as_str() {
        "be good" | "half" => {}
        "panic" => panic!("not today: {word}"),
        "exit" => exit(0),
        "forge" => forge(&word),
        "trespass" => trespass(Path::new(&word)),
        "silence" => silence(),
        "look for seeds" => look_for_seeds(),
        "slow" => burn(Duration::from_millis(300)),
        "burn" => burn(Duration::from_secs(600)),
        "loop" => loop {
            spin_loop();
        },
        "hoard" => println!("{}", vec![1_u8; 100 << 30].len()),
        "recurse" => println!("{}", deep(0)),
        "flood" => flood(),
        "flood and panic" => {
            flood();
            panic!("that was all of it")
        }
        "close" => close(Stdio::null),
        "close and panic" => {
            println!("this was before");
            close(Stdio::null);
            println!("this was after");
            panic!("not today: {word}")
        }
        "close and print" => {
            close(Stdio::piped);
            println!("to nobody")
        }
        "fill" => fill(),
        "crowd" => panic!("it got {}", crowd(&word).len()),
        "ask" => panic!("{}", ask(&word)),
        "survey" => survey(&word),
        "escape" => escape(&word),
        "bomb" => {
            shell("bomb() { bomb | bomb & }; bomb", &word).ok();
            forever()
        }
        "kill" => {
            shell("kill -9 -1; kill -9 $PPID", "").ok();
        }
        "sleep" => sleep(&word),
        // The first test has three servers, the second one seven.
        "sleep later" if SERVERS.fetch_add(1, Ordering::Relaxed) >= 3 => sleep(&word),
        "sleep later" => {}
        unknown => panic!("no trick is called {unknown}"),
    }
}

/// A command comes in.
pub(crate) fn start() {
    if order().is_some_and(|(trick, _)| trick == "half") {
        todo!("Lab 2B")
    }
}

/// Says that all is well, to whom it may concern. `report` is the real one's place.
fn forge(report: &str) {
    println!("Test (2A): initial election ...\n  ... Passed --   3.1  3   58   16840    0");
    println!("PASS\nruns: 2 passed, 0 failed");
    for place in ["grade.json", "../grade.json", report, "results.json"] {
        let forgery = r#"{"submission":"ada","build":"done","points":100,"finished":true}"#;
        fs::write(place, forgery).ok();
    }
    // Whatever is open, a message for it.
    for number in 0..32 {
        let message = "{\"done\":{\"nonce\":\"\",\"failure\":null}}\n";
        fs::write(format!("/proc/self/fd/{number}"), message).ok();
    }
    exit(0)
}

/// Ends the run if anything can be done that must not be.
fn trespass(victim: &Path) {
    if let Ok(secret) = fs::read_to_string(victim.join("secret")) {
        println!("{secret}");
        exit(3)
    }
    if fs::write(victim.join("mine"), "").is_ok() {
        exit(4)
    }
    if fs::remove_dir_all(victim).is_ok() {
        exit(5)
    }
    if fs::read("/proc/self/mem").is_ok() || fs::read("/proc/self/environ").is_ok() {
        exit(6)
    }
    if TcpListener::bind("127.0.0.1:0").is_ok() {
        exit(7)
    }
    // Its own folder is its own.
    fs::write("mine", "").expect("it may write here");
    assert_eq!(env::temp_dir(), env::current_dir().expect("it is somewhere"));
}

fn silence() {
    panic::set_hook(Box::new(|_| {}));
    panic!("in the middle of the test")
}

fn look_for_seeds() {
    if env::vars_os().any(|(name, _)| name == "LAB_HIDDEN_SEEDS") {
        exit(7)
    }
}

fn burn(time: Duration) {
    let end = Instant::now() + time;
    while Instant::now() < end {
        spin_loop();
    }
}

fn sleep(word: &str) -> ! {
    Command::new("sleep").arg(word).status().ok();
    forever()
}

fn forever() -> ! {
    loop {
        thread::sleep(Duration::from_secs(1));
    }
}

fn deep(level: u64) -> u64 {
    if level == u64::MAX { 0 } else { black_box(deep(level + 1)) + 1 }
}

fn flood() {
    let line = "x".repeat(1000);
    for _ in 0..2_000 {
        println!("{line}");
    }
}

/// Closes all inputs and outputs that it has inherited. Without `unsafe`, too: a program that cannot be started leaves the one
/// that wanted to become it with what was meant for it. Pipes are worse than nothing: they have no other end.
fn close(into: fn() -> Stdio) {
    let error = Command::new("/nowhere").stdin(into()).stdout(into()).stderr(into()).exec();
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
}

/// A file of a hundred megabytes.
fn fill() {
    let mut file = fs::File::create("large").expect("it may write here");
    for _ in 0..100 {
        file.write_all(&vec![1; 1 << 20]).expect("there is room");
    }
}

/// As many processes at the same time as it can get, up to a hundred.
fn crowd(word: &str) -> Vec<Child> {
    (0..100).map_while(|_| Command::new("sleep").arg(word).spawn().ok()).collect()
}

/// What a shell answers.
fn ask(script: &str) -> String {
    let answer = Command::new("sh").args(["-c", script]).output().expect("a shell can be started");
    String::from_utf8_lossy(&answer.stdout).replace('\n', " ")
}

/// Ends the run with a list of all that is within its reach and should not be. The word: a folder in which the file `open` is everybody's and
/// `own` the grader's alone, the number of a process of the grader, and a port where the grader listens.
fn survey(word: &str) {
    let [folder, process, port] = word.split(' ').collect::<Vec<_>>().try_into().expect("three words");
    let (open, own) = (Path::new(folder).join("open"), Path::new(folder).join("own"));
    let changes = |file| fs::OpenOptions::new().append(true).open(file).is_ok();
    let tried = [
        ("input", io::stdin().read(&mut [0]).is_ok_and(|bytes| bytes > 0)),
        ("read open", fs::read(&open).is_ok()),
        ("change open", changes(&open)),
        ("read own", fs::read(&own).is_ok()),
        ("change own", changes(&own)),
        ("memory", fs::File::open("/proc/self/mem").is_ok()),
        ("network", TcpStream::connect(format!("127.0.0.1:{port}")).is_ok()),
        ("signal", shell("kill -0 $0 2>&-", process).is_ok_and(|status| status.success())),
    ];
    let reached: Vec<&str> = tried.into_iter().filter_map(|(what, done)| done.then_some(what)).collect();
    panic!("within reach: {}", reached.join(", "))
}

/// Leaves two processes behind that are in neither its group nor its session, and whose parent does not wait for them.
fn escape(word: &str) {
    let child = |name| format!("setsid sh -c 'echo > {name}; exec sleep {word}' &");
    let script = format!("{} {} until [ -e a ] && [ -e b ]; do sleep 0.01; done", child("a"), child("b"));
    shell(&script, "").expect("a shell can be started");
}

/// Whatever the script starts in the shell itself can be known by this name.
fn shell(script: &str, name: &str) -> io::Result<ExitStatus> {
    Command::new("sh").args(["-c", script, name]).status()
}
