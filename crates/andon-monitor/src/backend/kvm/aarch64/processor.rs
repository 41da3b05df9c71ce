//! The vCPU's registers: its system registers at the start, and the guest's at a trap.
//!
//! Source: DDI 0487, chapter D19; KVM API documentation, `KVM_SET_ONE_REG`.

use std::mem::offset_of;

use kvm_bindings::{
    KVM_REG_ARM_CORE, KVM_REG_ARM64, KVM_REG_ARM64_SYSREG, KVM_REG_SIZE_U64, kvm_regs, user_pt_regs,
};
use kvm_ioctls::{Error, VcpuFd};

use super::{area, stub};
use crate::aarch64::{Registers, Trap};

/// A register as KVM numbers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Id(u64);

impl Id {
    /// A register of `struct kvm_regs`, by its offset there.
    const fn core(offset: usize) -> Self {
        Self(KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE as u64 | (offset as u64 / 4))
    }

    /// A system register, by op0:op1:CRn:CRm:op2.
    const fn system(number: u64) -> Self {
        Self(KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM64_SYSREG as u64 | number)
    }

    /// A general-purpose register.
    const fn general(number: usize) -> Self {
        Self::core(offset_of!(user_pt_regs, regs) + 8 * number)
    }
}

const SP_EL0: Id = Id::core(offset_of!(user_pt_regs, sp));
const PC: Id = Id::core(offset_of!(user_pt_regs, pc));
const PSTATE: Id = Id::core(offset_of!(user_pt_regs, pstate));
const ELR_EL1: Id = Id::core(offset_of!(kvm_regs, elr_el1));
const SPSR_EL1: Id = Id::core(offset_of!(kvm_regs, spsr));

const SCTLR_EL1: Id = Id::system(0xc080);
const CPACR_EL1: Id = Id::system(0xc082);
const TTBR0_EL1: Id = Id::system(0xc100);
const TCR_EL1: Id = Id::system(0xc102);
const ESR_EL1: Id = Id::system(0xc290);
const FAR_EL1: Id = Id::system(0xc300);
const MAIR_EL1: Id = Id::system(0xc510);
const VBAR_EL1: Id = Id::system(0xc600);
const TPIDR_EL1: Id = Id::system(0xc684);
const CNTKCTL_EL1: Id = Id::system(0xc708);

/// SCTLR_EL1: translation and caches; stack pointers are checked; EL0 may zero and clean
/// cache lines and read their size; `wfi` traps, `wfe` does not; nor does EL0 mask
/// interrupts. The rest is reserved and one.
const SYSTEM_CONTROL: u64 = 1 << 0
    | 1 << 2
    | 1 << 3
    | 1 << 4
    | 1 << 12
    | 1 << 14
    | 1 << 15
    | 1 << 18
    | 1 << 26
    | 1 << 11
    | 1 << 20
    | 1 << 22
    | 1 << 23
    | 1 << 28
    | 1 << 29;

/// CPACR_EL1: floating point and vectors do not trap.
const FLOATING_POINT: u64 = 3 << 20;

/// TCR_EL1: 48 bits in pages of 4 KiB by TTBR0 alone, tables in shared, cached memory, 36
/// bits of physical addresses, and the top byte of an address is ignored, as Linux has it.
const TRANSLATION: u64 = 16 | 1 << 8 | 1 << 10 | 3 << 12 | 1 << 23 | 1 << 32 | 1 << 37;

/// MAIR_EL1: type 0 is devices, 1 is ordinary memory, cached.
const MEMORY_TYPES: u64 = 0xff00;

/// CNTKCTL_EL1: EL0 may read the virtual counter.
const COUNTER: u64 = 1 << 1;

/// The bits of a processor state that name the exception level.
const LEVEL: u64 = 0xf;
/// Interrupts are masked; the level is 0. No interrupt could come.
const AT_EL0: u64 = 0xf << 6;
/// The condition flags.
const CONDITION_FLAGS: u64 = 0xf << 28;

/// Sets the system registers for all of the guest's life.
pub(super) fn set_system(vcpu: &VcpuFd) -> Result<(), Error> {
    for (id, value) in [
        (MAIR_EL1, MEMORY_TYPES),
        (TCR_EL1, TRANSLATION),
        (TTBR0_EL1, area::TABLE_ROOT),
        (VBAR_EL1, area::VECTOR_BASE),
        (CPACR_EL1, FLOATING_POINT),
        (CNTKCTL_EL1, COUNTER),
        (SCTLR_EL1, SYSTEM_CONTROL),
    ] {
        set(vcpu, id, value)?;
    }
    Ok(())
}

/// Sets the guest's first registers; the vCPU has run nothing yet.
pub(super) fn start(vcpu: &VcpuFd, registers: &Registers) -> Result<(), Error> {
    for (number, value) in registers.x.into_iter().enumerate() {
        set(vcpu, Id::general(number), value)?;
    }
    set(vcpu, SP_EL0, registers.sp)?;
    set(vcpu, PC, registers.pc)?;
    set(vcpu, PSTATE, state(registers))
}

/// The guest's registers. In a vector X0 is saved elsewhere, and where the guest was is in
/// the registers of exceptions.
pub(super) fn guest_registers(vcpu: &VcpuFd) -> Result<Registers, Error> {
    let mut registers = Registers {
        sp: get(vcpu, SP_EL0)?,
        pc: get(vcpu, PC)?,
        pstate: get(vcpu, PSTATE)?,
        ..Registers::default()
    };
    for (number, register) in registers.x.iter_mut().enumerate() {
        *register = get(vcpu, Id::general(number))?;
    }
    if registers.pstate & LEVEL != 0 {
        if stub::has_saved(registers.pc) {
            registers.x[0] = get(vcpu, TPIDR_EL1)?;
        }
        registers.pc = get(vcpu, ELR_EL1)?;
        registers.pstate = get(vcpu, SPSR_EL1)?;
    }
    registers.pstate &= CONDITION_FLAGS;
    Ok(registers)
}

/// The exception that the vector was entered for.
pub(super) fn trap(vcpu: &VcpuFd) -> Result<Trap, Error> {
    Ok(Trap {
        syndrome: get(vcpu, ESR_EL1)?,
        address: get(vcpu, FAR_EL1)?,
    })
}

/// Has the vector return to the guest with other registers than it had before.
pub(super) fn answer(vcpu: &VcpuFd, before: &Registers, after: &Registers) -> Result<(), Error> {
    let general = (1..31).map(|number| (Id::general(number), before.x[number], after.x[number]));
    let others = [
        (TPIDR_EL1, before.x[0], after.x[0]),
        (SP_EL0, before.sp, after.sp),
        (ELR_EL1, before.pc, after.pc),
        (SPSR_EL1, state(before), state(after)),
    ];
    for (id, before, after) in general.chain(others) {
        if before != after {
            set(vcpu, id, after)?;
        }
    }
    Ok(())
}

/// The processor state by which the guest runs.
fn state(registers: &Registers) -> u64 {
    AT_EL0 | registers.pstate & CONDITION_FLAGS
}

fn set(vcpu: &VcpuFd, id: Id, value: u64) -> Result<(), Error> {
    vcpu.set_one_reg(id.0, &value.to_le_bytes()).map(drop)
}

fn get(vcpu: &VcpuFd, id: Id) -> Result<u64, Error> {
    let mut bytes = [0; 8];
    vcpu.get_one_reg(id.0, &mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}
