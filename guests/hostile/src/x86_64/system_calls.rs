//! Requests to the host's kernel, by every way that x86_64 has.
#![expect(unsafe_code, reason = "it is unsafe on purpose")]

use crate::behaviour::{Behaviour, instructions};

pub(crate) const ALL: &[Behaviour] = &[
    // getpid, of the 64-bit table.
    instructions!("syscall", "mov eax, 39", "syscall"),
    // getpid, of the x32 table.
    instructions!("syscall-x32", "mov eax, 0x40000027", "syscall"),
    // getpid, of the 32-bit table.
    instructions!("int80", "mov eax, 20", "int 0x80"),
    instructions!("sysenter", "mov eax, 20", "sysenter"),
    // gettimeofday.
    instructions!(
        "vsyscall",
        "xor edi, edi",
        "xor esi, esi",
        "mov rax, -10 << 20",
        "call rax",
    ),
    instructions!("read-vsyscall", "mov rax, -10 << 20", "mov rax, [rax]"),
    // clone: a process that shares nothing, for ever.
    instructions!(
        "clone",
        "2:",
        "mov eax, 56",
        "mov edi, 17",
        "xor esi, esi",
        "xor edx, edx",
        "xor r10d, r10d",
        "xor r8d, r8d",
        "syscall",
        "test rax, rax",
        "jns 2b",
    ),
];
