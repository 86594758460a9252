//! One run of one test, and nothing else of `lab`: what `lab grade` builds of a submission.

fn main() {
    tests::sim::child_main()
}
