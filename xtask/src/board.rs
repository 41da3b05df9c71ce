//! Runs tests on emulated boards: a real kernel with real drivers over emulated hardware,
//! seen from outside.
//!
//! The emulator, kernels and busybox are Debian's packages, fetched by name and unpacked
//! into `target/board`; nothing is installed. A board that cannot be had counts as skipped.

mod apt;
mod artifacts;
mod bcm2837;
mod bench;
mod cases;
mod emulation;
mod initramfs;
mod installed;
mod kernel_modules;
mod kit;
mod machine;
mod payload;
mod pc;
mod programs;
mod qmp;
mod qtest;
mod report;
mod suites;
mod sysfs;
mod watch;

use std::process::ExitCode;
use std::time::Instant;

use clap::Args;

use self::bench::{Bench, Parts};
pub(crate) use self::machine::Machine;
pub(crate) use self::report::{Outcome, Report};
use crate::workspace::Workspace;

/// Options of `cargo xtask board`.
#[derive(Args)]
pub(crate) struct Options {
    /// Boards to run on [default: all]
    #[arg(value_name = "BOARD")]
    machines: Vec<Machine>,

    /// Test the Debian package alone, installed by dpkg and started by systemd, on raspi3b and q35
    #[arg(long)]
    package: bool,
}

/// Where every run tests the package too: its whole purpose, and a minute of the emulator's.
const PACKAGE_ALWAYS: Machine = Machine::RaspberryPi3;

/// Runs the tests on the boards that were asked for.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> anyhow::Result<ExitCode> {
    let machines = match &options.machines[..] {
        [] => &Machine::ALL,
        asked => asked,
    };
    let reports = if options.package {
        let machines = machines
            .iter()
            .filter(|machine| installed::MACHINES.contains(machine));
        let reports = machines.flat_map(|&machine| test_package(workspace, machine));
        reports.collect()
    } else {
        test(workspace, machines)
    };
    Ok(report::summarize(&reports))
}

/// Runs the tests on some boards, and prints each outcome.
pub(crate) fn test(workspace: &Workspace, machines: &[Machine]) -> Vec<Report> {
    machines
        .iter()
        .flat_map(|&machine| {
            let start = Instant::now();
            let mut reports = test_machine(workspace, machine);
            println!("{}: {:.1} s", machine.name(), start.elapsed().as_secs_f64());
            if machine == PACKAGE_ALWAYS {
                reports.extend(test_package(workspace, machine));
            }
            reports
        })
        .collect()
}

fn test_package(workspace: &Workspace, machine: Machine) -> Vec<Report> {
    let start = Instant::now();
    let reports = installed::test(workspace, machine);
    let seconds = start.elapsed().as_secs_f64();
    println!("{} with systemd: {seconds:.1} s", machine.name());
    reports
}

fn test_machine(workspace: &Workspace, machine: Machine) -> Vec<Report> {
    let report = |test, outcome| {
        let report = Report::new(machine.name(), test, outcome);
        println!("{report}");
        vec![report]
    };
    match Parts::find(workspace, machine) {
        Err(error) => report("all", Outcome::Skipped(format!("{error:#}"))),
        Ok(parts) => Bench::new(workspace, parts)
            .and_then(|bench| bench.test())
            .unwrap_or_else(|error| report("start", Outcome::Failed(format!("{error:#}")))),
    }
}
