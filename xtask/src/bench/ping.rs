//! A guest that answers pings as fast as they come.
//!
//! Each guest runs in a network of its own; that needs root, `ip` and `ping`.

use std::process::{Command, Stdio};

use anyhow::Context;

use super::Bench;
use super::contender::{Contender, Rounds, by_turns};
use super::network;
use super::report::{Row, bound};
use super::solo5::{self, Case};
use crate::workspace::output;

/// Starts the guest given as arguments, waits until it answers, and floods it.
const SCRIPT: &str = "
\"$@\" >/dev/null 2>&1 &
guest=$!
trap 'kill $guest' EXIT
ping -q -c 1 -w 20 10.0.0.2 >/dev/null
ping -f -q -c 2000 10.0.0.2";

const ROUNDS: Rounds = Rounds {
    warm_up: 1,
    counted: 5,
};

/// The monitor with our own guest, beside Solo5's where its tenders are given; nothing,
/// with the reason printed, where this machine cannot do it.
pub(super) fn rows(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    if let Some(reason) = obstacle() {
        println!("ping flood not measured: {reason}");
        return Ok(Vec::new());
    }
    let mut contenders = vec![Contender {
        name: "ping flood: andon, test_net".to_owned(),
        command: bench.andon(
            &["run", "--device", "service=net:tap0"],
            &bench.guest("test_net"),
        ),
    }];
    contenders.extend(solo5::contenders(
        bench,
        &Case {
            what: "ping flood",
            test: "test_net",
            andon: &["--device", "service0=net:tap0"],
            tender: &["--net:service0=tap0"],
            arguments: &[],
        },
    ));
    let mut rows = by_turns(&mut contenders, ROUNDS, "us", round_trip)?;
    bound(&mut rows, "ping flood: andon, test_net.hvt", 60.0);
    rows.extend(solo5::on_kvm(&rows, "ping flood", "test_net"));
    Ok(rows)
}

/// Why nothing can be measured.
fn obstacle() -> Option<&'static str> {
    if !network::succeeds(&mut Command::new("ping"), "-V") {
        return Some("needs ping (iputils-ping)");
    }
    network::obstacle()
}

/// The average round trip of a flood, in microseconds.
fn round_trip(guest: &mut Command) -> anyhow::Result<f64> {
    let mut command = Command::new("sh");
    command.args(["-ec", SCRIPT, "sh"]);
    command.arg(guest.get_program()).args(guest.get_args());
    let text = network::within(|| output(command.stdin(Stdio::null())))?;
    average(&text).with_context(|| format!("ping gave no average: {text}"))
}

/// The second number of `rtt min/avg/max/mdev = 0.010/0.012/0.100/0.003 ms`, in
/// microseconds.
fn average(text: &str) -> Option<f64> {
    let line = text.lines().find(|line| line.starts_with("rtt "))?;
    let (_, times) = line.split_once(" = ")?;
    let milliseconds: f64 = times.split('/').nth(1)?.parse().ok()?;
    Some(milliseconds * 1e3)
}

#[cfg(test)]
mod tests {
    use super::average;

    #[test]
    fn the_average_is_found_among_the_times() {
        let text = "5000 packets transmitted\nrtt min/avg/max/mdev = 0.010/0.0125/0.1/0.003 ms\n";
        assert_eq!(average(text), Some(12.5));
    }

    #[test]
    fn no_answer_has_no_average() {
        assert_eq!(average("0 received, 100% packet loss\n"), None);
    }
}
