//! Layout of a signal frame: `struct rt_sigframe` of the kernel's arch/arm64/kernel/signal.c,
//! with `struct ucontext` and `struct sigcontext` of its uapi headers.

use super::super::control::Control;
use super::super::frame::{self, Forged, Reason, SignalInfo, half, word};
use crate::arch::{Registers, Trap};
use crate::vcpu::Fault;

/// Remainder of a frame's address.
pub(in super::super) const MISALIGNMENT: u64 = 0;

/// Offset of the siginfo in the frame.
const SIGNAL_INFO: usize = 0;
/// Offset of the ucontext.
const USER_CONTEXT: usize = 128;
/// Offset of the signal mask that is restored when the signal returns.
const SIGNAL_MASK: usize = USER_CONTEXT + 40;
/// Offset of the machine context: the address at fault, then the registers.
const CONTEXT: usize = USER_CONTEXT + 176;
const GENERAL: usize = CONTEXT + 8;
/// Offset of the records that follow the machine context.
const RECORDS: usize = CONTEXT + 288;

/// Registers of a machine context: x0 to x30, sp, pc, pstate.
const REGISTERS: usize = 34;

/// A record's magic number and its size, then its content.
const RECORD_HEAD: usize = 8;
/// Magic number and size of the record of floating-point registers.
const FLOATING_POINT: (u32, u32) = (0x4650_8001, 528);
/// Magic number of the record of the exception syndrome.
const SYNDROME: u32 = 0x4553_5201;
/// How many records are looked at; the syndrome is the first or second.
const MOST_RECORDS: usize = 4;

/// Bytes of the frame that are looked at: up to where a syndrome can be, behind the
/// floating-point registers.
pub(in super::super) const SIZE: usize = RECORDS + FLOATING_POINT.1 as usize + 2 * RECORD_HEAD;

/// Signal of a frame that was answered: a frame that still has it was not written by the
/// kernel since.
const ANSWERED: i32 = -1;

/// Writes registers back to the frame at `offset` and marks it as answered.
pub(in super::super) fn answer(control: &mut Control, offset: u64, registers: &Registers) {
    control.write(offset + GENERAL as u64, &register_bytes(registers));
    control.write(offset + SIGNAL_INFO as u64, &ANSWERED.to_le_bytes());
}

/// Writes a first frame to zeroed memory at `offset`.
pub(in super::super) fn write_first(
    control: &mut Control,
    offset: u64,
    registers: &Registers,
    blocked_signals: u64,
) {
    control.write(offset + GENERAL as u64, &register_bytes(registers));
    let mask = offset + SIGNAL_MASK as u64;
    control.write(mask, &blocked_signals.to_le_bytes());
    // The kernel wants the floating-point registers; the record's content is zero.
    let (magic, size) = FLOATING_POINT;
    let head = u64::from(size) << 32 | u64::from(magic);
    control.write(offset + RECORDS as u64, &head.to_le_bytes());
}

/// Why the guest with these registers trapped.
pub(in super::super) fn reason(
    bytes: &[u8; SIZE],
    registers: &Registers,
) -> Result<Reason, Forged> {
    let info = SignalInfo::read(bytes, SIGNAL_INFO);
    if info.signal == ANSWERED {
        return Err(frame::ANSWERED);
    }
    if !info.is_a_trap() {
        return Ok(Reason::Sent);
    }
    if let Some(number) = info.system_call() {
        let pc = registers.pc;
        return Ok(Reason::Fault(Fault::SystemCall { number, pc }));
    }
    Ok(Reason::Exception(match info.signal {
        libc::SIGSEGV | libc::SIGBUS => Trap {
            syndrome: syndrome(bytes).ok_or("the frame has no exception's syndrome")?,
            address: word(bytes, CONTEXT),
        },
        libc::SIGILL => Trap::UNDEFINED,
        libc::SIGFPE => Trap::FLOATING_POINT,
        libc::SIGTRAP => Trap::breakpoint(0),
        _ => return Err("the frame has no trap's signal"),
    }))
}

/// The exception syndrome among the records.
fn syndrome(bytes: &[u8; SIZE]) -> Option<u64> {
    let mut at = RECORDS;
    for _ in 0..MOST_RECORDS {
        if at + 2 * RECORD_HEAD > SIZE {
            return None;
        }
        let (magic, size) = (half(bytes, at), half(bytes, at + 4));
        if magic == SYNDROME {
            return Some(word(bytes, at + RECORD_HEAD));
        }
        at = at.checked_add(usize::try_from(size).ok()?)?;
    }
    None
}

/// The registers in the order of struct sigcontext. The thread base is none of them.
pub(in super::super) fn registers(bytes: &[u8; SIZE], _: u64) -> Registers {
    let register = |index| word(bytes, GENERAL + 8 * index);
    Registers {
        x: std::array::from_fn(register),
        sp: register(31),
        pc: register(32),
        pstate: register(33),
    }
}

/// See [`registers`].
fn register_bytes(registers: &Registers) -> [u8; 8 * REGISTERS] {
    let others = [registers.sp, registers.pc, registers.pstate];
    let words = registers.x.into_iter().chain(others);
    let mut bytes = [0; 8 * REGISTERS];
    for (place, word) in bytes.chunks_exact_mut(8).zip(words) {
        place.copy_from_slice(&word.to_le_bytes());
    }
    bytes
}
