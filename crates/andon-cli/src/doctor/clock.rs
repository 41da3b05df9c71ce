//! Whether a guest's clocks will be right.

use andon_monitor::clock::cycle_frequency;

use super::check::Check;
use super::tree::Tree;

const SOURCE: &str = "sys/devices/system/clocksource/clocksource0/current_clocksource";

/// Clock sources of the kernel that are the cycle counter, or made from it.
const GOOD: [&str; 5] = [
    "tsc",
    "arch_sys_counter",
    "kvm-clock",
    "hyperv_clocksource_tsc_page",
    "xen",
];

pub(super) fn check(tree: &Tree) -> [Check; 2] {
    let frequency = match cycle_frequency() {
        Ok(hertz) => Check::ok("counter", format!("{} MHz", hertz / 1_000_000)),
        Err(error) => Check::fail("counter", error),
    };
    [frequency, source(tree)]
}

fn source(tree: &Tree) -> Check {
    match tree.text(SOURCE) {
        Some(name) if GOOD.contains(&name.as_str()) => Check::ok("clock", name),
        Some(name) => Check::warn(
            "clock",
            format!("the kernel takes its time from {name}: a guest's clock may drift from it"),
        )
        .hint("`sudo dmesg | grep -i clocksource` tells why the cycle counter is not taken"),
        None => Check::none("clock", "the kernel names no clock source"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::Verdict;
    use super::super::tree::tests::machine;
    use super::{SOURCE, source};

    #[test]
    fn a_clock_that_is_not_the_cycle_counter_is_warned_of() {
        let verdicts = ["arch_sys_counter\n", "hpet\n"].map(|name| {
            let (_root, tree) = machine(&[(SOURCE, name)]);
            source(&tree).verdict
        });
        assert_eq!(verdicts, [Verdict::Ok, Verdict::Warn]);
    }
}
