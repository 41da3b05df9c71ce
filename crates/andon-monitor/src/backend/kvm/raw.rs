//! What goes to the kernel raw: memory by its address, a vCPU by its descriptor.
#![expect(
    unsafe_code,
    reason = "the kernel is told a raw address, and asked by a raw descriptor"
)]

use std::os::fd::{AsRawFd, BorrowedFd};

use kvm_bindings::kvm_userspace_memory_region;
use kvm_ioctls::{VcpuFd, VmFd};

use super::machine::KvmError;
use super::mapping::Mapping;

/// Makes `memory` the VM's memory at a physical address. The caller keeps it mapped for as
/// long as a vCPU of the VM can run.
pub(super) fn set_memory(
    vm: &VmFd,
    slot: u32,
    physical: u64,
    memory: &Mapping,
) -> Result<(), KvmError> {
    let region = kvm_userspace_memory_region {
        slot,
        flags: 0,
        guest_phys_addr: physical,
        memory_size: memory.length() as u64,
        userspace_addr: memory.address(),
    };
    // SAFETY: the range is that of a mapping, which its owner keeps until the vCPU is gone.
    unsafe { vm.set_user_memory_region(region) }.map_err(KvmError::at("give the vm its memory"))
}

/// The descriptor of a vCPU, borrowed.
pub(super) fn descriptor(vcpu: &VcpuFd) -> BorrowedFd<'_> {
    // SAFETY: the vCPU owns the descriptor and is borrowed for as long as the result.
    unsafe { BorrowedFd::borrow_raw(vcpu.as_raw_fd()) }
}
