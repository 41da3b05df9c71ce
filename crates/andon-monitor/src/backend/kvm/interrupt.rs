//! Makes a vCPU return from any thread, also one that is just about to enter the guest.

use std::io;
use std::mem::offset_of;
use std::os::fd::BorrowedFd;
use std::sync::atomic::Ordering;

use kvm_bindings::kvm_run;

use super::mapping::Mapping;
use crate::backend::interrupt::ThreadInterrupter;
use crate::memory::PAGE_SIZE;
use crate::vcpu::Interrupter;

/// A signal gets the thread out of the guest; a byte that the kernel looks at before it
/// enters keeps it from going in where the signal came too early (KVM API documentation,
/// `immediate_exit`).
#[derive(Debug)]
pub(super) struct KvmInterrupter {
    thread: ThreadInterrupter,
    /// The page that the kernel shares with the user of a vCPU.
    run: Mapping,
}

impl KvmInterrupter {
    pub(super) fn new(vcpu: BorrowedFd<'_>) -> io::Result<Self> {
        Ok(Self {
            thread: ThreadInterrupter::default(),
            run: Mapping::of_file(vcpu, PAGE_SIZE as usize)?,
        })
    }

    /// Says that the calling thread runs the vCPU.
    pub(super) fn announce(&self) {
        self.thread.announce();
    }

    /// Says that the request was seen.
    pub(super) fn answered(&self) {
        self.set(0);
    }

    /// Makes the next entry into the guest end before its first instruction.
    pub(super) fn request(&self) {
        self.set(1);
    }

    fn set(&self, byte: u8) {
        let flag = self.run.atomic(offset_of!(kvm_run, immediate_exit));
        flag.store(byte, Ordering::Release);
    }
}

impl Interrupter for KvmInterrupter {
    fn interrupt(&self) {
        self.request();
        self.thread.interrupt();
    }
}
