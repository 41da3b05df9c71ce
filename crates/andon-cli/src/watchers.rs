//! Those who watch a guest's devices: the display of `--sim`, the trace, the host's errors.

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
use crate::ui::{self, Subject, Ui};

/// The watchers of one run.
pub(crate) struct Watchers {
    display: Display,
    trace: Option<(PathBuf, Trace)>,
    host_errors: HostErrors,
}

/// What shows the devices.
enum Display {
    Nothing,
    Lamps(Lamps),
    Ui(Ui),
}

impl Watchers {
    /// The watchers that the options ask for; with `ui` the whole board is shown, where there
    /// is a terminal for it. Nothing is shown yet, and no thread is made.
    pub(crate) fn new(
        options: &GuestOptions,
        ui: bool,
        granted: &Granted,
    ) -> Result<Self, Failure> {
        let signals = granted.signals();
        let trace = match &options.trace {
            Some(path) => match Trace::create(path, &signals) {
                Ok(trace) => Some((path.clone(), trace)),
                Err(error) => return Err(Failure::from(of_file(path, &error))),
            },
            None => None,
        };
        let display = if ui && ui::is_usable() {
            let granted = granted.iter().filter(|(_, resolved)| resolved.is_some());
            let names = granted.map(|(name, _)| name.to_owned());
            Display::Ui(Ui::new(names.collect(), signals))
        } else if options.sim && !signals.is_empty() {
            Display::Lamps(Lamps::new(&signals))
        } else {
            Display::Nothing
        };
        let host_errors = match &display {
            Display::Ui(_) => HostErrors::quiet(),
            _ => HostErrors::default(),
        };
        Ok(Self {
            display,
            trace,
            host_errors,
        })
    }

    /// Has them told of every operation.
    pub(crate) fn observe(&self, devices: &mut Devices) {
        devices.observe(self.host_errors.observer());
        match &self.display {
            Display::Nothing => {}
            Display::Lamps(lamps) => devices.observe(lamps.observer()),
            Display::Ui(ui) => ui.observe(devices),
        }
        if let Some((_, trace)) = &self.trace {
            devices.observe(trace.observer());
        }
    }

    /// Where the guest's console goes.
    pub(crate) fn console(&self) -> io::Result<Box<dyn Write + Send>> {
        match &self.display {
            Display::Nothing => Ok(Box::new(console::stdout()?)),
            Display::Lamps(lamps) => lamps.console(),
            Display::Ui(ui) => ui.console(),
        }
    }

    /// Begins to show.
    pub(crate) fn start(&mut self, subject: impl FnOnce() -> Subject) -> io::Result<()> {
        match &mut self.display {
            Display::Nothing => Ok(()),
            Display::Lamps(lamps) => lamps.start(),
            Display::Ui(ui) => ui.start(subject()),
        }
    }

    /// Shows and writes the last; `end` is the guest's end, counted from its start. Returns
    /// what went wrong meanwhile.
    pub(crate) fn end(self, end: Duration) -> Option<Problem> {
        match self.display {
            Display::Nothing => {}
            Display::Lamps(lamps) => lamps.end(),
            Display::Ui(ui) => ui.end(),
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
