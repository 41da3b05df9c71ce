//! Whether the kernel is new enough.

use super::check::Check;
use super::tree::Tree;

/// The oldest kernel that has all that is needed: version 2 of GPIO's interface came last.
const OLDEST: (u32, u32) = (5, 10);

/// From here on a seccomp notification switches between guest and monitor at once.
const SWITCHES: (u32, u32) = (6, 6);

pub(super) fn check(tree: &Tree) -> Check {
    let release = tree.text("proc/sys/kernel/osrelease").unwrap_or_default();
    match version(&release) {
        Some(version) if version >= SWITCHES => Check::ok("kernel", format!("Linux {release}")),
        Some(version) if version >= OLDEST => Check::ok(
            "kernel",
            format!("Linux {release}; from 6.6 on guests in processes call faster"),
        ),
        Some(_) => Check::fail("kernel", format!("Linux {release} is too old"))
            .hint("update to 5.10 or later"),
        None => Check::warn("kernel", format!("`{release}` is no version of Linux")),
    }
}

/// Major and minor number of a release.
fn version(release: &str) -> Option<(u32, u32)> {
    let mut numbers = release.split(|character: char| !character.is_ascii_digit());
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::super::check::Verdict;
    use super::super::tree::tests::machine;
    use super::{check, version};

    fn verdict(release: &str) -> Verdict {
        let (_root, tree) = machine(&[("proc/sys/kernel/osrelease", release)]);
        check(&tree).verdict
    }

    #[test]
    fn a_kernel_without_gpio_version_2_is_too_old() {
        let verdicts = ["5.4.0-rpi7", "6.1.0-56-arm64", "6.12.47+rpt-rpi-v8", "?"].map(verdict);
        let expected = [Verdict::Fail, Verdict::Ok, Verdict::Ok, Verdict::Warn];
        assert_eq!(verdicts, expected);
    }

    #[test]
    fn a_version_is_two_numbers() {
        assert_eq!(version("6.12.47+rpt-rpi-2712"), Some((6, 12)));
        assert_eq!(version("7"), None);
    }
}
