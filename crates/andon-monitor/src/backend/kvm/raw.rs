//! What goes to the kernel raw: memory by its address, a vCPU by its descriptor.
#![expect(
    unsafe_code,
    reason = "the kernel is told a raw address, and asked by a raw descriptor"
)]

use std::os::fd::{AsRawFd, BorrowedFd};

use kvm_bindings::kvm_userspace_memory_region;
use kvm_ioctls::{VcpuFd, VmFd};

use super::error::KvmError;
use super::mapping::Mapping;
#[cfg(target_arch = "aarch64")]
use crate::vcpu::Intent;

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

/// What the vCPU did at which address when it came out with `KVM_EXIT_ARM_NISV`.
#[cfg(target_arch = "aarch64")]
pub(super) fn opaque_access(vcpu: &mut VcpuFd) -> (Intent, u64) {
    let run = vcpu.get_kvm_run();
    // SAFETY: with this exit reason the kernel has filled in this variant, plain integers.
    let access = unsafe { run.__bindgen_anon_1.arm_nisv };
    // The bit that tells a store, in the syndrome of a data abort.
    let intent = if access.esr_iss & 1 << 6 != 0 {
        Intent::Write
    } else {
        Intent::Read
    };
    (intent, access.fault_ipa)
}
