//! What a guest's lines did over time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::device::{Devices, Observer, Operation, Record, Simulated};
use crate::trace::Signal;

/// Changes that are kept at most: 40 MiB of them.
const MOST_CHANGES: usize = 1 << 20;

/// The levels of a guest's lines over time; clones are the same recording.
#[derive(Clone)]
pub struct Recording(Arc<Mutex<Lines>>);

struct Lines {
    devices: Vec<Device>,
    changes: Vec<Change>,
    /// When there was no more room.
    full: Option<Duration>,
}

struct Device {
    signal: Signal,
    start: u64,
    levels: u64,
}

struct Change {
    time: Duration,
    device: usize,
    /// Lines that changed.
    mask: u64,
    levels: u64,
}

/// The levels of one line over time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LineTrace {
    /// Level at the guest's start; true is active.
    pub(super) start: bool,
    /// Each time at which it changed, and what to.
    pub(super) changes: Vec<(Duration, bool)>,
}

impl Recording {
    /// A recording of these lines of the devices, which the guest has not used yet.
    pub fn new(signals: Vec<Signal>, devices: &Devices) -> Self {
        let device = |signal: Signal| {
            let start = match devices.simulated(&signal.name) {
                Some(Simulated::Gpio { board, .. }) => board.levels(),
                _ => 0,
            };
            Device {
                signal,
                start,
                levels: start,
            }
        };
        Self(Arc::new(Mutex::new(Lines {
            devices: signals.into_iter().map(device).collect(),
            changes: Vec::new(),
            full: None,
        })))
    }

    /// What is to be told of the guest's operations.
    pub fn observer(&self) -> Box<dyn Observer> {
        Box::new(self.clone())
    }

    /// When it was full, where it was: what came later is not in it.
    pub(super) fn full(&self) -> Option<Duration> {
        self.lock().full
    }

    /// One line of a device; inactive where there is none such.
    pub(super) fn line(&self, device: &str, line: u32) -> LineTrace {
        let lines = self.lock();
        let mut trace = LineTrace {
            start: false,
            changes: Vec::new(),
        };
        let known = lines.devices.iter();
        let Some(index) = known.into_iter().position(|it| it.signal.name == device) else {
            return trace;
        };
        trace.start = lines.devices[index].start >> line & 1 == 1;
        let changes = lines.changes.iter();
        let changes = changes.filter(|it| it.device == index && it.mask >> line & 1 == 1);
        trace.changes = changes
            .map(|change| (change.time, change.levels >> line & 1 == 1))
            .collect();
        trace
    }

    /// A panic elsewhere does not make the records unusable.
    fn lock(&self) -> MutexGuard<'_, Lines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Recording {
    fn operation(&mut self, record: &Record<'_>) {
        if let Operation::Gpio(operation) = record.operation
            && let Some((mask, levels)) = operation.seen(record.result)
        {
            self.lock().seen(record, mask, levels);
        }
    }
}

impl Lines {
    fn seen(&mut self, record: &Record<'_>, mask: u64, levels: u64) {
        let mut devices = self.devices.iter();
        let Some(index) = devices.position(|it| it.signal.name == record.device) else {
            return;
        };
        let device = &mut self.devices[index];
        let mask = (device.levels ^ levels) & mask;
        if mask == 0 {
            return;
        }
        if self.changes.len() == MOST_CHANGES {
            self.full.get_or_insert(record.time);
            return;
        }
        device.levels ^= mask;
        self.changes.push(Change {
            time: record.time,
            device: index,
            mask,
            levels: device.levels,
        });
    }
}

impl LineTrace {
    /// Level at a time.
    pub(super) fn at(&self, time: Duration) -> bool {
        let after = self.changes.partition_point(|change| change.0 <= time);
        after
            .checked_sub(1)
            .map_or(self.start, |last| self.changes[last].1)
    }

    /// The last change up to a time.
    pub(super) fn last_change(&self, time: Duration) -> Option<Duration> {
        let after = self.changes.partition_point(|change| change.0 <= time);
        Some(self.changes[after.checked_sub(1)?].0)
    }

    /// The first time in a span at which the level is `level`.
    pub(super) fn first(&self, level: bool, from: Duration, to: Duration) -> Option<Duration> {
        if self.at(from) == level {
            return Some(from);
        }
        let mut changes = self.changes.iter();
        let change = changes.find(|(time, to)| *time > from && *to == level)?;
        (change.0 <= to).then_some(change.0)
    }

    /// Beginning and end of every pulse of a level that lies in a span as a whole.
    pub(super) fn pulses(
        &self,
        level: bool,
        from: Duration,
        to: Duration,
    ) -> Vec<(Duration, Duration)> {
        let pairs = self.changes.windows(2);
        let pulses = pairs.filter(|pair| pair[0].1 == level);
        let pulses = pulses.map(|pair| (pair[0].0, pair[1].0));
        pulses
            .filter(|(begin, end)| *begin >= from && *end <= to)
            .collect()
    }
}

#[cfg(test)]
mod tests;
