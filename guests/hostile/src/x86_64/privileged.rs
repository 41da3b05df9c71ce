//! Instructions and ports that are not the guest's.
#![expect(unsafe_code, reason = "it is unsafe on purpose")]

use crate::behaviour::{Behaviour, instructions};

pub(crate) const ALL: &[Behaviour] = &[
    instructions!("hlt", "hlt"),
    instructions!("mov-cr0", "mov rax, cr0", "mov cr0, rax"),
    instructions!("mov-cr3", "xor eax, eax", "mov cr3, rax"),
    instructions!("mov-cr4", "mov rax, cr4", "mov cr4, rax"),
    instructions!("mov-dr7", "xor eax, eax", "mov dr7, rax"),
    instructions!("rdmsr", "mov ecx, 0xc0000080", "rdmsr"),
    instructions!(
        "wrmsr",
        "mov ecx, 0xc0000082",
        "xor eax, eax",
        "xor edx, edx",
        "wrmsr"
    ),
    instructions!("invlpg", "invlpg [rsp]"),
    instructions!("wbinvd", "wbinvd"),
    instructions!(
        "xsetbv",
        "xor ecx, ecx",
        "xor edx, edx",
        "mov eax, 7",
        "xsetbv"
    ),
    instructions!("vmcall", "vmcall"),
    instructions!("in-port", "mov dx, 0x60", "in al, dx"),
    instructions!("out-port", "mov dx, 0x80", "xor eax, eax", "out dx, al"),
    instructions!("out-port-16", "mov dx, 0x501", "xor eax, eax", "out dx, ax"),
    instructions!("outs-port", "mov dx, 0x501", "mov rsi, rsp", "outsd"),
];
