//! The signal frame that a trap leaves on the trap stack: the guest's registers.
//!
//! Layout: `struct rt_sigframe` of the kernel's arch/x86/include/asm/sigframe.h, with
//! `struct ucontext` and `struct sigcontext_64` of its uapi headers. The guest can write
//! to it at any time, so it is copied once and only what no rule forbids is taken from it.

use super::control::Control;
use super::layout::{Layout, SETUP_SIZE};
use crate::arch::{Registers, Trap};

/// Offset of the machine context in the frame: return address, then the head of ucontext.
const CONTEXT: usize = 8 + 40;
/// Offset of the signal mask that is restored when the signal returns.
const SIGNAL_MASK: usize = CONTEXT + 256;
/// Offset of the siginfo, which follows the ucontext.
const SIGNAL_INFO: usize = SIGNAL_MASK + 8;
/// Bytes of the frame that are looked at: up to si_arch in the siginfo.
const SIZE: usize = SIGNAL_INFO + 32;

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

/// Why the guest trapped.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reason {
    /// A CPU exception.
    Exception(Trap),
    /// A system call that the filter refused.
    SystemCall {
        /// Its number.
        number: u64,
    },
    /// A trap of code that does not run in 64-bit mode.
    CompatibilityMode,
    /// A signal that somebody sent; the guest did nothing.
    Sent,
}

/// A trap as the frame tells it.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    offset: u64,
    pub(super) registers: Registers,
    pub(super) reason: Reason,
}

/// How a frame gives away that it is not the kernel's.
pub(super) type Forged = &'static str;

impl Frame {
    /// Copies the frame that the stub says is at `address`.
    pub(super) fn copy(
        control: &Control,
        layout: Layout,
        address: u64,
        fs_base: u64,
    ) -> Result<Self, Forged> {
        let last = layout.control_end() - SIZE as u64;
        if !(layout.trap_stack()..=last).contains(&address) || address % 16 != 8 {
            return Err("the frame is not on the trap stack");
        }
        let offset = address - layout.control();
        let bytes: [u8; SIZE] = control.read(offset);
        let reason = reason(&bytes)?;
        Ok(Self {
            offset,
            registers: registers(&bytes, fs_base),
            reason,
        })
    }

    /// Writes the registers back and marks the frame as answered.
    pub(super) fn answer(&self, control: &mut Control) {
        let context = self.offset + CONTEXT as u64;
        control.write(context, &general_bytes(&self.registers));
        let trap_number = context + 8 * TRAP_NUMBER as u64;
        control.write(trap_number, &ANSWERED.to_le_bytes());
    }
}

/// Writes the frame by which the stub enters the guest with these registers, and returns
/// the frame's address in the process.
pub(super) fn write_first(control: &mut Control, layout: Layout, registers: &Registers) -> u64 {
    let offset = SETUP_SIZE + 8;
    let context = offset + CONTEXT as u64;
    control.write(context, &general_bytes(registers));
    control.write(context + 8 * SEGMENTS as u64, &USER_SEGMENTS.to_le_bytes());
    // Every signal but those of a trap waits for the guest's end; SIGKILL does not.
    control.write(
        offset + SIGNAL_MASK as u64,
        &(!trap_signals()).to_le_bytes(),
    );
    layout.control() + offset
}

/// The signals that a trap raises.
pub(super) const TRAP_SIGNALS: [i32; 6] = [
    libc::SIGSEGV,
    libc::SIGBUS,
    libc::SIGILL,
    libc::SIGFPE,
    libc::SIGTRAP,
    libc::SIGSYS,
];

fn trap_signals() -> u64 {
    TRAP_SIGNALS.iter().map(|signal| 1 << (signal - 1)).sum()
}

fn word(bytes: &[u8; SIZE], offset: usize) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(&bytes[offset..offset + 8]);
    u64::from_le_bytes(word)
}

fn context_word(bytes: &[u8; SIZE], index: usize) -> u64 {
    word(bytes, CONTEXT + 8 * index)
}

fn reason(bytes: &[u8; SIZE]) -> Result<Reason, Forged> {
    // si_signo and si_code are the first and third 32-bit words of the siginfo.
    let signal = word(bytes, SIGNAL_INFO) & 0xffff_ffff;
    let code = (word(bytes, SIGNAL_INFO + 8) & 0xffff_ffff) as u32;
    let trap_number = context_word(bytes, TRAP_NUMBER);
    if trap_number == ANSWERED {
        return Err("the frame was answered before");
    }
    if code.cast_signed() <= 0 {
        return Ok(Reason::Sent);
    }
    if signal == libc::SIGSYS as u64 {
        // si_syscall follows si_call_addr.
        return Ok(Reason::SystemCall {
            number: word(bytes, SIGNAL_INFO + 24) & 0xffff_ffff,
        });
    }
    if context_word(bytes, SEGMENTS) & 0xffff != USER_SEGMENTS & 0xffff {
        return Ok(Reason::CompatibilityMode);
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
fn registers(bytes: &[u8; SIZE], fs_base: u64) -> Registers {
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
        fs_base,
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
