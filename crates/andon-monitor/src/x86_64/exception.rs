//! Exceptions: their vectors and names, and the fault of one that nobody handles.

use crate::memory::{GuestMemory, RegionKind};
use crate::vcpu::{Fault, Intent};

use super::registers::Registers;

/// Debug exception (#DB), from a single step.
pub(super) const DEBUG: u8 = 1;
/// Breakpoint (#BP), from `int3`.
pub(super) const BREAKPOINT: u8 = 3;
/// Invalid opcode (#UD).
pub(super) const INVALID_OPCODE: u8 = 6;
/// General protection (#GP).
pub(super) const GENERAL_PROTECTION: u8 = 13;
/// Page fault (#PF).
pub(super) const PAGE_FAULT: u8 = 14;

/// Error code of #PF: the page is present.
const PRESENT: u64 = 1 << 0;
/// Error code of #PF: the access was a store.
const STORE: u64 = 1 << 1;
/// Error code of #PF: the access was an instruction fetch.
const FETCH: u64 = 1 << 4;

/// An exception as the CPU raised it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trap {
    /// Vector: 13 for a general protection exception.
    pub vector: u8,
    /// Error code; zero where the exception has none.
    pub error_code: u64,
    /// For vector 14 the address that was accessed (CR2), otherwise not looked at.
    pub address: u64,
}

impl Trap {
    /// A general protection exception; the error code is zero or the selector at fault.
    pub(super) fn general_protection(selector: u16) -> Self {
        Self {
            vector: GENERAL_PROTECTION,
            error_code: (selector & !7).into(),
            address: 0,
        }
    }

    /// A page fault of a load at `address`.
    pub(super) fn page_fault(address: u64) -> Self {
        Self {
            vector: PAGE_FAULT,
            error_code: 0,
            address,
        }
    }

    /// The trap as a guest in ring 0 would see it. Of a page fault's error code only what
    /// the guest's own memory says remains: the host's page tables differ from what the
    /// guest was given, and the user bit would contradict the ring that it believes in.
    pub(super) fn as_in_ring_0(mut self, memory: &GuestMemory) -> Self {
        if self.vector == PAGE_FAULT {
            self.error_code &= STORE | FETCH;
            if memory.region_at(self.address).is_some() {
                self.error_code |= PRESENT;
            }
        }
        self
    }

    /// Whether this is a page fault on memory that the guest has, with other rights. That
    /// is no exception of the guest's, which set up no page tables: like a fault of nested
    /// paging it goes to the monitor and ends the guest.
    pub(super) fn breaks_rights(&self, memory: &GuestMemory) -> bool {
        let region = || memory.region_at(self.address);
        self.vector == PAGE_FAULT
            && region().is_some_and(|region| region.kind != RegionKind::BootInfo)
    }

    /// What the access of a page fault was for.
    fn intent(&self) -> Intent {
        if self.error_code & FETCH != 0 {
            Intent::Execute
        } else if self.error_code & STORE != 0 {
            Intent::Write
        } else {
            Intent::Read
        }
    }

    /// The fault that ends a guest which does not handle the exception.
    pub(super) fn fault(&self, registers: &Registers, memory: &GuestMemory) -> Fault {
        match self.vector {
            PAGE_FAULT => Fault::Memory {
                intent: self.intent(),
                address: self.address,
                place: memory.place(self.address),
                pc: registers.rip,
            },
            // It is reported after its instruction, which has one byte.
            BREAKPOINT => Fault::Exception {
                name: name(self.vector),
                pc: registers.rip.wrapping_sub(1),
            },
            vector => Fault::Exception {
                name: name(vector),
                pc: registers.rip,
            },
        }
    }
}

/// Whether the CPU pushes an error code for a vector (SDM volume 3A, table 7-1).
pub(crate) fn pushes_error_code(vector: u8) -> bool {
    matches!(vector, 8 | 10..=14 | 17 | 21 | 29 | 30)
}

/// The exception's name in SDM volume 3A, table 7-1.
fn name(vector: u8) -> &'static str {
    match vector {
        0 => "divide error (#DE)",
        DEBUG => "debug exception (#DB)",
        2 => "non-maskable interrupt",
        BREAKPOINT => "breakpoint (#BP)",
        4 => "overflow (#OF)",
        5 => "bound range exceeded (#BR)",
        INVALID_OPCODE => "invalid opcode (#UD)",
        7 => "device not available (#NM)",
        8 => "double fault (#DF)",
        10 => "invalid tss (#TS)",
        11 => "segment not present (#NP)",
        12 => "stack-segment fault (#SS)",
        GENERAL_PROTECTION => "general protection (#GP)",
        PAGE_FAULT => "page fault (#PF)",
        16 => "x87 floating-point error (#MF)",
        17 => "alignment check (#AC)",
        18 => "machine check (#MC)",
        19 => "simd floating-point exception (#XM)",
        20 => "virtualization exception (#VE)",
        21 => "control protection exception (#CP)",
        _ => "unknown exception",
    }
}
