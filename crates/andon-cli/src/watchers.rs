//! Those who watch a guest's devices: the lamps of `--sim`, the trace, the host's errors.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use andon_monitor::device::Devices;
use andon_monitor::grant::Granted;
use andon_monitor::trace::Trace;

use crate::console;
use crate::failure::{Failure, Problem};
use crate::guest_options::GuestOptions;
use crate::host_errors::HostErrors;
use crate::lamp::Lamps;

/// The watchers of one run.
pub(crate) struct Watchers {
    lamps: Option<Lamps>,
    trace: Option<(PathBuf, Trace)>,
    host_errors: HostErrors,
}

impl Watchers {
    /// The watchers that the options ask for. Nothing is shown yet, and no thread is made.
    pub(crate) fn new(options: &GuestOptions, granted: &Granted) -> Result<Self, Failure> {
        let signals = granted.signals();
        let trace = match &options.trace {
            Some(path) => match Trace::create(path, &signals) {
                Ok(trace) => Some((path.clone(), trace)),
                Err(error) => return Err(Failure::from(of_file(path, &error))),
            },
            None => None,
        };
        let lamps = (options.sim && !signals.is_empty()).then(|| Lamps::new(&signals));
        Ok(Self {
            lamps,
            trace,
            host_errors: HostErrors::default(),
        })
    }

    /// Has them told of every operation.
    pub(crate) fn observe(&self, devices: &mut Devices) {
        devices.observe(self.host_errors.observer());
        if let Some(lamps) = &self.lamps {
            devices.observe(lamps.observer());
        }
        if let Some((_, trace)) = &self.trace {
            devices.observe(trace.observer());
        }
    }

    /// Where the guest's console goes.
    pub(crate) fn console(&self) -> io::Result<Box<dyn Write + Send>> {
        match &self.lamps {
            Some(lamps) => lamps.console(),
            None => Ok(Box::new(console::stdout()?)),
        }
    }

    /// Begins to show.
    pub(crate) fn start(&mut self) -> io::Result<()> {
        self.lamps.as_mut().map_or(Ok(()), Lamps::start)
    }

    /// Shows and writes the last; `end` is the guest's end, counted from its start. Returns
    /// what went wrong meanwhile.
    pub(crate) fn end(self, end: Duration) -> Option<Problem> {
        if let Some(lamps) = self.lamps {
            lamps.end();
        }
        self.host_errors.end();
        let (path, trace) = self.trace?;
        let error = trace.finish(end).err()?;
        Some(of_file(&path, &error))
    }
}

fn of_file(path: &std::path::Path, error: &dyn std::fmt::Display) -> Problem {
    Problem::new(format_args!("`{}`: {error}", path.display()))
}
