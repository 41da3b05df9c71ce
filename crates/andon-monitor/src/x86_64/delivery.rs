//! Delivery of an exception to the guest's own handler, and the return from it.
//!
//! Source: SDM volume 3A, section 6.14 ("Exception and Interrupt Handling in 64-bit Mode").

use crate::memory::{Gpa, GuestMemory};

use super::address::{is_canonical, load};
use super::descriptor::Gate;
use super::emulator::Emulator;
use super::exception::{PAGE_FAULT, Trap, pushes_error_code};
use super::registers::{Registers, SETTABLE_FLAGS, TRAP_FLAG, low16};
use crate::arch::Verdict;

/// Interrupt flag.
const INTERRUPT_FLAG: u64 = 1 << 9;
/// Nested task.
const NESTED_TASK: u64 = 1 << 14;
/// Resume flag.
const RESUME_FLAG: u64 = 1 << 16;

/// What the CPU pushes for a handler, without the error code below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Frame {
    rip: u64,
    cs: u64,
    rflags: u64,
    rsp: u64,
    ss: u64,
}

impl Frame {
    const SIZE: usize = 40;

    fn from_bytes(bytes: &[u8; Self::SIZE]) -> Self {
        let word = |index: usize| {
            let mut word = [0; 8];
            word.copy_from_slice(&bytes[index * 8..][..8]);
            u64::from_le_bytes(word)
        };
        Self {
            rip: word(0),
            cs: word(1),
            rflags: word(2),
            rsp: word(3),
            ss: word(4),
        }
    }

    /// The frame as it lies in memory, the error code before it.
    fn to_bytes(self, error_code: u64) -> [u8; 8 + Self::SIZE] {
        let words = [
            error_code,
            self.rip,
            self.cs,
            self.rflags,
            self.rsp,
            self.ss,
        ];
        let mut bytes = [0; 8 + Self::SIZE];
        for (to, word) in bytes.chunks_exact_mut(8).zip(words) {
            to.copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }
}

impl Emulator {
    /// Makes the guest continue in its handler of the exception. None, and nothing changed,
    /// where it has no handler that could run.
    pub(super) fn deliver(
        &mut self,
        registers: &mut Registers,
        trap: &Trap,
        memory: &mut GuestMemory,
    ) -> Option<()> {
        let gate = self.interrupts?.gate(memory, trap.vector)?;
        // A handler that cannot run would raise its own exception for ever.
        if !memory.region_at(gate.handler)?.access.execute {
            return None;
        }
        let frame = self.frame(registers).to_bytes(trap.error_code);
        let pushed = if pushes_error_code(trap.vector) {
            &frame[..]
        } else {
            &frame[8..]
        };
        let stack = self.handler_stack(registers, &gate, memory)?;
        let rsp = (stack & !0xf).checked_sub(pushed.len() as u64)?;
        memory.write(Gpa(rsp), pushed).ok()?;
        registers.rsp = rsp;
        registers.rip = gate.handler;
        registers.rflags &= !(TRAP_FLAG | NESTED_TASK | RESUME_FLAG);
        self.code_selector = gate.selector;
        self.interruptible &= !gate.masks_interrupts;
        if trap.vector == PAGE_FAULT {
            self.cr2 = trap.address;
        }
        Some(())
    }

    /// The interrupted state as the guest is shown it.
    fn frame(&self, registers: &Registers) -> Frame {
        let interrupts = if self.interruptible {
            INTERRUPT_FLAG
        } else {
            0
        };
        Frame {
            rip: registers.rip,
            cs: self.code_selector.into(),
            rflags: registers.rflags & !INTERRUPT_FLAG | interrupts,
            rsp: registers.rsp,
            ss: self.stack_selector.into(),
        }
    }

    /// Where the handler's stack begins, before it is aligned.
    fn handler_stack(
        &self,
        registers: &Registers,
        gate: &Gate,
        memory: &GuestMemory,
    ) -> Option<u64> {
        match gate.stack {
            0 => Some(registers.rsp),
            index => self.task?.interrupt_stack(memory, index),
        }
    }

