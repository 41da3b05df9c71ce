//! Layout of a signal frame: `struct rt_sigframe` of the kernel's
//! arch/x86/include/asm/sigframe.h, with `struct ucontext` and `struct sigcontext_64` of its
//! uapi headers.

use super::super::control::Control;
use super::super::frame::{self, Forged, Reason, SignalInfo, word};
use crate::arch::{Registers, Trap};
use crate::vcpu::Fault;

/// Remainder of a frame's address: the return address lies before what is aligned.
pub(in super::super) const MISALIGNMENT: u64 = 8;

/// Offset of the machine context in the frame: return address, then the head of ucontext.
const CONTEXT: usize = 8 + 40;
/// Offset of the signal mask that is restored when the signal returns.
const SIGNAL_MASK: usize = CONTEXT + 256;
/// Offset of the siginfo, which follows the ucontext.
const SIGNAL_INFO: usize = SIGNAL_MASK + 8;
/// Bytes of the frame that are looked at: up to si_arch in the siginfo.
pub(in super::super) const SIZE: usize = SIGNAL_INFO + 32;

// Words of struct sigcontext_64.
const GENERAL: usize = 18;
const SEGMENTS: usize = 18;
const ERROR_CODE: usize = 19;
const TRAP_NUMBER: usize = 20;
const CR2: usize = 22;

/// Trap number of a frame that was answered: a frame that still has it was not written by
/// the kernel since.
const ANSWERED: u64 = 0xa11d_0a11_d0a1_1d0a;

/// Selectors of user code and data on x86_64 Linux (arch/x86/include/asm/segment.h).
const USER_SEGMENTS: u64 = 0x33 | 0x2b << 48;

/// Writes registers back to the frame at `offset` and marks it as answered.
pub(in super::super) fn answer(control: &mut Control, offset: u64, registers: &Registers) {
    let context = offset + CONTEXT as u64;
    control.write(context, &general_bytes(registers));
    let trap_number = context + 8 * TRAP_NUMBER as u64;
    control.write(trap_number, &ANSWERED.to_le_bytes());
}

/// Writes a first frame to zeroed memory at `offset`.
pub(in super::super) fn write_first(
    control: &mut Control,
    offset: u64,
    registers: &Registers,
    blocked_signals: u64,
) {
    let context = offset + CONTEXT as u64;
    control.write(context, &general_bytes(registers));
    control.write(context + 8 * SEGMENTS as u64, &USER_SEGMENTS.to_le_bytes());
    let mask = offset + SIGNAL_MASK as u64;
    control.write(mask, &blocked_signals.to_le_bytes());
}

fn context_word(bytes: &[u8; SIZE], index: usize) -> u64 {
    word(bytes, CONTEXT + 8 * index)
}

/// Why the guest with these registers trapped.
pub(in super::super) fn reason(
    bytes: &[u8; SIZE],
    registers: &Registers,
) -> Result<Reason, Forged> {
    let info = SignalInfo::read(bytes, SIGNAL_INFO);
    let trap_number = context_word(bytes, TRAP_NUMBER);
    if trap_number == ANSWERED {
        return Err(frame::ANSWERED);
    }
    if !info.is_a_trap() {
        return Ok(Reason::Sent);
    }
    let pc = registers.rip;
    if let Some(number) = info.system_call() {
        return Ok(Reason::Fault(Fault::SystemCall { number, pc }));
    }
    if context_word(bytes, SEGMENTS) & 0xffff != USER_SEGMENTS & 0xffff {
        return Ok(Reason::Fault(Fault::CompatibilityMode { pc }));
    }
    let vector = u8::try_from(trap_number).ok().filter(|vector| *vector < 32);
    let vector = vector.ok_or("the frame has no exception's number")?;
    let address = if vector == 14 {
        context_word(bytes, CR2)
    } else {
        0
    };
    let error_code = context_word(bytes, ERROR_CODE);
    Ok(Reason::Exception(Trap {
        vector,
        error_code,
        address,
    }))
}

/// The general registers in the order of struct sigcontext_64.
pub(in super::super) fn registers(bytes: &[u8; SIZE], thread_base: u64) -> Registers {
    let register = |index| context_word(bytes, index);
    Registers {
        r8: register(0),
        r9: register(1),
        r10: register(2),
        r11: register(3),
        r12: register(4),
        r13: register(5),
        r14: register(6),
        r15: register(7),
        rdi: register(8),
        rsi: register(9),
        rbp: register(10),
        rbx: register(11),
        rdx: register(12),
        rax: register(13),
        rcx: register(14),
        rsp: register(15),
        rip: register(16),
        rflags: register(17),
        fs_base: thread_base,
    }
}

/// See [`registers`].
fn general_bytes(registers: &Registers) -> [u8; 8 * GENERAL] {
    let r = registers;
    let words: [u64; GENERAL] = [
        r.r8, r.r9, r.r10, r.r11, r.r12, r.r13, r.r14, r.r15, r.rdi, r.rsi, r.rbp, r.rbx, r.rdx,
        r.rax, r.rcx, r.rsp, r.rip, r.rflags,
    ];
    let mut bytes = [0; 8 * GENERAL];
    for (place, word) in bytes.chunks_exact_mut(8).zip(words) {
        place.copy_from_slice(&word.to_le_bytes());
    }
    bytes
}
