//! Whether the limits of this process leave room for a guest.

use rustix::process::{Resource, getrlimit};

use super::check::Check;

/// Open files of a monitor with every handle taken, and some to spare.
const FILES: u64 = 128;

/// Address space in bytes: a guest with the memory that it gets unasked, twice over.
const ADDRESSES: u64 = 256 << 20;

/// Processes: guest, guardian, threads.
const PROCESSES: u64 = 16;

pub(super) fn check() -> Check {
    let of = |resource| getrlimit(resource).current.unwrap_or(u64::MAX);
    judge([
        (Resource::Nofile, of(Resource::Nofile)),
        (Resource::As, of(Resource::As)),
        (Resource::Nproc, of(Resource::Nproc)),
    ])
}

fn judge(limits: [(Resource, u64); 3]) -> Check {
    let short = limits.iter().find_map(|&(resource, limit)| {
        let (needed, what, option) = match resource {
            Resource::As => (ADDRESSES, "bytes of address space", "-v"),
            Resource::Nproc => (PROCESSES, "processes", "-u"),
            _ => (FILES, "open files", "-n"),
        };
        (limit < needed).then_some((limit, what, option))
    });
    match short {
        None => Check::ok("limits", "they leave room for a guest"),
        Some((limit, what, option)) => Check::fail("limits", format!("{limit} {what} are too few"))
            .hint(format_args!("raise it with `ulimit {option}`")),
    }
}

#[cfg(test)]
mod tests {
    use rustix::process::Resource;

    use super::super::check::Verdict;
    use super::judge;

    #[test]
    fn a_limit_that_is_too_low_is_named_with_its_option() {
        let check = judge([
            (Resource::Nofile, 16),
            (Resource::As, u64::MAX),
            (Resource::Nproc, 100),
        ]);
        assert_eq!(check.verdict, Verdict::Fail);
        assert!(check.to_string().contains("16 open files"), "{check}");
        assert!(check.to_string().contains("ulimit -n"), "{check}");
    }
}
