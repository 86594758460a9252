//! What `--help` says after the options.

pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0    all runs passed
  1    some runs failed
  2    wrong usage: bad option or number, trace file that cannot be written
  3    the build failed (said by the Makefile, and by lab debug)
  4    no test matched
  5    fault of the bench: same seed but different events, or a run that could not be started
  130  interrupted by Ctrl-C (128 + signal for others; 141 if standard output was closed)";

pub(super) const PATTERNS: &str = "\
Patterns:
  2, 2A, labrpc         a part of the course (2: all parts of Lab 2)
  TestFigure82C         an official name
  Figure8|Backup        a regular expression for a part of it
  figure8_2c            a Rust function
Without a pattern: all tests, official and extra. A part stands for its official tests, and with
--extra for the extra ones too.

Environment: LAB_SEED LAB_RUNS LAB_JOBS LAB_CLOCK LAB_TIME_LIMIT stand for the options of these
names where those are missing. An empty one counts as unset.
";

pub(super) const LOGS: &str = "\
Colours are left out where the output is no terminal, and by NO_COLOR=1. With a pager:
`CLICOLOR_FORCE=1 lab logs FILE | less -RS`.

Exit codes:
  0    shown; with --first-bad: nothing is wrong; with --diff: no difference
  1    with --first-bad: a wrong event was found; with --diff: the traces differ
  2    wrong usage, a file that is no trace or of another version, columns that do not fit";

pub(super) const VIEW_HELP: &str = "\
Keys in the page: + - zoom, 0 all, n p next and previous event, e next election, f failure, q fold quiet
time, arrows move. A link to a moment: FILE.html#t=0.522&span=0.01&event=LEADER (seconds).

Exit codes:
  0    the page is written; broken lines of the trace are left out and named
  2    no trace, a trace of another version, or a page that cannot be written";

pub(super) const HINTS: &str = "\
Try level 1 first: often it is enough to know what the test does. No level contains code.

  lab hint TestBackup2B                what it checks
  lab hint TestBackup2B --level 2      which rule is usually broken when it fails
  lab hint TestBackup2B --level all    all three levels, the sections to read included
  lab hint 2B                          level 1 of every test of the part
  lab hint TestLateVotes2C             the goal of a test that is ours (lab list --extra)

Exit codes: 0 shown, 2 wrong usage, 4 no official test matched.";

pub(super) const DOCTOR: &str = "\
Each line is `ok`, `missing` (the labs cannot be done without it) or `optional`; what is not there
comes with the command that mends it. Two short runs prove that tests pass here and replay.

Exit codes: 0 ready to begin, 1 something is missing.";

pub(super) const SCENARIOS: &str = "\
Without a name: the list. Each scenario is a short run on the virtual clock that is checked on the way:
it fails if the answer is not as it says. What was played is kept as a trace for `lab logs`, and as the
page of `lab view`.

  lab scenario two-leaders             play it, with the seed that the book tells of
  lab scenario two-leaders --seed 7    another time; every seed gives the same answer

Exit codes:
  0    played, and all is as the answer says
  1    something was not: the report says what
  2    wrong usage, or a file that cannot be written
  4    no scenario of this build is called that
  5    fault of the bench";

pub(super) const DEBUGGING: &str = "\
The run happens in the debugger's own process, and time of the virtual clock stands still at a
breakpoint. Threads of the bench that end a run for being slow are off. The debugger is DEBUGGER,
or the first of rust-gdb, rust-lldb, gdb and lldb that can be started.

Exit codes: 2 wrong usage, 3 it does not build, 4 nothing matched, 5 no debugger; else the debugger's.";
