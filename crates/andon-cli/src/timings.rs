//! When the phases of a run ended, as JSON lines: `{"phase":"load","ns":TIME}`, TIME in
//! nanoseconds of the monotonic clock, so that whoever starts the process can go on counting.

use std::io;
use std::path::Path;
use std::time::Duration;

use andon_monitor::vm::Phases;
use rustix::time::{ClockId, clock_gettime};

/// The times before the guest is handed to the monitor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timings {
    started: Duration,
    handed_over: Duration,
}

impl Timings {
    /// The command line is read.
    pub(crate) fn start() -> Self {
        let started = now();
        Self {
            started,
            handed_over: started,
        }
    }

    /// Image and devices are ready, and handed to the monitor now.
    pub(crate) fn hand_over(&mut self) {
        self.handed_over = now();
    }

    /// Writes all phases of a run that has ended.
    pub(crate) fn write(&self, path: &Path, phases: &Phases) -> io::Result<()> {
        std::fs::write(path, self.lines(phases))
    }

    fn lines(&self, phases: &Phases) -> String {
        let phases = [
            ("start", self.started),
            ("prepare", self.handed_over),
            ("load", self.handed_over + phases.loaded),
            ("spawn", self.handed_over + phases.spawned),
            ("first request", self.handed_over + phases.first_exit),
            ("guest", self.handed_over + phases.ended),
        ];
        let line = |(name, time): (&str, Duration)| {
            format!("{{\"phase\":\"{name}\",\"ns\":{}}}\n", time.as_nanos())
        };
        phases.map(line).concat()
    }
}

/// Time of the monotonic clock.
fn now() -> Duration {
    let time = clock_gettime(ClockId::Monotonic);
    // The kernel's monotonic clock begins with zero at the start of the machine.
    Duration::try_from(time).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use andon_monitor::vm::Phases;

    use super::Timings;

    #[test]
    fn phases_follow_each_other_on_one_clock() {
        let timings = Timings {
            started: Duration::from_nanos(100),
            handed_over: Duration::from_nanos(200),
        };
        let phases = Phases {
            loaded: Duration::from_nanos(1),
            spawned: Duration::from_nanos(2),
            first_exit: Duration::from_nanos(3),
            ended: Duration::from_nanos(4),
        };
        assert_eq!(
            timings.lines(&phases),
            "{\"phase\":\"start\",\"ns\":100}\n{\"phase\":\"prepare\",\"ns\":200}\n\
             {\"phase\":\"load\",\"ns\":201}\n{\"phase\":\"spawn\",\"ns\":202}\n\
             {\"phase\":\"first request\",\"ns\":203}\n{\"phase\":\"guest\",\"ns\":204}\n"
        );
    }
}
