//! Exceptions: their classes and names, and the fault of one that nobody handles.
//!
//! Source: DDI 0487, section D19.2.37 ("ESR_EL1, Exception Syndrome Register").

use crate::memory::{GuestMemory, RegionKind};
use crate::vcpu::{Fault, Intent};

use super::registers::Registers;

/// An exception's class: the bits of the syndrome from [`CLASS_SHIFT`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// An instruction that is not defined at EL0.
    Unknown,
    /// `wfi` or `wfe`.
    Wait,
    /// `svc`.
    SystemCall,
    /// Access to a system register.
    SystemRegister,
    /// An instruction fetch that memory does not allow.
    InstructionAbort,
    /// A program counter that is no multiple of four.
    ProgramCounter,
    /// A load or store that memory does not allow.
    DataAbort,
    /// A stack pointer that is no multiple of sixteen.
    StackPointer,
    /// A floating-point exception.
    FloatingPoint,
    /// `brk`.
    Breakpoint,
    /// Anything else.
    Other,
}

const CLASS_SHIFT: u32 = 26;
const CLASS_MASK: u64 = 0x3f;

/// Syndrome: the instruction has 32 bits; always set on aarch64, but for a fetch.
const LENGTH: u64 = 1 << 25;
/// Syndrome of a data abort: the access was a store.
const STORE: u64 = 1 << 6;
/// Syndrome of an abort: the bits of its status.
const STATUS: u64 = 0x3f;

/// Status of an abort: no translation, at level 3, where pages are.
const NO_TRANSLATION: u64 = 0x07;
/// Status of an abort: no permission, at level 3.
const NO_PERMISSION: u64 = 0x0f;

/// Class of an abort of the same exception level less that of a lower one.
const SAME_LEVEL: u64 = 1 << CLASS_SHIFT;

/// An exception as the CPU raised it at EL0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trap {
    /// Exception syndrome, as in ESR_EL1.
    pub syndrome: u64,
    /// For aborts the address that was accessed, as in FAR_EL1.
    pub address: u64,
}

impl Trap {
    /// An instruction that is not defined.
    pub const UNDEFINED: Self = Self {
        syndrome: LENGTH,
        address: 0,
    };

    /// A breakpoint instruction with this immediate.
    pub fn breakpoint(immediate: u16) -> Self {
        Self {
            syndrome: 0x3c << CLASS_SHIFT | LENGTH | u64::from(immediate),
            address: 0,
        }
    }

    /// A floating-point exception.
    pub const FLOATING_POINT: Self = Self {
        syndrome: 0x2c << CLASS_SHIFT | LENGTH,
        address: 0,
    };

    pub(super) fn class(&self) -> Class {
        match self.syndrome >> CLASS_SHIFT & CLASS_MASK {
            0x00 => Class::Unknown,
            0x01 => Class::Wait,
            0x15 => Class::SystemCall,
            0x18 => Class::SystemRegister,
            0x20 => Class::InstructionAbort,
            0x22 => Class::ProgramCounter,
            0x24 => Class::DataAbort,
            0x26 => Class::StackPointer,
            0x2c => Class::FloatingPoint,
            0x3c => Class::Breakpoint,
            _ => Class::Other,
        }
    }

    /// Whether this is a store that aborted.
    pub(super) fn is_store(&self) -> bool {
        self.class() == Class::DataAbort && self.syndrome & STORE != 0
    }

    /// Whether memory does not allow the access: its status is a translation, access flag
    /// or permission fault.
    fn is_about_rights(&self) -> bool {
        let is_abort = matches!(self.class(), Class::DataAbort | Class::InstructionAbort);
        is_abort && (4..16).contains(&(self.syndrome & STATUS))
    }

    /// The trap as a guest at EL1 would see it. Of an abort's status only what the guest's
    /// own memory says remains: the host's page tables differ from what the guest was given.
    pub(super) fn as_at_el1(mut self, memory: &GuestMemory) -> Self {
        if self.is_about_rights() {
            self.syndrome &= CLASS_MASK << CLASS_SHIFT | LENGTH | STORE;
            self.syndrome |= match memory.region_at(self.address) {
                Some(_) => NO_PERMISSION,
                None => NO_TRANSLATION,
            };
        }
        if matches!(self.class(), Class::DataAbort | Class::InstructionAbort) {
            self.syndrome |= SAME_LEVEL;
        }
        self
    }

    /// Whether this is an abort on memory that the guest has, with other rights. That is no
    /// exception of the guest's, which set up no page tables: like an abort of stage 2 it
    /// goes to the monitor and ends the guest.
    pub(super) fn breaks_rights(&self, memory: &GuestMemory) -> bool {
        let region = || memory.region_at(self.address);
        self.is_about_rights() && region().is_some_and(|region| region.kind != RegionKind::BootInfo)
    }

    /// The fault that ends a guest which does not handle the exception.
    pub(super) fn fault(&self, registers: &Registers, memory: &GuestMemory) -> Fault {
        let pc = registers.pc;
        if !self.is_about_rights() {
            let name = self.name();
            return Fault::Exception { name, pc };
        }
        let intent = match self.class() {
            Class::InstructionAbort => Intent::Execute,
            _ if self.syndrome & STORE != 0 => Intent::Write,
            _ => Intent::Read,
        };
        Fault::Memory {
            intent,
            address: self.address,
            place: memory.place(self.address),
            pc,
        }
    }

    /// The exception in the manual's words.
    fn name(&self) -> &'static str {
        match self.class() {
            Class::Unknown => "undefined instruction",
            Class::Wait => "wait for interrupt",
            Class::SystemCall => "supervisor call",
            Class::SystemRegister => "trapped system register access",
            Class::InstructionAbort => "instruction abort",
            Class::ProgramCounter => "pc alignment fault",
            Class::DataAbort => "data abort",
            Class::StackPointer => "sp alignment fault",
            Class::FloatingPoint => "floating-point exception",
            Class::Breakpoint => "breakpoint",
            Class::Other => "unknown exception",
        }
    }
}
