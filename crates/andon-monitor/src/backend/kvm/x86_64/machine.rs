//! A VM with one vCPU, before it has memory and registers.

use kvm_bindings::{CpuId, KVM_MAX_CPUID_ENTRIES};
use kvm_ioctls::{Cap, Kvm, VcpuFd, VmFd};

use super::super::error::KvmError;

/// What the backend needs of KVM.
const NEEDED: [(Cap, &str); 3] = [
    (Cap::UserMemory, "KVM_CAP_USER_MEMORY"),
    (Cap::ImmediateExit, "KVM_CAP_IMMEDIATE_EXIT"),
    (Cap::SyncRegs, "KVM_CAP_SYNC_REGS"),
];

/// A VM with one vCPU.
#[derive(Debug)]
pub struct Machine {
    pub(super) vm: VmFd,
    pub(super) vcpu: VcpuFd,
    pub(super) cpuid: CpuId,
}

impl Machine {
    /// Asks the kernel for a VM.
    ///
    /// # Errors
    /// Where there is no KVM, or not for this user, or one step is refused.
    pub fn open() -> Result<Self, KvmError> {
        let kvm = Kvm::new().map_err(|error| KvmError::Open(error.into()))?;
        for (capability, name) in NEEDED {
            if !kvm.check_extension(capability) {
                return Err(KvmError::Lacks(name));
            }
        }
        let vm = kvm.create_vm().map_err(KvmError::at("make a vm"))?;
        let vcpu = vm.create_vcpu(0).map_err(KvmError::at("make a vcpu"))?;
        let cpuid = kvm
            .get_supported_cpuid(KVM_MAX_CPUID_ENTRIES)
            .map_err(KvmError::at("ask for the cpu's features"))?;
        vcpu.set_cpuid2(&cpuid)
            .map_err(KvmError::at("set the vcpu's features"))?;
        Ok(Self { vm, vcpu, cpuid })
    }

    /// Frequency of the vCPU's cycle counter in hertz; none where the kernel does not know
    /// a constant one.
    pub fn cycle_frequency(&self) -> Option<u64> {
        let kilohertz = self.vcpu.get_tsc_khz().ok()?;
        Some(u64::from(kilohertz) * 1000).filter(|hertz| *hertz != 0)
    }
}
