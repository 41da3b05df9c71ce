//! From what an operator names to a clock that is there.

use std::fmt;
use std::fs;
use std::path::PathBuf;

use super::sysfs::Sysfs;
use super::{Front, Host, Spec, Target, sim};
use crate::device::class::{Offer, ResourceError};
use crate::device::sysfs::{Folder, find};

/// A clock that is there.
#[derive(Debug)]
pub enum Resolved {
    /// A simulated one.
    Sim(i64),
    /// One of the host's.
    Clock(Clock),
}

/// A clock of `/sys/class/rtc`.
#[derive(Clone, Debug)]
pub struct Clock {
    /// `rtc0`
    folder: String,
    /// `rtc-ds1307 1-0068`
    name: String,
    path: PathBuf,
}

/// Shown as `rtc0 (rtc-ds1307 1-0068)`.
impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.folder, self.name)
    }
}

impl fmt::Display for Resolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sim(seconds) => write!(f, "simulated clock at {seconds} s since 1970"),
            Self::Clock(clock) => write!(f, "clock {clock}"),
        }
    }
}

impl Spec {
    pub(super) fn resolve(&self, host: &Host) -> Result<Resolved, ResourceError> {
        let name = match &self.target {
            Target::Sim(seconds) => return Ok(Resolved::Sim(*seconds)),
            Target::Sysfs(name) => name,
        };
        let ways: &[fn(&Clock, &str) -> bool] = &[
            |clock, name| clock.folder == name,
            |clock, name| clock.name == name,
        ];
        find("clock", name, clocks(host), ways).map(Resolved::Clock)
    }
}

fn clocks(host: &Host) -> Vec<Clock> {
    let folders = host.class("rtc", "rtc").into_iter();
    let clock = |path: PathBuf| {
        let name = fs::read_to_string(path.join("name")).ok()?;
        Some(Clock {
            folder: path.file_name()?.to_str()?.to_owned(),
            name: name.trim_end().to_owned(),
            path,
        })
    };
    folders.filter_map(clock).collect()
}

/// What the host has to offer.
pub(super) fn offers(host: &Host) -> Vec<Offer> {
    let offer = |clock: Clock| Offer {
        name: clock.folder,
        about: clock.name,
        denied: None,
    };
    clocks(host).into_iter().map(offer).collect()
}

impl Resolved {
    /// Opens the clock.
    pub(super) fn open(self, host: &Host) -> Result<Front, ResourceError> {
        let clock = match self {
            Self::Sim(seconds) => return Ok(Front::new(Box::new(sim::Clock(seconds)))),
            Self::Clock(clock) => clock,
        };
        let folder = Folder {
            path: clock.path,
            fresh: false,
        };
        let seconds = folder.watch(host, "since_epoch")?;
        Ok(Front::new(Box::new(Sysfs(seconds))))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use crate::device::class::Class as _;
    use crate::device::rtc::{Ask, Class, Operation};
    use crate::device::{self, Failure, Host, Reply};

    fn tree() -> (TempDir, Host) {
        let root = tempfile::tempdir().unwrap();
        let clock = root.path().join("sys/class/rtc/rtc0");
        fs::create_dir_all(&clock).unwrap();
        fs::write(clock.join("name"), "rtc-ds1307 1-0068\n").unwrap();
        fs::write(clock.join("since_epoch"), "1700000000\n").unwrap();
        let host = Host::under(root.path());
        (root, host)
    }

    fn read(spec: &str, host: &Host) -> Result<Reply, Failure> {
        let resolved = Class::resolve(&spec.parse().unwrap(), Ask, host).unwrap();
        let mut device = Class::open(resolved, "clock", host).unwrap();
        device.serve(&mut device::Operation::Rtc(Operation::Read))
    }

    #[test]
    fn a_clock_is_read_by_either_name() {
        let (_root, host) = tree();
        let read = ["rtc:rtc0", "rtc:rtc-ds1307 1-0068"].map(|spec| read(spec, &host));
        assert_eq!(read, [Ok(Reply::Number(1_700_000_000)); 2]);
    }

    #[test]
    fn a_clock_that_does_not_exist_is_refused_with_those_that_do() {
        let (_root, host) = tree();
        let resolved = Class::resolve(&"rtc:rtc1".parse().unwrap(), Ask, &host);
        assert_eq!(
            resolved.unwrap_err().to_string(),
            "there is no clock `rtc1`, there is rtc0 (rtc-ds1307 1-0068)"
        );
    }

    #[test]
    fn clocks_are_offered() {
        let (_root, host) = tree();
        let offers = Class::offers(&host).unwrap();
        assert_eq!((&*offers[0].name, offers.len()), ("rtc0", 1));
    }
}
