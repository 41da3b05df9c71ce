//! The exception level 1 that a guest believes in: its registers, and what its traps come to.

use andon_abi::solo5::HYPERCALL_MMIO_BASE;

use super::exception::{Class, Trap};
use super::instruction::{Instruction, SystemRegister, decode};
use super::registers::{CONDITION_FLAGS, Registers};
use crate::arch::Verdict;
use crate::memory::{Gpa, GuestMemory};
use crate::vcpu::Fault;

/// How many numbers there are for hypercalls.
const HYPERCALLS: u64 = 0x100;

/// Size of an instruction in bytes.
const INSTRUCTION_SIZE: u64 = 4;

/// The masks of interrupts in a processor state: D, A, I and F.
const INTERRUPT_MASKS: u64 = 0xf << MASK_SHIFT;
const MASK_SHIFT: u32 = 6;

/// The bits of a saved processor state that name the exception level and stack pointer.
const MODE: u64 = 0x1f;
/// Mode: exception level 1 with its own stack pointer.
const EL1H: u64 = 0x5;

/// `CurrentEL` at exception level 1.
const CURRENT_LEVEL: u64 = 1 << 2;

/// Offset from the vector base of the handler of synchronous exceptions from exception level
/// 1 with its own stack pointer (DDI 0487, table D1-5).
const SYNCHRONOUS: u64 = 0x200;

/// Bits of a vector base that are zero.
const VECTOR_ALIGNMENT: u64 = 0x7ff;

/// How much stack a handler needs at least for its first instruction.
const HANDLER_STACK: u64 = 16;

/// State of exception level 1 as the guest set it, none of which the real CPU has.
///
/// A fuzz target needs no more than this: any registers, trap and memory may be given to
/// [`Self::trap`], again and again.
#[derive(Clone, Copy, Debug)]
pub struct Emulator {
    vectors: Option<u64>,
    syndrome: u64,
    fault_address: u64,
    link: u64,
    saved_state: u64,
    interrupt_masks: u64,
}

/// The state in which a Solo5 monitor starts a guest.
impl Default for Emulator {
    fn default() -> Self {
        Self {
            vectors: None,
            syndrome: 0,
            fault_address: 0,
            link: 0,
            saved_state: 0,
            interrupt_masks: INTERRUPT_MASKS,
        }
    }
}

impl Emulator {
    /// Handles one trap: performs the instruction in the guest's stead, delivers the
    /// exception to the guest's handler, or says what the guest asked for or broke.
    pub fn trap(
        &mut self,
        registers: &mut Registers,
        trap: Trap,
        memory: &mut GuestMemory,
    ) -> Verdict {
        let pc = registers.pc;
        match trap.class() {
            Class::SystemCall => Verdict::Fault(Fault::SystemCall {
                number: registers.general(8),
                pc,
            }),
            Class::Wait => Verdict::Fault(Fault::Halted { pc }),
            Class::DataAbort => hypercall(registers, &trap, memory)
                .unwrap_or_else(|| self.raise(registers, trap, memory)),
            Class::Unknown | Class::SystemRegister => self
                .perform(registers, memory)
                .unwrap_or_else(|| self.raise(registers, Trap::UNDEFINED, memory)),
            _ => self.raise(registers, trap, memory),
        }
    }

    /// Raises an exception in the guest.
    fn raise(
        &mut self,
        registers: &mut Registers,
        trap: Trap,
        memory: &mut GuestMemory,
    ) -> Verdict {
        if !trap.breaks_rights(memory) && self.deliver(registers, trap, memory).is_some() {
            return Verdict::Resume;
        }
        Verdict::Fault(trap.fault(registers, memory))
    }

    /// Makes the guest continue in its handler of the exception. None, and nothing changed,
    /// where it has no handler that could run: it would raise exceptions for ever.
    fn deliver(
        &mut self,
        registers: &mut Registers,
        trap: Trap,
        memory: &GuestMemory,
    ) -> Option<()> {
        let handler = self.vectors?.checked_add(SYNCHRONOUS)?;
        let stack = memory.region_at(registers.sp.checked_sub(HANDLER_STACK)?)?;
        let is_executable = memory.region_at(handler)?.access.execute;
        if !is_executable || !stack.access.write {
            return None;
        }
        let trap = trap.as_at_el1(memory);
        self.syndrome = trap.syndrome;
        self.fault_address = trap.address;
        self.link = registers.pc;
        self.saved_state = registers.pstate & CONDITION_FLAGS | self.interrupt_masks | EL1H;
        self.interrupt_masks = INTERRUPT_MASKS;
        registers.pc = handler;
        Some(())
    }

