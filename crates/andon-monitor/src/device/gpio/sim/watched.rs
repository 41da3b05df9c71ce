//! Changes of simulated lines, kept until they are taken.

use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::event::{EventfdFlags, eventfd};

use crate::clock::Time;
use crate::device::gpio::presets::all_lines;
use crate::device::gpio::{Edge, Edges};

/// How many changes of each line are kept, as by the kernel's character device.
const KEPT: usize = 16;

/// The lines whose changes are kept, and the changes.
pub(super) struct Watched {
    lines: u64,
    edges: Edges,
    capacity: usize,
    queue: Mutex<Queue>,
    /// Readable while there are changes.
    event: OwnedFd,
}

#[derive(Default)]
struct Queue {
    time: Time,
    edges: VecDeque<Edge>,
    /// Number of the last change.
    sequence: u32,
    /// Number of the last change that was taken.
    taken: u32,
}

impl Watched {
    pub(super) fn new(lines: u32, edges: Edges) -> io::Result<Self> {
        let capacity = lines as usize * KEPT;
        Ok(Self {
            lines: all_lines(lines),
            edges,
            capacity,
            queue: Mutex::default(),
            event: eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?,
        })
    }

    /// Has the levels changed, from and to, and keeps what is to be told of it.
    pub(super) fn observe(&self, change: impl FnOnce() -> (u64, u64)) {
        let mut queue = self.queue();
        let (old, levels) = change();
        let mut told = self.edges.among((old ^ levels) & self.lines, levels);
        let was_empty = queue.edges.is_empty();
        while told != 0 {
            let line = told.trailing_zeros();
            told &= told - 1;
            queue.push(line, levels >> line & 1 == 1, self.capacity);
        }
        if was_empty && !queue.edges.is_empty() {
            // A counter of zero has room for one.
            let _ = rustix::io::write(&self.event, &1_u64.to_ne_bytes());
        }
    }

    /// Takes the oldest change.
    pub(super) fn take(&self) -> Option<Edge> {
        let mut queue = self.queue();
        let edge = queue.edges.pop_front()?;
        let lost = edge.sequence.wrapping_sub(queue.taken).wrapping_sub(1);
        queue.taken = edge.sequence;
        if queue.edges.is_empty() {
            // It is readable, so this does not wait.
            let _ = rustix::io::read(&self.event, &mut [0; 8]);
        }
        Some(Edge { lost, ..edge })
    }

    pub(super) fn begin(&self, time: &Time) {
        self.queue().time = time.clone();
    }

    pub(super) fn event(&self) -> BorrowedFd<'_> {
        self.event.as_fd()
    }

    /// A panic elsewhere leaves the queue as good as it was.
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    /// Adds a change; the oldest is lost where there is no room.
    fn push(&mut self, line: u32, active: bool, capacity: usize) {
        if self.edges.len() == capacity {
            self.edges.pop_front();
        }
        self.sequence = self.sequence.wrapping_add(1);
        self.edges.push_back(Edge {
            time: self.time.now(),
            line,
            active,
            sequence: self.sequence,
            lost: 0,
        });
    }
}