    /// Performs `iretq`.
    pub(super) fn interrupt_return(
        &mut self,
        registers: &mut Registers,
        memory: &GuestMemory,
    ) -> Result<Verdict, Trap> {
        let frame = Frame::from_bytes(&load(memory, registers.rsp)?);
        if !is_canonical(frame.rip) {
            return Err(Trap::general_protection(0));
        }
        registers.rip = frame.rip;
        registers.rsp = frame.rsp;
        registers.rflags = registers.rflags & !SETTABLE_FLAGS | frame.rflags & SETTABLE_FLAGS;
        self.interruptible = frame.rflags & INTERRUPT_FLAG != 0;
        self.code_selector = low16(frame.cs);
        self.stack_selector = low16(frame.ss);
        Ok(Verdict::Resume)
    }

    /// Performs `lretq`.
    pub(super) fn far_return(
        &mut self,
        registers: &mut Registers,
        memory: &GuestMemory,
    ) -> Result<Verdict, Trap> {
        let rip = u64::from_le_bytes(load(memory, registers.rsp)?);
        let code = u64::from_le_bytes(load(memory, registers.rsp.wrapping_add(8))?);
        if !is_canonical(rip) {
            return Err(Trap::general_protection(0));
        }
        registers.rip = rip;
        registers.rsp = registers.rsp.wrapping_add(16);
        self.code_selector = low16(code);
        Ok(Verdict::Resume)
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{
        CODE, DATA, Guest, HANDLERS, IDT, STACK, TRAP_STACK, TSS, gate, page_fault,
    };
    use crate::arch::Verdict;
    use crate::vcpu::{Fault, Intent};
    use crate::x86_64::Trap;

    fn divide_error() -> Trap {
        Trap::default()
    }

    fn divide_fault() -> Verdict {
        Verdict::Fault(Fault::Exception {
            name: "divide error (#DE)",
            pc: CODE,
        })
    }

    #[test]
    fn a_page_fault_runs_the_handler_on_its_own_stack() {
        let mut guest = Guest::with_tables();
        let verdict = guest.trap(&[0x90], page_fault(0x4_0000_0000, 2));
        assert_eq!(verdict, Verdict::Resume);
        assert_eq!(guest.registers.rip, HANDLERS + 14 * 16);
        assert_eq!(guest.registers.rsp, TRAP_STACK - 48);
    }

    #[test]
    fn the_frame_shows_the_ring_that_the_guest_believes_in() {
        let mut guest = Guest::with_tables();
        guest.registers.rflags = 0x1_0246;
        guest.trap(&[0x90], page_fault(0x1234, 3));
        let frame: Vec<_> = (TRAP_STACK - 48..TRAP_STACK)
            .step_by(8)
            .map(|address| guest.word(address))
            .collect();
        assert_eq!(frame, [2, CODE, 8, 0x1_0046, STACK, 0x10]);
    }

    #[test]
    fn an_address_without_a_region_is_not_present_whatever_the_host_says() {
        let mut guest = Guest::with_tables();
        guest.trap(&[0x90], page_fault(0, 1));
        assert_eq!(guest.word(guest.registers.rsp), 0);
    }

    #[test]
    fn what_the_rights_of_a_segment_forbid_ends_the_guest_in_spite_of_its_handler() {
        let mut guest = Guest::with_tables();
        let verdict = guest.trap(&[0x90], page_fault(CODE + 4, 3));
        assert!(matches!(
            verdict,
            Verdict::Fault(Fault::Memory {
                intent: Intent::Write,
                pc: CODE,
                ..
            })
        ));
    }

    #[test]
    fn the_handler_reads_the_address_from_cr2() {
        let mut guest = Guest::with_tables();
        guest.trap(&[0x90], page_fault(0x1234, 0));
        guest.expect_resume(&[0x0f, 0x20, 0xd7]);
        assert_eq!(guest.registers.rdi, 0x1234);
    }

    #[test]
    fn other_exceptions_leave_cr2_as_it_is() {
        let mut guest = Guest::with_tables();
        let mut trap = divide_error();
        trap.address = 0x1234;
        guest.trap(&[0x90], trap);
        guest.expect_resume(&[0x0f, 0x20, 0xd7]);
        assert_eq!(guest.registers.rdi, 0);
    }

    #[test]
    fn an_exception_without_error_code_runs_on_the_aligned_stack() {
        let mut guest = Guest::with_tables();
        guest.registers.rsp = STACK - 3;
        assert_eq!(guest.trap(&[0x90], divide_error()), Verdict::Resume);
        assert_eq!(guest.registers.rsp, STACK - 16 - 40);
        assert_eq!(guest.word(guest.registers.rsp), CODE);
        assert_eq!(guest.word(guest.registers.rsp + 24), STACK - 3);
    }

    #[test]
    fn single_stepping_stops_in_the_handler() {
        let mut guest = Guest::with_tables();
        guest.registers.rflags = 0x102;
        guest.trap(&[0x90], divide_error());
        assert_eq!(guest.registers.rflags, 2);
    }

    #[test]
    fn iretq_returns_to_where_the_exception_was() {
        let mut guest = Guest::with_tables();
        guest.registers.rflags = 0x246;
        let before = guest.registers;
        guest.trap(&[0x90], divide_error());
        guest.registers.rflags = 0x202;
        guest.expect_resume(&[0x48, 0xcf]);
        assert_eq!(guest.registers, before);
    }

    #[test]
    fn interrupts_are_enabled_again_after_the_handler() {
        let mut guest = Guest::with_tables();
        guest.expect_resume(&[0xfb]);
        guest.registers.rip = CODE;
        guest.trap(&[0x90], divide_error());
        assert_eq!(guest.word(guest.registers.rsp + 16), 0x202);
        guest.expect_resume(&[0x48, 0xcf]);
        guest.trap(&[0x90], divide_error());
        assert_eq!(guest.word(guest.registers.rsp + 16), 0x202);
    }

    #[test]
    fn iretq_sets_no_flag_of_the_host() {
        let mut guest = Guest::with_tables();
        guest.trap(&[0x90], divide_error());
        let flags = guest.registers.rsp + 16;
        guest.write(flags, &u64::MAX.to_le_bytes());
        guest.expect_resume(&[0x48, 0xcf]);
        assert_eq!(guest.registers.rflags, 0x24_0dd7);
    }

    #[test]
    fn iretq_to_an_address_that_is_not_canonical_is_refused() {
        let mut guest = Guest::new();
        guest.registers.rsp = DATA;
        guest.write(DATA, &(1_u64 << 63).to_le_bytes());
        let fault = Fault::Exception {
            name: "general protection (#GP)",
            pc: CODE,
        };
        assert_eq!(guest.refuse(&[0x48, 0xcf]), Verdict::Fault(fault));
    }

    #[test]
    fn a_gate_that_is_not_present_names_the_exception() {
        let mut guest = Guest::with_tables();
        guest.write(IDT + 5, &[0x0e]);
        assert_eq!(guest.trap(&[0x90], divide_error()), divide_fault());
    }

    #[test]
    fn a_gate_of_another_type_names_the_exception() {
        let mut guest = Guest::with_tables();
        guest.write(IDT + 5, &[0x8c]);
        assert_eq!(guest.trap(&[0x90], divide_error()), divide_fault());
    }

    #[test]
    fn a_handler_that_cannot_be_executed_names_the_exception() {
        let mut guest = Guest::with_tables();
        guest.write(IDT + 6, &[0x20]);
        assert_eq!(guest.trap(&[0x90], divide_error()), divide_fault());
    }

    #[test]
    fn a_vector_beyond_the_limit_names_the_exception() {
        let mut guest = Guest::with_tables();
        guest.write(IDT + 512, &gate(0));
        let trap = Trap {
            vector: 32,
            ..Trap::default()
        };
        let fault = Fault::Exception {
            name: "unknown exception",
            pc: CODE,
        };
        assert_eq!(guest.trap(&[0x90], trap), Verdict::Fault(fault));
    }

    #[test]
    fn a_stack_that_cannot_be_written_names_the_exception_and_changes_nothing() {
        let mut guest = Guest::with_tables();
        guest.registers.rsp = CODE + 0x1000;
        let before = guest.registers;
        assert_eq!(guest.trap(&[0x90], divide_error()), divide_fault());
        assert_eq!(guest.registers, before);
    }

    #[test]
    fn a_stack_at_the_bottom_of_the_address_space_names_the_exception() {
        let mut guest = Guest::with_tables();
        guest.registers.rsp = 8;
        assert_eq!(guest.trap(&[0x90], divide_error()), divide_fault());
    }

    #[test]
    fn an_interrupt_stack_in_a_guard_page_names_the_page_fault() {
        let mut guest = Guest::with_tables();
        guest.write(TSS + 0x2c, &DATA.to_le_bytes());
        let verdict = guest.trap(&[0x90], page_fault(8, 2));
        let fault = Fault::Memory {
            intent: Intent::Write,
            address: 8,
            place: "the null page".into(),
            pc: CODE,
        };
        assert_eq!(verdict, Verdict::Fault(fault));
    }
}
