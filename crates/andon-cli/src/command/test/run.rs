//! Runs the guest of one test, and compares.

use std::time::Duration;

use andon_monitor::clock::{Time, VirtualClock};
use andon_monitor::device::gpio::Host;
use andon_monitor::sim::{End, Finding, Pace, Recording, Run};
use andon_monitor::vm::{Outcome, Provision, Vm};
use andon_monitor::watch::{Limits, Stop};

use super::case::Ready;
use super::console::Console;
use crate::backend::Backend;
use crate::failure::{Failure, failed};
use crate::simulated;

/// What came of a test.
pub(super) struct Tested {
    /// What is not as expected.
    pub(super) findings: Vec<Finding>,
    /// What the guest wrote.
    pub(super) console: String,
}

/// Runs a test to its end.
pub(super) fn run(test: Ready, host: &Host) -> Result<Tested, Failure> {
    let settings = &test.guest.settings;
    let signals = test.granted.signals();
    let opened = test.granted.open(host).map_err(Failure::new)?;
    let mut devices = opened.devices;
    let recording = Recording::new(signals, &devices);
    let time = match test.pace {
        Pace::Virtual => Time::Virtual(VirtualClock::default()),
        Pace::Host => Time::default(),
    };
    let stimuli = test.case.stimuli.clone();
    let board = simulated::board(&settings.parts, stimuli, &test.config, &devices, &time)?;
    devices.observe(recording.observer());
    if let Some(board) = &board {
        board.sample_at(test.case.sample_times());
        devices.observe(board.observer());
    }
    let simulated::Life { agenda, player } = simulated::Life::of(board.clone(), &time)?;
    let choice = Backend::decide(test.backend, test.pace == Pace::Virtual);
    let choice = choice.map_err(Failure::new)?;
    let console = Console::default();
    let provision = Provision {
        backend: choice.backend,
        memory_size: settings.memory.bytes(),
        command_line: &settings.command_line,
        console: Box::new(console.clone()),
        devices,
        debugger: None,
        time: time.clone(),
        agenda,
    };
    let file = &test.guest.file;
    let vm = Vm::new(&test.guest.image, &file.bytes, provision).map_err(Failure::new)?;
    let timeout = settings.timeout.unwrap_or(Duration::MAX);
    let limits = Limits {
        deadline: Some(timeout),
        signals: None,
    };
    let ended = vm.run(limits, None);
    let now = time.now();
    drop(player);
    let (outcome, _) = ended.map_err(failed("the guest had to be given up"))?;
    let (end, time) = end(&outcome, now, timeout);
    let run = Run {
        end,
        time,
        recording,
        samples: board.map_or_else(Vec::new, |board| board.samples()),
        console: console.text(),
    };
    Ok(Tested {
        findings: test.case.check(&run),
        console: run.console,
    })
}

/// How a guest ended, and when.
fn end(outcome: &Outcome, now: Duration, timeout: Duration) -> (End, Duration) {
    match outcome {
        // As of exit(2): the status has eight bits.
        Outcome::Exited(status) => (End::Exited(status.to_le_bytes()[0]), now),
        Outcome::Fault(report) => (End::Fault(report.fault.to_string()), now),
        // It would have waited until the timeout, and nothing would have changed.
        Outcome::Stopped(Stop::Idle) => (End::Timeout, timeout),
        Outcome::Stopped(_) => (End::Timeout, now.min(timeout)),
    }
}