    /// Performs the instruction at the trap, which EL0 does not allow; `None` where a guest
    /// at EL1 could not perform it either.
    fn perform(&mut self, registers: &mut Registers, memory: &GuestMemory) -> Option<Verdict> {
        let word = fetch(registers, memory)?;
        match decode(word)? {
            Instruction::Read(register, number) => {
                registers.set_general(number, self.read(register));
            }
            Instruction::Write(register, number) => {
                self.write(register, registers.general(number));
            }
            Instruction::MaskInterrupts(bits) => {
                self.interrupt_masks |= u64::from(bits) << MASK_SHIFT;
            }
            Instruction::UnmaskInterrupts(bits) => {
                self.interrupt_masks &= !(u64::from(bits) << MASK_SHIFT);
            }
            Instruction::Return => return Some(self.exception_return(registers, word)),
            Instruction::Privileged => return Some(privileged(registers.pc, word)),
            Instruction::StoreWord(_) | Instruction::Breakpoint(_) => return None,
        }
        registers.pc = registers.pc.wrapping_add(INSTRUCTION_SIZE);
        Some(Verdict::Resume)
    }

    fn read(&self, register: SystemRegister) -> u64 {
        match register {
            SystemRegister::VectorBase => self.vectors.unwrap_or(0),
            SystemRegister::Syndrome => self.syndrome,
            SystemRegister::FaultAddress => self.fault_address,
            SystemRegister::Link => self.link,
            SystemRegister::SavedState => self.saved_state,
            SystemRegister::InterruptMask => self.interrupt_masks,
            SystemRegister::CurrentLevel => CURRENT_LEVEL,
        }
    }

    fn write(&mut self, register: SystemRegister, value: u64) {
        match register {
            SystemRegister::VectorBase => self.vectors = Some(value & !VECTOR_ALIGNMENT),
            SystemRegister::Syndrome => self.syndrome = value,
            SystemRegister::FaultAddress => self.fault_address = value,
            SystemRegister::Link => self.link = value,
            SystemRegister::SavedState => self.saved_state = value,
            SystemRegister::InterruptMask => self.interrupt_masks = value & INTERRUPT_MASKS,
            SystemRegister::CurrentLevel => {}
        }
    }

    /// `eret`, which no guest needs but to where it believes to be.
    fn exception_return(&mut self, registers: &mut Registers, word: u32) -> Verdict {
        if self.saved_state & MODE != EL1H {
            return privileged(registers.pc, word);
        }
        let flags = self.saved_state & CONDITION_FLAGS;
        registers.pstate = registers.pstate & !CONDITION_FLAGS | flags;
        registers.pc = self.link;
        self.interrupt_masks = self.saved_state & INTERRUPT_MASKS;
        Verdict::Resume
    }
}

/// The instruction at the trap; `None` where the guest may not execute what is there.
fn fetch(registers: &Registers, memory: &GuestMemory) -> Option<u32> {
    let mut bytes = [0; INSTRUCTION_SIZE as usize];
    let fetched = memory.fetch(Gpa(registers.pc), &mut bytes);
    (fetched == bytes.len()).then(|| u32::from_le_bytes(bytes))
}

/// The hypercall that a store asks for, stepped over; `None` where it is no hypercall.
fn hypercall(registers: &mut Registers, trap: &Trap, memory: &GuestMemory) -> Option<Verdict> {
    let offset = trap.address.checked_sub(HYPERCALL_MMIO_BASE)?;
    if !trap.is_store() || !offset.is_multiple_of(8) || offset / 8 >= HYPERCALLS {
        return None;
    }
    let Some(Instruction::StoreWord(register)) = decode(fetch(registers, memory)?) else {
        return None;
    };
    let block = registers.general(register) & u64::from(u32::MAX);
    registers.pc = registers.pc.wrapping_add(INSTRUCTION_SIZE);
    Some(Verdict::Hypercall {
        number: u16::try_from(offset / 8).ok()?,
        block: Gpa(block),
    })
}

