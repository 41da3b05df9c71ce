//! The ring 0 that a guest believes in: what it loaded, and what its traps come to.

use crate::arch::Verdict;
use crate::clock::VirtualClock;
use crate::memory::{Gpa, GuestMemory};
use crate::vcpu::{DebugEvent, Fault};
use andon_abi::solo5::{HYPERCALL_PORT_BASE, RING_KICK_PORT};

use super::address::{is_canonical, load};
use super::descriptor::DescriptorTable;
use super::exception::{BREAKPOINT, DEBUG, GENERAL_PROTECTION, INVALID_OPCODE, Trap};
use super::instruction::{Decoded, FlatSegment, Instruction, MAX_LENGTH, Table, decode};
use super::operand::Operand;
use super::registers::{Registers, TRAP_FLAG, low16};

/// `IA32_FS_BASE`, the one model-specific register that a guest may write.
const FS_BASE: u64 = 0xc000_0100;

/// How many ports there are for hypercalls, with that of the network ring's kick.
const HYPERCALL_PORTS: u16 = RING_KICK_PORT - HYPERCALL_PORT_BASE + 1;

/// State of ring 0 as the guest set it, none of which the real CPU has.
///
/// A fuzz target needs no more than this: any registers, trap and memory may be given to
/// [`Self::trap`], again and again.
#[derive(Clone, Debug)]
pub struct Emulator {
    global: Option<DescriptorTable>,
    pub(super) interrupts: Option<DescriptorTable>,
    pub(super) task: Option<DescriptorTable>,
    pub(super) code_selector: u16,
    pub(super) stack_selector: u16,
    pub(super) interruptible: bool,
    pub(super) cr2: u64,
    debugged: bool,
    clock: Option<VirtualClock>,
}

