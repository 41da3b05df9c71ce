//! What an exception leaves on the stubs' stack, and what its stub returns to.

use kvm_bindings::kvm_regs;

use super::tables::{GUEST_CODE, GUEST_DATA};
use crate::x86_64::Registers;

/// The frame: error code, instruction pointer, code segment, flags, stack pointer, stack
/// segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) error_code: u64,
    rip: u64,
    cs: u64,
    rflags: u64,
    rsp: u64,
    ss: u64,
}

impl Frame {
    /// Size in bytes.
    pub(super) const SIZE: usize = 48;

    /// The frame that returns to the guest with these registers.
    pub(super) fn returning_to(registers: &Registers) -> Self {
        Self {
            error_code: 0,
            rip: registers.rip,
            cs: GUEST_CODE.into(),
            rflags: registers.rflags,
            rsp: registers.rsp,
            ss: GUEST_DATA.into(),
        }
    }

    /// Whether it was guest code that raised the exception.
    pub(super) fn is_from_guest(&self) -> bool {
        self.cs & 3 == 3
    }

    /// The guest's registers at the exception. `at_stub` are those that its stub did not
    /// change.
    pub(super) fn registers(&self, at_stub: &kvm_regs, fs_base: u64) -> Registers {
        Registers {
            rip: self.rip,
            rflags: self.rflags,
            rsp: self.rsp,
            ..registers(at_stub, fs_base)
        }
    }

    pub(super) fn from_bytes(bytes: &[u8; Self::SIZE]) -> Self {
        let word = |index: usize| {
            let mut word = [0; 8];
            word.copy_from_slice(&bytes[index * 8..][..8]);
            u64::from_le_bytes(word)
        };
        Self {
            error_code: word(0),
            rip: word(1),
            cs: word(2),
            rflags: word(3),
            rsp: word(4),
            ss: word(5),
        }
    }

    pub(super) fn to_bytes(self) -> [u8; Self::SIZE] {
        let words = [
            self.error_code,
            self.rip,
            self.cs,
            self.rflags,
            self.rsp,
            self.ss,
        ];
        let mut bytes = [0; Self::SIZE];
        for (to, word) in bytes.chunks_exact_mut(8).zip(words) {
            to.copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }
}

/// The register file from KVM's form of it.
pub(super) fn registers(regs: &kvm_regs, fs_base: u64) -> Registers {
    Registers {
        rax: regs.rax,
        rbx: regs.rbx,
        rcx: regs.rcx,
        rdx: regs.rdx,
        rsi: regs.rsi,
        rdi: regs.rdi,
        rbp: regs.rbp,
        rsp: regs.rsp,
        r8: regs.r8,
        r9: regs.r9,
        r10: regs.r10,
        r11: regs.r11,
        r12: regs.r12,
        r13: regs.r13,
        r14: regs.r14,
        r15: regs.r15,
        rip: regs.rip,
        rflags: regs.rflags,
        fs_base,
    }
}

/// The register file in KVM's form, without what KVM has elsewhere.
pub(super) fn kvm_registers(registers: &Registers) -> kvm_regs {
    kvm_regs {
        rax: registers.rax,
        rbx: registers.rbx,
        rcx: registers.rcx,
        rdx: registers.rdx,
        rsi: registers.rsi,
        rdi: registers.rdi,
        rbp: registers.rbp,
        rsp: registers.rsp,
        r8: registers.r8,
        r9: registers.r9,
        r10: registers.r10,
        r11: registers.r11,
        r12: registers.r12,
        r13: registers.r13,
        r14: registers.r14,
        r15: registers.r15,
        rip: registers.rip,
        rflags: registers.rflags,
    }
}
