//! Waits until a device has something for the guest, or a time has passed.

use std::io;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::Devices;

/// What becomes readable when a device has something for the guest.
///
/// It holds descriptors of its own, so that waiting keeps nobody from the devices.
#[derive(Debug, Default)]
pub struct Readiness {
    sources: Vec<Source>,
}

#[derive(Debug)]
struct Source {
    handle: u32,
    file: OwnedFd,
}

impl Readiness {
    /// Of all devices that can become ready.
    ///
    /// # Errors
    /// Where the host has no descriptor left.
    pub fn of(devices: &Devices) -> io::Result<Self> {
        let granted = devices.granted();
        let ready = granted.filter_map(|(handle, device)| Some((handle, device.readiness()?)));
        let sources = ready.map(|(handle, file)| {
            let file = file.try_clone_to_owned()?;
            Ok(Source { handle, file })
        });
        Ok(Self {
            sources: sources.collect::<io::Result<_>>()?,
        })
    }

    /// Waits until one of the devices in `handles` is ready or the time has passed; bit `h`
    /// stands for handle `h`, in the answer too. `None` where a signal came and `stop` says that this is the end.
    ///
    /// A device whose host resource has disappeared is ready once, so that the guest asks
    /// and is told.
    ///
    /// # Errors
    /// Where the host cannot wait.
    pub fn wait(
        &mut self,
        handles: u64,
        timeout: Duration,
        stop: &dyn Fn() -> bool,
    ) -> io::Result<Option<u64>> {
        let started = Instant::now();
        let sources = self.sources.iter().filter(|source| source.is_in(handles));
        let mut files: Vec<_> = sources
            .map(|source| PollFd::new(&source.file, PollFlags::IN))
            .collect();
        let mut left = timeout;
        loop {
            match poll(&mut files, Timespec::try_from(left).ok().as_ref()) {
                Ok(_) => break,
                Err(Errno::INTR) if stop() => return Ok(None),
                Err(Errno::INTR) => left = timeout.saturating_sub(started.elapsed()),
                Err(error) => return Err(error.into()),
            }
        }
        let events: Vec<_> = files.iter().map(PollFd::revents).collect();
        Ok(Some(self.ready(handles, &events)))
    }

    /// The set of those handles that have an event; forgets the devices that are gone.
    fn ready(&mut self, handles: u64, events: &[PollFlags]) -> u64 {
        let sources = self.sources.iter().filter(|source| source.is_in(handles));
        let set = sources
            .zip(events)
            .filter(|(_, events)| !events.is_empty())
            .fold(0, |set, (source, _)| set | source.bit());
        let is_gone = |events: &PollFlags| !events.is_empty() && !events.contains(PollFlags::IN);
        if events.iter().any(is_gone) {
            let mut events = events.iter();
            self.sources
                .retain(|source| !(source.is_in(handles) && events.next().is_some_and(is_gone)));
        }
        set
    }
}

impl Source {
    fn bit(&self) -> u64 {
        1 << self.handle
    }

    fn is_in(&self, handles: u64) -> bool {
        self.bit() & handles != 0
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::os::fd::OwnedFd;
    use std::time::{Duration, Instant};

    use rustix::pipe::pipe;

    use super::{Readiness, Source};

    const ALL: u64 = u64::MAX;
    const LONG: Duration = Duration::from_secs(60);

    fn of(files: Vec<OwnedFd>) -> Readiness {
        let sources = (1..).zip(files);
        Readiness {
            sources: sources
                .map(|(handle, file)| Source { handle, file })
                .collect(),
        }
    }

    #[test]
    fn without_devices_the_time_passes() {
        let started = Instant::now();
        let time = Duration::from_millis(5);
        let ready = Readiness::default().wait(ALL, time, &|| false).unwrap();
        assert_eq!(ready, Some(0));
        assert!(started.elapsed() >= time);
    }

    #[test]
    fn a_device_that_has_something_is_ready_at_once() {
        let (first, _first_end) = pipe().unwrap();
        let (second, second_end) = pipe().unwrap();
        rustix::io::write(&second_end, &[1]).unwrap();
        let mut readiness = of(vec![first, second]);
        assert_eq!(readiness.wait(ALL, LONG, &|| false).unwrap(), Some(0b100));
        assert_eq!(readiness.wait(ALL, LONG, &|| false).unwrap(), Some(0b100));
    }

    #[test]
    fn a_device_that_is_gone_is_ready_once() {
        let (file, end) = pipe().unwrap();
        drop(end);
        let mut readiness = of(vec![file]);
        let asked = Cell::new(0);
        let stop = || asked.replace(asked.get() + 1) > 0;
        assert_eq!(readiness.wait(ALL, LONG, &stop).unwrap(), Some(0b10));
        let ready = readiness.wait(ALL, Duration::ZERO, &stop).unwrap();
        assert_eq!(ready, Some(0));
    }

    #[test]
    fn a_device_that_nobody_waits_for_ends_no_wait() {
        let (first, first_end) = pipe().unwrap();
        let (second, second_end) = pipe().unwrap();
        drop(first_end);
        rustix::io::write(&second_end, &[1]).unwrap();
        let mut readiness = of(vec![first, second]);
        let ready = |readiness: &mut Readiness, handles| {
            let ready = readiness.wait(handles, Duration::ZERO, &|| false);
            ready.unwrap()
        };
        assert_eq!(ready(&mut readiness, 0b1001), Some(0));
        assert_eq!(ready(&mut readiness, 0b100), Some(0b100));
        assert_eq!(ready(&mut readiness, 0b010), Some(0b010));
        assert_eq!(ready(&mut readiness, 0b110), Some(0b100));
    }

    #[test]
    fn the_largest_time_is_understood() {
        let (file, end) = pipe().unwrap();
        rustix::io::write(&end, &[1]).unwrap();
        let time = Duration::from_nanos(u64::MAX);
        assert_eq!(
            of(vec![file]).wait(ALL, time, &|| false).unwrap(),
            Some(0b10)
        );
    }
}
