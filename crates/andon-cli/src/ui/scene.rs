//! What is known of a guest while it runs, noted by whoever sees it and drawn by another.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use andon_monitor::device::{Devices, Observer, Operation, Record, Simulated, gpio};
use andon_monitor::trace::Signal;

use super::console::Text;
use super::history::History;
use super::operations::{Line, Operations};
use super::other::Other;

/// Lines and operations that a picture can show at most.
const MOST_SHOWN: usize = 200;

/// What is known; clones are the same.
#[derive(Clone)]
pub(super) struct Scene(Arc<Mutex<State>>);

struct State {
    groups: Vec<Group>,
    others: Vec<Other>,
    operations: Operations,
    console: Text,
}

/// The lines of one device.
struct Group {
    signal: Signal,
    board: Option<gpio::sim::Board>,
    histories: Vec<History>,
}

/// What is drawn at one time.
pub(super) struct Picture {
    /// Time since the guest's start.
    pub(super) now: Duration,
    /// Name and history of each line.
    pub(super) lines: Vec<(String, History)>,
    /// Devices without lines.
    pub(super) others: Vec<Other>,
    /// The last operations.
    pub(super) operations: Vec<Line>,
    /// The last lines of the guest's console.
    pub(super) console: Vec<String>,
}

impl Scene {
    /// A guest with these devices, of which some have lines.
    pub(super) fn new(devices: Vec<String>, signals: Vec<Signal>) -> Self {
        let has_lines = |name: &String| signals.iter().any(|signal| signal.name == *name);
        let others = devices.into_iter().filter(|name| !has_lines(name));
        let others = others.map(Other::new).collect();
        let groups = signals.into_iter().map(|signal| Group {
            histories: vec![History::default(); signal.lines as usize],
            signal,
            board: None,
        });
        Self(Arc::new(Mutex::new(State {
            groups: groups.collect(),
            others,
            operations: Operations::default(),
            console: Text::default(),
        })))
    }

    /// Sees simulated devices from outside.
    pub(super) fn attach(&self, devices: &Devices) {
        let mut state = self.lock();
        for other in &mut state.others {
            other.attach(devices);
        }
        for group in &mut state.groups {
            group.board = match devices.simulated(&group.signal.name) {
                Some(Simulated::Gpio { board, .. }) => Some(board),
                _ => None,
            };
        }
    }

    /// What is to be told of the guest's operations.
    pub(super) fn observer(&self) -> Box<dyn Observer> {
        Box::new(self.clone())
    }

    /// Reads or changes the console.
    pub(super) fn console(&self, look: impl FnOnce(&mut Text)) {
        look(&mut self.lock().console);
    }

    /// What is to be drawn now. Looks at simulated lines, which change without the guest.
    pub(super) fn picture(&self, now: Duration) -> Picture {
        let mut state = self.lock();
        for group in &mut state.groups {
            if let Some(board) = &group.board {
                let levels = board.levels();
                group.note(now, u64::MAX, levels);
            }
        }
        let lines = state.groups.iter().flat_map(Group::lines).collect();
        Picture {
            now,
            lines,
            others: state.others.clone(),
            operations: state.operations.last(MOST_SHOWN),
            console: state.console.last_lines(MOST_SHOWN),
        }
    }

    /// A panic elsewhere does not stop the display.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Scene {
    fn operation(&mut self, record: &Record<'_>) {
        let mut state = self.lock();
        state.operations.push(record);
        let mut others = state.others.iter_mut();
        if let Some(other) = others.find(|other| other.name == record.device) {
            other.operations += 1;
        }
        let Operation::Gpio(operation) = record.operation else {
            return;
        };
        let mut groups = state.groups.iter_mut();
        let group = groups.find(|group| group.signal.name == record.device);
        if let (Some(group), Some((mask, levels))) = (group, operation.seen(record.result)) {
            group.note(record.time, mask, levels);
        }
    }
}

impl Group {
    fn note(&mut self, time: Duration, mask: u64, levels: u64) {
        for (line, history) in self.histories.iter_mut().enumerate() {
            if mask >> line & 1 == 1 {
                history.push(time, levels >> line & 1 == 1);
            }
        }
    }

    fn lines(&self) -> impl Iterator<Item = (String, History)> + '_ {
        let Signal { name, lines } = &self.signal;
        self.histories
            .iter()
            .enumerate()
            .map(move |(line, history)| {
                let name = match lines {
                    1 => name.clone(),
                    _ => format!("{name}[{line}]"),
                };
                (name, history.clone())
            })
    }
}
