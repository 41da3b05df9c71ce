//! `andon doctor`: whether guests can run here and reach devices, and what to do where not.

use andon_monitor::device::gpio::Host;
use andon_monitor::device::gpio::inventory::Inventory;
use clap::Args;

use crate::doctor::{Machine, Report, Tree};
use crate::failure::{Failure, REFUSED};

/// Check whether guests can run here and reach devices, and show what to do where not
///
/// Looks at backends, clocks, limits, GPIO, buses and networks as this user has them. `ok` is as
/// it should be, `none` is not there and only guests that ask for it need it, `warn` works less
/// well than it could, `fail` keeps guests from running or from a device that is there.
/// Exit status 1 where something failed. Starts and ends a process and a VM; changes nothing.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Doctor {
    pub(crate) fn perform(self) -> Result<u8, Failure> {
        let report = Report::new(&Machine {
            tree: Tree::default(),
            gpio: Inventory::take(&Host::default()),
        });
        if self.json {
            super::print_json(&report)?;
        } else {
            super::print(&report.to_string())?;
        }
        Ok(if report.failed == 0 { 0 } else { REFUSED })
    }
}
