//! Keeps a guest and its monitor on one CPU where waking across CPUs is dear (some ten times
//! a switch on one CPU, in a virtual machine even more), or apart where neither sleeps.

use std::io;

use rustix::process::Pid;
use rustix::thread::{CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity};

use super::spawn::Child;

/// The calling thread stays on the CPU on which it runs, and what it starts with it; its
/// earlier CPUs come back when this is dropped.
#[derive(Debug)]
pub(super) struct SharedCpu {
    before: CpuSet,
}

impl SharedCpu {
    /// Keeps the calling thread where it is.
    ///
    /// # Errors
    /// Where the host forbids it: everything works without, slower.
    pub(super) fn stay() -> io::Result<Self> {
        let before = sched_getaffinity(None)?;
        sched_setaffinity(None, &here())?;
        Ok(Self { before })
    }

    /// The CPUs on which the thread could run before.
    pub(super) fn before(&self) -> CpuSet {
        self.before
    }

    /// Lets a child that was started meanwhile go where the thread could go before.
    pub(super) fn release(self, child: &Child) {
        // A process that stays on its one CPU is slower, not wrong.
        let _ = sched_setaffinity(Some(child.pid()), &self.before);
    }
}

impl Drop for SharedCpu {
    fn drop(&mut self) {
        // As in release().
        let _ = sched_setaffinity(None, &self.before);
    }
}

/// The calling thread stays on its CPU and a guest on others, until this is dropped.
#[derive(Debug)]
pub(super) struct Apart {
    guest: Pid,
    guests_before: CpuSet,
    before: CpuSet,
}

impl Apart {
    /// Keeps them apart on some of these CPUs; `None` where they have no two for them, or the
    /// host forbids it.
    pub(super) fn keep(guest: Pid, cpus: &CpuSet) -> Option<Self> {
        let mut others = *cpus;
        others.unset(sched_getcpu());
        if others.count() == 0 {
            return None;
        }
        // From here on dropping it undoes what was done.
        let apart = Self {
            guest,
            guests_before: sched_getaffinity(Some(guest)).ok()?,
            before: sched_getaffinity(None).ok()?,
        };
        sched_setaffinity(None, &here()).ok()?;
        sched_setaffinity(Some(guest), &others).ok()?;
        Some(apart)
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        // As in release(); a guest that has ended needs no CPU.
        let _ = sched_setaffinity(Some(self.guest), &self.guests_before);
        let _ = sched_setaffinity(None, &self.before);
    }
}

/// Brings a child to the calling thread's CPU, where it can be waited for cheaply.
pub(super) fn fetch(child: &Child) {
    // Where that fails the wait is longer.
    let _ = sched_setaffinity(Some(child.pid()), &here());
}

fn here() -> CpuSet {
    let mut one = CpuSet::new();
    one.set(sched_getcpu());
    one
}