/// The state in which a Solo5 monitor starts a guest.
impl Default for Emulator {
    fn default() -> Self {
        Self {
            global: None,
            interrupts: None,
            task: None,
            code_selector: 0x08,
            stack_selector: 0x10,
            interruptible: false,
            cr2: 0,
            debugged: false,
            clock: None,
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
        if self.debugged {
            self.debugged_trap(registers, trap, memory)
        } else {
            self.guests_trap(registers, trap, memory)
        }
    }

    /// An emulator of a guest whose cycle counter is this clock and traps.
    pub fn with_clock(clock: Option<VirtualClock>) -> Self {
        Self {
            clock,
            ..Self::default()
        }
    }

    /// Whether breakpoints and single steps are a debugger's, not the guest's.
    pub fn set_debugged(&mut self, debugged: bool) {
        self.debugged = debugged;
    }

    /// Whether they are a debugger's.
    pub fn is_debugged(&self) -> bool {
        self.debugged
    }

    /// Handles a trap of a guest that has a debugger. An instruction that is performed in
    /// the guest's stead is a step like any other.
    fn debugged_trap(
        &mut self,
        registers: &mut Registers,
        trap: Trap,
        memory: &mut GuestMemory,
    ) -> Verdict {
        match trap.vector {
            DEBUG => return Verdict::Debug(DebugEvent::Stepped),
            BREAKPOINT => return Verdict::Debug(DebugEvent::Breakpoint),
            _ => {}
        }
        let is_step = registers.rflags & TRAP_FLAG != 0;
        match self.guests_trap(registers, trap, memory) {
            Verdict::Resume if is_step => Verdict::Debug(DebugEvent::Stepped),
            verdict => verdict,
        }
    }

    /// Handles a trap that is the guest's own.
    fn guests_trap(
        &mut self,
        registers: &mut Registers,
        trap: Trap,
        memory: &mut GuestMemory,
    ) -> Verdict {
        let mut bytes = [0; MAX_LENGTH];
        let fetched = memory.fetch(Gpa(registers.rip), &mut bytes);
        let bytes = &bytes[..fetched];
        let emulated = match relevant(&trap, bytes, registers) {
            Some(decoded) => self.perform(registers, decoded, bytes, memory),
            None => Err(trap),
        };
        emulated.unwrap_or_else(|trap| self.raise(registers, trap, memory))
    }

    /// Raises an exception in the guest.
    fn raise(
        &mut self,
        registers: &mut Registers,
        trap: Trap,
        memory: &mut GuestMemory,
    ) -> Verdict {
        let trap = trap.as_in_ring_0(memory);
        if trap.breaks_rights(memory) {
            return Verdict::Fault(trap.fault(registers, memory));
        }
        match self.deliver(registers, &trap, memory) {
            Some(()) => Verdict::Resume,
            None => Verdict::Fault(trap.fault(registers, memory)),
        }
    }

    /// Performs an instruction, or gives the exception that it raises.
    fn perform(
        &mut self,
        registers: &mut Registers,
        decoded: Decoded,
        bytes: &[u8],
        memory: &GuestMemory,
    ) -> Result<Verdict, Trap> {
        let pc = registers.rip;
        let next = pc.wrapping_add(decoded.length);
        match decoded.instruction {
            Instruction::OutLong => return Ok(out(registers, next)),
            Instruction::Port(port) => {
                let port = port.map_or(low16(registers.rdx), u16::from);
                return Ok(Verdict::Fault(Fault::Port { port, pc }));
            }
            Instruction::FarReturn => return self.far_return(registers, memory),
            Instruction::InterruptReturn => return self.interrupt_return(registers, memory),
            Instruction::Halt => return Ok(Verdict::Fault(Fault::Halted { pc })),
            Instruction::SystemCall => {
                let number = registers.rax;
                return Ok(Verdict::Fault(Fault::SystemCall { number, pc: next }));
            }
            Instruction::Privileged => return Ok(privileged(pc, decoded, bytes)),
            Instruction::WriteMsr if registers.rcx & 0xffff_ffff != FS_BASE => {
                return Ok(privileged(pc, decoded, bytes));
            }
            Instruction::WriteMsr => write_fs_base(registers)?,
            Instruction::LoadTable(table, address) => self.load_table(table, address, memory)?,
            Instruction::LoadTask(operand) => self.load_task(registers, operand, memory)?,
            Instruction::LoadSegment(segment, operand) => {
                let selector = selector(registers, operand, memory)?;
                if segment == FlatSegment::Ss {
                    self.stack_selector = selector;
                }
            }
            Instruction::ReadCr2(register) => *registers.general_mut(register) = self.cr2,
            Instruction::SetInterrupts(on) => self.interruptible = on,
            Instruction::ReadCounter(with_processor) => match &self.clock {
                Some(clock) => read_counter(registers, clock, with_processor),
                None => return Ok(privileged(pc, decoded, bytes)),
            },
        }
        registers.rip = next;
        Ok(Verdict::Resume)
    }

    fn load_table(&mut self, table: Table, address: u64, memory: &GuestMemory) -> Result<(), Trap> {
        let loaded = DescriptorTable::from_operand(load(memory, address)?)
            .ok_or(Trap::general_protection(0))?;
        match table {
            Table::Global => self.global = Some(loaded),
            Table::Interrupt => self.interrupts = Some(loaded),
        }
        Ok(())
    }

    fn load_task(
        &mut self,
        registers: &Registers,
        operand: Operand,
        memory: &GuestMemory,
    ) -> Result<(), Trap> {
        let selector = selector(registers, operand, memory)?;
        let task = self.global.and_then(|table| table.task(memory, selector));
        self.task = Some(task.ok_or(Trap::general_protection(selector))?);
        Ok(())
    }
}

/// The instruction at the trap, where the trap is one by which the CPU refuses it.
fn relevant(trap: &Trap, bytes: &[u8], registers: &Registers) -> Option<Decoded> {
    let decoded = decode(bytes, registers)?;
    let refused = match trap.vector {
        GENERAL_PROTECTION => true,
        // Where the CPU has system calls disabled it does not know their instruction.
        INVALID_OPCODE => decoded.instruction == Instruction::SystemCall,
        _ => false,
    };
    refused.then_some(decoded)
}

/// `out dx, eax`.
fn out(registers: &mut Registers, next: u64) -> Verdict {
    let port = low16(registers.rdx);
    match port.checked_sub(HYPERCALL_PORT_BASE) {
        Some(number) if number < HYPERCALL_PORTS => {
            registers.rip = next;
            Verdict::Hypercall {
                number,
                block: Gpa(registers.rax & u64::from(u32::MAX)),
            }
        }
        _ => Verdict::Fault(Fault::Port {
            port,
            pc: registers.rip,
        }),
    }
}

fn privileged(pc: u64, decoded: Decoded, bytes: &[u8]) -> Verdict {
    let hexadecimal: Vec<_> = bytes
        .iter()
        .zip(0..decoded.length)
        .map(|(byte, _)| format!("{byte:02x}"))
        .collect();
    Verdict::Fault(Fault::Privileged {
        pc,
        bytes: hexadecimal.join(" "),
    })
}

/// `rdtsc`, `rdtscp`: the guest's only processor is number 0.
fn read_counter(registers: &mut Registers, clock: &VirtualClock, with_processor: bool) {
    let time = clock.look();
    registers.rax = time & u64::from(u32::MAX);
    registers.rdx = time >> 32;
    if with_processor {
        registers.rcx = 0;
    }
}

/// `wrmsr` of the base of FS.
fn write_fs_base(registers: &mut Registers) -> Result<(), Trap> {
    let base = registers.rdx << 32 | registers.rax & u64::from(u32::MAX);
    if !is_canonical(base) {
        return Err(Trap::general_protection(0));
    }
    registers.fs_base = base;
    Ok(())
}

/// The selector in an operand.
fn selector(registers: &Registers, operand: Operand, memory: &GuestMemory) -> Result<u16, Trap> {
    match operand {
        Operand::Register(number) => Ok(low16(registers.general(number))),
        Operand::Memory(address) => Ok(u16::from_le_bytes(load(memory, address)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{CODE, DATA, Guest, OPERAND, general_protection, page_fault};
    use std::time::Duration;

    use crate::arch::Verdict;
    use crate::clock::VirtualClock;
    use crate::memory::Gpa;
    use crate::vcpu::{Fault, Intent};
    use crate::x86_64::{Emulator, Trap};

    #[test]
    fn out_to_a_hypercall_port_is_a_hypercall_and_is_stepped_over() {
        let mut guest = Guest::new();
        guest.registers.rdx = 0xffff_0502;
        guest.registers.rax = 0x1_0010_3000;
        let verdict = guest.refuse(&[0xef]);
        let block = Gpa(0x10_3000);
        assert_eq!(verdict, Verdict::Hypercall { number: 2, block });
        assert_eq!(guest.registers.rip, CODE + 1);
    }

    #[test]
    fn the_last_hypercall_port_is_that_of_the_ring_s_kick() {
        let mut guest = Guest::new();
        guest.registers.rdx = 0x600;
        let block = Gpa(0);
        assert_eq!(
            guest.refuse(&[0xef]),
            Verdict::Hypercall { number: 256, block }
        );
        guest.registers.rdx = 0x601;
        let pc = CODE + 1;
        let fault = Fault::Port { port: 0x601, pc };
        assert_eq!(guest.refuse(&[0xef]), Verdict::Fault(fault));
    }

    #[test]
    fn an_out_of_less_than_32_bits_is_no_hypercall() {
        let mut guest = Guest::new();
        guest.registers.rdx = 0x502;
        let fault = Fault::Port {
            port: 0x502,
            pc: CODE,
        };
        assert_eq!(guest.refuse(&[0xee]), Verdict::Fault(fault.clone()));
        assert_eq!(guest.refuse(&[0x66, 0xef]), Verdict::Fault(fault));
    }

    #[test]
    fn a_look_at_the_cycle_counter_is_one_at_the_guest_s_clock() {
        let clock = VirtualClock::default();
        clock.go_on_to(Duration::from_secs(5));
        let mut guest = Guest::new();
        guest.emulator = Emulator::with_clock(Some(clock));
        assert_eq!(guest.refuse(&[0x0f, 0x31]), Verdict::Resume);
        let counter = guest.registers.rdx << 32 | guest.registers.rax;
        assert_eq!((counter, guest.registers.rip), (5_000_000_000, CODE + 2));
        guest.registers.rcx = 7;
        assert_eq!(guest.refuse(&[0x0f, 0x01, 0xf9]), Verdict::Resume);
        assert_eq!(guest.registers.rcx, 0);
    }

    #[test]
    fn a_port_in_the_instruction_is_named_in_the_fault() {
        let fault = Fault::Port {
            port: 0x60,
            pc: CODE,
        };
        assert_eq!(Guest::new().refuse(&[0xe4, 0x60]), Verdict::Fault(fault));
    }

    #[test]
    fn ports_are_refused_though_the_guest_has_handlers() {
        let mut guest = Guest::with_tables();
        guest.registers.rdx = 0x3f8;
        let fault = Fault::Port {
            port: 0x3f8,
            pc: CODE,
        };
        assert_eq!(guest.refuse(&[0xee]), Verdict::Fault(fault));
    }

    #[test]
    fn the_base_of_fs_is_written() {
        let mut guest = Guest::new();
        guest.registers.rcx = 0xc000_0100;
        guest.registers.rdx = 0x12;
        guest.registers.rax = 0xffff_ffff_3456_7890;
        guest.expect_resume(&[0x0f, 0x30]);
        assert_eq!(guest.registers.fs_base, 0x12_3456_7890);
        assert_eq!(guest.registers.rip, CODE + 2);
    }

    #[test]
    fn a_base_of_fs_that_is_not_canonical_is_refused() {
        let mut guest = Guest::new();
        guest.registers.rcx = 0xc000_0100;
        guest.registers.rdx = 0x8000_0000;
        let fault = Fault::Exception {
            name: "general protection (#GP)",
            pc: CODE,
        };
        assert_eq!(guest.refuse(&[0x0f, 0x30]), Verdict::Fault(fault));
        assert_eq!(guest.registers.fs_base, 0);
    }

    #[test]
    fn another_model_specific_register_is_privileged() {
        let mut guest = Guest::with_tables();
        guest.registers.rcx = 0xc000_0080;
        let fault = Fault::Privileged {
            pc: CODE,
            bytes: "0f 30".into(),
        };
        assert_eq!(guest.refuse(&[0x0f, 0x30, 0x90]), Verdict::Fault(fault));
    }

    #[test]
    fn a_table_that_the_guest_cannot_read_is_a_page_fault() {
        let mut guest = Guest::new();
        guest.registers.rax = 0;
        let fault = Fault::Memory {
            intent: Intent::Read,
            address: 0,
            place: "the null page".into(),
            pc: CODE,
        };
        assert_eq!(guest.refuse(&[0x0f, 0x01, 0x10]), Verdict::Fault(fault));
    }

    #[test]
    fn a_table_at_an_address_that_is_not_canonical_is_refused() {
        let mut guest = Guest::new();
        guest.write(OPERAND, &[0xff; 9]);
        guest.registers.rax = OPERAND;
        let fault = Fault::Exception {
            name: "general protection (#GP)",
            pc: CODE,
        };
        assert_eq!(guest.refuse(&[0x0f, 0x01, 0x18]), Verdict::Fault(fault));
    }

    #[test]
    fn ltr_without_a_table_raises_general_protection() {
        let mut guest = Guest::new();
        guest.registers.rax = 24;
        let fault = Fault::Exception {
            name: "general protection (#GP)",
            pc: CODE,
        };
        assert_eq!(guest.refuse(&[0x0f, 0x00, 0xd8]), Verdict::Fault(fault));
    }

    #[test]
    fn ltr_of_what_is_no_task_is_delivered_with_the_selector() {
        let mut guest = Guest::with_tables();
        guest.registers.rax = 9;
        guest.expect_resume(&[0x0f, 0x00, 0xd8]);
        assert_eq!(guest.word(guest.registers.rsp), 8);
    }

    #[test]
    fn ltr_takes_its_selector_from_memory() {
        let mut guest = Guest::with_tables();
        guest.write(OPERAND, &[24, 0]);
        guest.registers.rax = OPERAND;
        guest.expect_resume(&[0x0f, 0x00, 0x18]);
        assert_eq!(guest.registers.rip, CODE + 3);
    }

    #[test]
    fn segment_registers_are_loaded_and_stepped_over() {
        let mut guest = Guest::new();
        guest.registers.rax = 0x10;
        guest.expect_resume(&[0x8e, 0xd0]);
        guest.expect_resume(&[0x8e, 0xd8]);
        guest.expect_resume(&[0x8e, 0xc0]);
        assert_eq!(guest.registers.rip, CODE + 6);
    }

    #[test]
    fn lretq_takes_its_target_from_the_stack() {
        let mut guest = Guest::new();
        guest.registers.rsp = DATA;
        guest.write(DATA, &(CODE + 0x40).to_le_bytes());
        guest.expect_resume(&[0x48, 0xcb]);
        assert_eq!(guest.registers.rip, CODE + 0x40);
        assert_eq!(guest.registers.rsp, DATA + 16);
    }

    #[test]
    fn cli_and_hlt_end_the_guest() {
        let mut guest = Guest::with_tables();
        guest.expect_resume(&[0xfa]);
        let fault = Fault::Halted { pc: CODE + 1 };
        assert_eq!(guest.refuse(&[0xf4]), Verdict::Fault(fault));
    }

    #[test]
    fn a_system_call_ends_the_guest_however_it_is_refused() {
        let mut guest = Guest::with_tables();
        guest.registers.rax = 231;
        let fault = Fault::SystemCall {
            number: 231,
            pc: CODE + 2,
        };
        let invalid = Trap {
            vector: 6,
            ..Trap::default()
        };
        assert_eq!(
            guest.trap(&[0x0f, 0x05], invalid),
            Verdict::Fault(fault.clone())
        );
        assert_eq!(guest.refuse(&[0xcd, 0x80]), Verdict::Fault(fault));
    }

    #[test]
    fn an_invalid_opcode_without_handlers_is_named() {
        let invalid = Trap {
            vector: 6,
            ..Trap::default()
        };
        let fault = Fault::Exception {
            name: "invalid opcode (#UD)",
            pc: CODE,
        };
        assert_eq!(
            Guest::new().trap(&[0x0f, 0x0b], invalid),
            Verdict::Fault(fault)
        );
    }

    #[test]
    fn a_breakpoint_is_named_at_its_own_instruction() {
        let mut guest = Guest::new();
        guest.registers.rip = CODE + 1;
        let breakpoint = Trap {
            vector: 3,
            ..Trap::default()
        };
        let fault = Fault::Exception {
            name: "breakpoint (#BP)",
            pc: CODE,
        };
        assert_eq!(guest.trap(&[0x90], breakpoint), Verdict::Fault(fault));
    }

    #[test]
    fn a_page_fault_without_handlers_says_what_and_where() {
        let verdict = Guest::new().trap(&[0x90], page_fault(CODE + 8, 3));
        let fault = Fault::Memory {
            intent: Intent::Write,
            address: CODE + 8,
            place: "in segment 1 (r-x)".into(),
            pc: CODE,
        };
        assert_eq!(verdict, Verdict::Fault(fault));
    }

    #[test]
    fn a_jump_out_of_memory_is_an_execution_there() {
        let mut guest = Guest::new();
        guest.registers.rip = DATA - 8;
        let verdict = guest.emulator.trap(
            &mut guest.registers,
            page_fault(DATA - 8, 0x14),
            &mut guest.memory,
        );
        let fault = Fault::Memory {
            intent: Intent::Execute,
            address: DATA - 8,
            place: "in a guard page".into(),
            pc: DATA - 8,
        };
        assert_eq!(verdict, Verdict::Fault(fault));
    }

    #[test]
    fn an_instruction_pointer_of_any_value_is_borne() {
        let mut guest = Guest::new();
        guest.registers.rip = u64::MAX;
        let verdict = guest.emulator.trap(
            &mut guest.registers,
            general_protection(),
            &mut guest.memory,
        );
        let fault = Fault::Exception {
            name: "general protection (#GP)",
            pc: u64::MAX,
        };
        assert_eq!(verdict, Verdict::Fault(fault));
    }
}
