//! Keeps a guest and its monitor on one CPU where waking across CPUs is dear: some ten
//! times a switch on one CPU, in a virtual machine even more.

use std::io;

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
