//! Seccomp filters of a guest's process, as classic BPF programs.
//!
//! The first makes the stub's notification reach the monitor. The second, installed last,
//! lets nothing through but the stub's own instructions with the arguments that the stub
//! uses; everything else traps, so that the fault can name the system call. Of two
//! verdicts the kernel takes the stricter, so the first still turns an allowed
//! notification into a message (Documentation/userspace-api/seccomp_filter.rst).

use libc::{BPF_ABS, BPF_JEQ, BPF_JMP, BPF_K, BPF_LD, BPF_RET, BPF_W, sock_filter};

use super::layout::{Layout, TURN};
use super::machine::AUDIT_ARCHITECTURE;
use super::stub::{NOTIFY_CALL, Places};

// Offsets in struct seccomp_data (linux/seccomp.h).
const NR: u32 = 0;
const ARCH_FIELD: u32 = 4;
const INSTRUCTION_POINTER: u32 = 8;
const ARGUMENTS: u32 = 16;

/// A system call that is let through: its number, the address after its instruction, and
/// the arguments that are fixed.
struct Allowed {
    number: i64,
    after: u64,
    arguments: Vec<u64>,
}

/// The filter by which the stub's notification reaches the monitor.
pub(super) fn notify(layout: Layout, places: &Places) -> Vec<u8> {
    let notify = notification(layout, places);
    bytes(&program(
        &[notify],
        libc::SECCOMP_RET_USER_NOTIF,
        libc::SECCOMP_RET_ALLOW,
    ))
}

/// The last filter where traps are handed over by notification.
pub(super) fn strict_notify(layout: Layout, places: &Places) -> Vec<u8> {
    let allowed = [notification(layout, places), signal_return(layout, places)];
    bytes(&program(
        &allowed,
        libc::SECCOMP_RET_ALLOW,
        libc::SECCOMP_RET_TRAP,
    ))
}

/// The last filter where traps are handed over by a futex.
pub(super) fn strict_futex(layout: Layout, places: &Places) -> Vec<u8> {
    let futex = |after, operation: i32| Allowed {
        number: libc::SYS_futex,
        after: layout.stub() + after,
        arguments: vec![
            layout.control() + TURN,
            u64::from(operation.cast_unsigned()),
        ],
    };
    let allowed = [
        futex(places.after_wake, libc::FUTEX_WAKE),
        futex(places.after_wait, libc::FUTEX_WAIT),
        signal_return(layout, places),
    ];
    bytes(&program(
        &allowed,
        libc::SECCOMP_RET_ALLOW,
        libc::SECCOMP_RET_TRAP,
    ))
}

fn notification(layout: Layout, places: &Places) -> Allowed {
    let after = layout.stub() + places.after_notify;
    Allowed {
        number: NOTIFY_CALL,
        after,
        arguments: Vec::new(),
    }
}

fn signal_return(layout: Layout, places: &Places) -> Allowed {
    let after = layout.stub() + places.after_return;
    Allowed {
        number: libc::SYS_rt_sigreturn,
        after,
        arguments: Vec::new(),
    }
}

/// A program that gives `hit` for the allowed system calls and `miss` for all others.
fn program(allowed: &[Allowed], hit: u32, miss: u32) -> Vec<sock_filter> {
    let mut program = vec![
        statement(BPF_LD | BPF_W | BPF_ABS, ARCH_FIELD, 0, 0),
        statement(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCHITECTURE, 1, 0),
        statement(BPF_RET | BPF_K, miss, 0, 0),
    ];
    for call in allowed {
        program.extend(case(call, hit));
    }
    program.push(statement(BPF_RET | BPF_K, miss, 0, 0));
    program
}

/// Tests for one allowed call, ending in `return hit`; a mismatch skips to what follows.
fn case(call: &Allowed, hit: u32) -> Vec<sock_filter> {
    let number = u32::try_from(call.number).expect("system call numbers are small");
    let mut fields = vec![(NR, number)];
    fields.extend(halves(INSTRUCTION_POINTER, call.after));
    for (argument, offset) in call.arguments.iter().zip((ARGUMENTS..).step_by(8)) {
        fields.extend(halves(offset, *argument));
    }
    let mut case = Vec::with_capacity(fields.len() * 2 + 1);
    for (i, (offset, value)) in fields.iter().enumerate() {
        let left = 2 * (fields.len() - 1 - i) + 1;
        case.extend(equal_or_skip(*offset, *value, left));
    }
    case.push(statement(BPF_RET | BPF_K, hit, 0, 0));
    case
}

/// Loads a field and skips `skip` statements where it is not `value`.
fn equal_or_skip(offset: u32, value: u32, skip: usize) -> Vec<sock_filter> {
    let skip = u8::try_from(skip).expect("a case has few tests");
    vec![
        statement(BPF_LD | BPF_W | BPF_ABS, offset, 0, 0),
        statement(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip),
    ]
}

/// A 64-bit field as its two words, as BPF can compare them.
fn halves(offset: u32, value: u64) -> [(u32, u32); 2] {
    let low = u32::try_from(value & 0xffff_ffff).expect("masked");
    let high = u32::try_from(value >> 32).expect("shifted");
    [(offset, low), (offset + 4, high)]
}

fn statement(code: u32, k: u32, jt: u8, jf: u8) -> sock_filter {
    sock_filter {
        code: u16::try_from(code).expect("BPF codes have 16 bits"),
        jt,
        jf,
        k,
    }
}

/// The program as the kernel reads it.
fn bytes(program: &[sock_filter]) -> Vec<u8> {
    program
        .iter()
        .flat_map(|s| {
            let [c0, c1] = s.code.to_le_bytes();
            let [k0, k1, k2, k3] = s.k.to_le_bytes();
            [c0, c1, s.jt, s.jf, k0, k1, k2, k3]
        })
        .collect()
}
