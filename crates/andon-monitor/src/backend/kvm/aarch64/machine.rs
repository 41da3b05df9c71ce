//! A VM with one vCPU, before it has memory and registers.

use kvm_bindings::{KVM_CAP_ARM_NISV_TO_USER, kvm_enable_cap, kvm_vcpu_init};
use kvm_ioctls::{Cap, Kvm, VcpuFd, VmFd};

use super::super::error::KvmError;

/// What the backend needs of KVM.
const NEEDED: [(Cap, &str); 3] = [
    (Cap::UserMemory, "KVM_CAP_USER_MEMORY"),
    (Cap::OneReg, "KVM_CAP_ONE_REG"),
    (Cap::ImmediateExit, "KVM_CAP_IMMEDIATE_EXIT"),
];

/// A VM with one vCPU.
#[derive(Debug)]
pub struct Machine {
    pub(super) vm: VmFd,
    pub(super) vcpu: VcpuFd,
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
        let opaque_accesses = kvm_enable_cap {
            cap: KVM_CAP_ARM_NISV_TO_USER,
            ..kvm_enable_cap::default()
        };
        vm.enable_cap(&opaque_accesses)
            .map_err(|_| KvmError::Lacks("KVM_CAP_ARM_NISV_TO_USER"))?;
        let vcpu = vm.create_vcpu(0).map_err(KvmError::at("make a vcpu"))?;
        let mut target = kvm_vcpu_init::default();
        vm.get_preferred_target(&mut target)
            .map_err(KvmError::at("ask for the host's cpu"))?;
        // No feature is asked for: neither calls to firmware nor counters nor keys.
        target.features = [0; 7];
        vcpu.vcpu_init(&target)
            .map_err(KvmError::at("make the vcpu one of the host's"))?;
        Ok(Self { vm, vcpu })
    }

    /// Frequency of the vCPU's cycle counter in hertz; it is that of the host's.
    pub fn cycle_frequency(&self) -> Option<u64> {
        None
    }
}
