//! Test programs of the crates that are run on boards.

use super::machine::Machine;

/// A test program.
pub(super) struct Suite {
    /// What `cargo test` is told to have it built, and no other.
    pub(super) build: &'static [&'static str],
    /// Where it is run.
    pub(super) machines: &'static [Machine],
    /// Which of its tests are run.
    pub(super) tests: &'static [&'static str],
}

/// All of them.
pub(super) const SUITES: &[Suite] = &[
    // What does not depend on the machine has passed where it was built.
    Suite {
        build: &["--package", "andon-monitor", "--lib"],
        machines: &Machine::ALL,
        tests: &["backend::", "clock::", "guardian::", "memory::", "watch::"],
    },
    Suite {
        build: &["--package", "andon-monitor", "--test", "gpio_machine"],
        machines: &[Machine::Q35],
        tests: &["--ignored"],
    },
];
