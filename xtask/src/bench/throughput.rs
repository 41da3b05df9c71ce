//! UDP through a TAP interface, as fast as it goes, in each direction.
//!
//! The guest `bench_net` sends or receives for a second. What counts is what arrives: at a
//! socket of the host's, or in the guest.

use std::net::UdpSocket;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use super::Bench;
use super::contender::{Contender, Rounds, by_turns};
use super::guest::nanoseconds;
use super::network::{self, ADDRESS, GUEST_MAC, TAP};
use super::report::Row;
use super::solo5;
use crate::workspace::shown;

const ROUNDS: Rounds = Rounds {
    warm_up: 0,
    counted: 5,
};

/// Payload of a datagram in bytes.
const PAYLOAD: usize = 1472;

/// Where the guest sends to.
const PORT: u16 = 9;

/// How long the host waits for a datagram before it looks whether the guest is still there.
const PATIENCE: Duration = Duration::from_millis(100);

/// Both directions, beside Solo5's tender where it is given; nothing, with the reason
/// printed, where this machine cannot do it.
pub(super) fn rows(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    if let Some(reason) = network::obstacle() {
        println!("throughput not measured: {reason}");
        return Ok(Vec::new());
    }
    let sent = contenders(bench, "UDP from the guest", "send");
    let received = contenders(bench, "UDP to the guest", "receive");
    let mut rows = by_turns(&mut { sent }, ROUNDS, "Mbit/s", |guest| {
        network::within(|| from_guest(guest))
    })?;
    rows.extend(by_turns(&mut { received }, ROUNDS, "Mbit/s", |guest| {
        network::within(|| to_guest(guest))
    })?);
    Ok(rows)
}

fn contenders(bench: &Bench, what: &str, direction: &str) -> Vec<Contender> {
    let image = bench.guest("bench_net");
    let device = format!("lan=net:{TAP},mac={GUEST_MAC}");
    let mut own = bench.andon(&["run", "--device", &device], &image);
    own.arg("--").arg(direction);
    let contender = |monitor: &str, command| Contender {
        name: format!("{what}: {monitor}, bench_net"),
        command,
    };
    let mut contenders = vec![contender("andon", own)];
    if let Some(mut tender) = solo5::hvt(bench) {
        tender
            .arg(format!("--net:lan={TAP}"))
            .arg(format!("--net-mac:lan={GUEST_MAC}"))
            .arg("--")
            .arg(image)
            .arg(direction);
        contenders.push(contender("solo5-hvt", tender));
    }
    contenders
}

/// What the host receives of what the guest sends, in Mbit/s.
fn from_guest(guest: &mut Command) -> anyhow::Result<f64> {
    let socket = UdpSocket::bind((ADDRESS, PORT))?;
    socket.set_read_timeout(Some(PATIENCE))?;
    let mut guest = Running::start(guest)?;
    let mut buffer = [0; PAYLOAD];
    let mut arrived: Option<(Instant, Instant)> = None;
    let mut datagrams = 0_u32;
    loop {
        match socket.recv(&mut buffer) {
            Ok(_) => {
                let now = Instant::now();
                // The first one starts the clock and does not count.
                datagrams += u32::from(arrived.is_some());
                arrived = Some((arrived.map_or(now, |(first, _)| first), now));
            }
            Err(_) if guest.is_there()? => {}
            Err(_) => break,
        }
    }
    guest.end()?;
    let (first, last) = arrived.context("nothing arrived")?;
    let time = (last - first).as_secs_f64();
    Ok(f64::from(datagrams) * (PAYLOAD * 8) as f64 / 1e6 / time)
}

/// What the guest receives of what the host sends, in Mbit/s.
fn to_guest(guest: &mut Command) -> anyhow::Result<f64> {
    let socket = UdpSocket::bind((ADDRESS, 0))?;
    let mut guest = Running::start(guest)?;
    let datagram = [0; PAYLOAD];
    while guest.is_there()? {
        for _ in 0..64 {
            // What finds no room is lost, as on every network.
            let _ = socket.send_to(&datagram, ("10.0.0.2", PORT));
        }
    }
    let each = nanoseconds(&guest.end()?, "receive")?;
    Ok((PAYLOAD * 8) as f64 * 1e3 / each)
}

/// A guest that runs.
struct Running {
    what: String,
    child: Child,
}

impl Running {
    fn start(command: &mut Command) -> anyhow::Result<Self> {
        let what = shown(command);
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let child = command.spawn().with_context(|| what.clone())?;
        Ok(Self { what, child })
    }

    fn is_there(&mut self) -> anyhow::Result<bool> {
        Ok(self.child.try_wait()?.is_none())
    }

    /// What it printed.
    fn end(self) -> anyhow::Result<String> {
        let output = self.child.wait_with_output()?;
        ensure!(output.status.success(), "{}: {}", self.what, output.status);
        Ok(String::from_utf8(output.stdout)?)
    }
}