fn privileged(pc: u64, word: u32) -> Verdict {
    let [a, b, c, d] = word.to_le_bytes();
    let bytes = format!("{a:02x} {b:02x} {c:02x} {d:02x}");
    Verdict::Fault(Fault::Privileged { pc, bytes })
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{CODE, DATA, END, Guest, STACK, VECTORS, read_abort, store_abort};
    use crate::aarch64::Trap;
    use crate::arch::Verdict;
    use crate::memory::Gpa;
    use crate::vcpu::{Fault, Intent};

    const CALLS: u64 = 0x1_0000_0000;

    #[test]
    fn a_store_to_a_hypercalls_address_is_a_hypercall_and_is_stepped_over() {
        let mut guest = Guest::new();
        guest.registers.x[1] = 0x77_0010_3000;
        // str w1, [x0]
        let verdict = guest.trap(0xb900_0001, store_abort(CALLS + 0x200));
        let block = Gpa(0x10_3000);
        assert_eq!(verdict, Verdict::Hypercall { number: 64, block });
        assert_eq!(guest.registers.pc, CODE + 4);
    }

    #[test]
    fn the_zero_register_is_a_block_at_zero() {
        let block = Gpa(0);
        assert_eq!(
            Guest::new().trap(0xb900_001f, store_abort(CALLS + 8)),
            Verdict::Hypercall { number: 1, block }
        );
    }

    #[test]
    fn the_last_hypercall_has_the_number_255() {
        let mut guest = Guest::new();
        let block = Gpa(0);
        assert_eq!(
            guest.trap(0xb900_001f, store_abort(CALLS + 255 * 8)),
            Verdict::Hypercall { number: 255, block }
        );
        guest.expect_memory_fault(0xb900_001f, Intent::Write, CALLS + 256 * 8);
    }

    #[test]
    fn an_address_between_two_hypercalls_is_a_fault() {
        Guest::new().expect_memory_fault(0xb900_0001, Intent::Write, CALLS + 12);
    }

    #[test]
    fn a_store_of_another_size_is_no_hypercall() {
        // str x1, [x0]; strb w1, [x0]; stp w1, w2, [x0]
        for word in [0xf900_0001, 0x3900_0001, 0x2900_0801] {
            Guest::new().expect_memory_fault(word, Intent::Write, CALLS + 8);
        }
    }

    #[test]
    fn a_load_from_a_hypercalls_address_is_a_fault() {
        Guest::new().expect_memory_fault(0xb940_0001, Intent::Read, CALLS + 8);
    }

    #[test]
    fn interrupts_are_masked_at_the_start_and_as_the_guest_wants() {
        let mut guest = Guest::new();
        guest.expect_resume(0xd53b_4220); // mrs x0, daif
        assert_eq!(guest.registers.x[0], 0x3c0);
        guest.expect_resume(0xd503_42ff); // msr daifclr, #2
        guest.expect_resume(0xd53b_4220);
        assert_eq!(guest.registers.x[0], 0x340);
        guest.expect_resume(0xd503_42df); // msr daifset, #2
        guest.expect_resume(0xd53b_4220);
        assert_eq!(guest.registers.x[0], 0x3c0);
        assert_eq!(guest.registers.pc, CODE + 20);
    }

    #[test]
    fn the_guest_believes_to_be_at_exception_level_1() {
        let mut guest = Guest::new();
        guest.expect_resume(0xd538_4240);
        assert_eq!(guest.registers.x[0], 4);
    }

    #[test]
    fn another_system_register_is_privileged() {
        let fault = Fault::Privileged {
            pc: CODE,
            bytes: "00 10 18 d5".into(),
        };
        let verdict = Guest::with_vectors().trap(0xd518_1000, Trap::UNDEFINED);
        assert_eq!(verdict, Verdict::Fault(fault));
    }

    #[test]
    fn an_undefined_instruction_without_a_handler_is_a_fault() {
        let fault = Fault::Exception {
            name: "undefined instruction",
            pc: CODE,
        };
        let verdict = Guest::new().trap(0, Trap::UNDEFINED);
        assert_eq!(verdict, Verdict::Fault(fault));
    }

    #[test]
    fn an_exception_is_delivered_to_the_guests_handler() {
        let mut guest = Guest::with_vectors();
        guest.registers.pstate = 0x6000_0000;
        assert_eq!(guest.trap(0xb940_0001, read_abort(8)), Verdict::Resume);
        assert_eq!(guest.registers.pc, VECTORS + 0x200);
        assert_eq!(guest.registers.sp, STACK);
        let seen = [0xd538_5200, 0xd538_6000, 0xd538_4020, 0xd538_4000].map(|word| {
            guest.expect_resume(word);
            guest.registers.x[0]
        });
        // A data abort of EL1 itself, no translation at level 3; its address; where; EL1h
        // with interrupts masked and the flags.
        assert_eq!(seen, [0x9600_0007, 8, CODE, 0x6000_03c5]);
    }

    #[test]
    fn an_exception_return_goes_on_where_the_handler_says() {
        let mut guest = Guest::with_vectors();
        guest.registers.pstate = 0x4000_0000;
        guest.trap(0xd420_0000, Trap::breakpoint(0));
        guest.registers.x[0] = CODE + 0x40;
        guest.expect_resume(0xd518_4020); // msr elr_el1, x0
        guest.registers.pstate = 0;
        guest.expect_resume(0xd69f_03e0); // eret
        assert_eq!(guest.registers.pc, CODE + 0x40);
        assert_eq!(guest.registers.pstate, 0x4000_0000);
    }

    #[test]
    fn an_exception_return_to_another_level_is_privileged() {
        let mut guest = Guest::with_vectors();
        guest.registers.x[0] = 0;
        guest.expect_resume(0xd518_4000); // msr spsr_el1, x0
        let pc = guest.registers.pc;
        let bytes = "e0 03 9f d6".into();
        assert_eq!(
            guest.trap(0xd69f_03e0, Trap::UNDEFINED),
            Verdict::Fault(Fault::Privileged { pc, bytes })
        );
    }

    #[test]
    fn a_store_that_breaks_rights_ends_the_guest_though_it_has_a_handler() {
        Guest::with_vectors().expect_memory_fault(0xb900_0001, Intent::Write, CODE + 8);
    }

    #[test]
    fn an_exception_with_no_stack_for_its_handler_is_a_fault() {
        let mut guest = Guest::with_vectors();
        guest.registers.sp = DATA;
        guest.expect_memory_fault(0xb900_0001, Intent::Write, DATA - 16);
    }

    #[test]
    fn a_handler_that_cannot_be_executed_is_none() {
        let mut guest = Guest::with_vectors();
        guest.registers.x[3] = DATA;
        guest.expect_resume(0xd518_c003); // msr vbar_el1, x3
        guest.expect_memory_fault(0xb940_0001, Intent::Read, 8);
    }

    #[test]
    fn executing_beyond_memory_is_a_fault() {
        let mut guest = Guest::new();
        guest.registers.pc = END;
        let trap = Trap {
            syndrome: 0x8200_0005,
            address: END,
        };
        let verdict = guest
            .emulator
            .trap(&mut guest.registers, trap, &mut guest.memory);
        let fault = Fault::Memory {
            intent: Intent::Execute,
            address: END,
            place: "beyond the guest's memory".into(),
            pc: END,
        };
        assert_eq!(verdict, Verdict::Fault(fault));
    }

    #[test]
    fn a_system_call_and_a_wait_end_the_guest() {
        let mut guest = Guest::with_vectors();
        guest.registers.x[8] = 94;
        let trap = |class: u64| Trap {
            syndrome: class << 26 | 1 << 25,
            address: 0,
        };
        let call = Fault::SystemCall {
            number: 94,
            pc: CODE,
        };
        let halt = Fault::Halted { pc: CODE };
        assert_eq!(guest.trap(0xd400_0001, trap(0x15)), Verdict::Fault(call));
        assert_eq!(guest.trap(0xd503_207f, trap(0x01)), Verdict::Fault(halt));
    }

    #[test]
    fn a_misaligned_stack_pointer_is_named() {
        let trap = Trap {
            syndrome: 0x26 << 26 | 1 << 25,
            address: 0,
        };
        let fault = Fault::Exception {
            name: "sp alignment fault",
            pc: CODE,
        };
        assert_eq!(Guest::new().trap(0, trap), Verdict::Fault(fault));
    }
}
