//! Keeps a guest and its monitor on one CPU where waking across CPUs is dear.

use rustix::thread::CpuSet;

use super::spawn::Child;

/// The calling thread and a child share the CPU on which the thread ran; the thread's
/// earlier CPUs come back when this is dropped.
#[derive(Debug)]
pub(super) struct SharedCpu {
    before: CpuSet,
}

impl SharedCpu {
    pub(super) fn new(child: &Child) -> std::io::Result<Self> {
        let before = rustix::thread::sched_getaffinity(None)?;
        let mut one = CpuSet::new();
        one.set(rustix::thread::sched_getcpu());
        rustix::thread::sched_setaffinity(Some(child.pid()), &one)?;
        rustix::thread::sched_setaffinity(None, &one)?;
        Ok(Self { before })
    }
}

impl Drop for SharedCpu {
    fn drop(&mut self) {
        // A thread that stays on its one CPU is slower, not wrong.
        let _ = rustix::thread::sched_setaffinity(None, &self.before);
    }
}
