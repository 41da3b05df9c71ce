//! The suite's guests for x86_64. RDI is the data page, all but RSP are zero.
#![expect(
    unsafe_code,
    reason = "guests are machine code of this binary, seen as bytes"
)]

use super::{CODE, DATA, DATA_END, guest_code};
use crate::arch::Registers;
use crate::vcpu::Fault;

/// The stack at the start.
pub(in crate::backend) const STACK: u64 = DATA_END - 8;

/// The registers at the start.
pub(super) fn registers() -> Registers {
    Registers {
        rip: CODE,
        rsp: STACK,
        rdi: DATA,
        rflags: 2,
        ..Registers::default()
    }
}

/// How [`no_hypercall`] ends.
pub(super) fn no_hypercall_fault() -> Fault {
    Fault::Port {
        port: 0x3f8,
        pc: CODE + 4,
    }
}

/// Where [`exception`] raises it.
pub(super) const EXCEPTION_PC: u64 = CODE + 2;

guest_code!(
    pub(super) two_calls,
    "mov eax, 0x102010",
    "mov edx, 0x540",
    "out dx, eax",
    "mov eax, 0x102020",
    "mov edx, 0x508",
    "out dx, eax",
);

guest_code!(
    pub(super) registers_after_call,
    "mov rbx, 0x1122334455667788",
    "mov r15, -2",
    "mov rax, 0x400921fb54442d18",
    "movq xmm7, rax",
    "mov eax, 0x102000",
    "mov edx, 0x501",
    "out dx, eax",
    "mov [rdi], rbx",
    "mov [rdi + 8], r15",
    "movq [rdi + 16], xmm7",
    "mov [rdi + 24], rsp",
    "out dx, eax",
);

guest_code!(
    pub(super) thread_base,
    "mov ecx, 0xc0000100",
    "mov eax, 0x102800",
    "xor edx, edx",
    "wrmsr",
    "mov qword ptr fs:[0], 42",
    "mov edx, 0x501",
    "mov eax, 0x102000",
    "out dx, eax",
    "mov rax, fs:[0]",
    "mov [rdi], rax",
    "out dx, eax",
);

guest_code!(pub(super) null_read, "mov eax, [8]");

guest_code!(pub(super) write_read_only, "mov byte ptr [0x101004], 1");

guest_code!(pub(super) write_code, "mov byte ptr [0x100040], 0x90");

guest_code!(pub(super) execute_data, "mov byte ptr [rdi], 0xc3", "call rdi");

guest_code!(pub(super) below_stack, "mov rsp, 0x104000", "2: push rax", "jmp 2b");

guest_code!(pub(super) beyond_memory, "mov rax, 0x200000", "mov [rax], rax");

guest_code!(pub(super) high_read, "mov rax, 0xffff888000000000", "mov rax, [rax]");

guest_code!(pub(super) no_hypercall, "mov dx, 0x3f8", "out dx, al");

guest_code!(pub(super) other_level, "mov cr3, rax");

guest_code!(pub(super) exception, "xor ecx, ecx", "div ecx");

// An IDT at DATA + 0x100 whose gate 6 (#UD) is the handler, which reports the frame's rip.
guest_code!(
    pub(super) own_handler,
    "lea rax, [rip + 3f]",
    "lea rbx, [rdi + 0x100]",
    "mov word ptr [rbx + 96], ax",
    "mov word ptr [rbx + 98], 8",
    "mov byte ptr [rbx + 100], 0",
    "mov byte ptr [rbx + 101], 0x8e",
    "shr rax, 16",
    "mov word ptr [rbx + 102], ax",
    "mov word ptr [rdi + 0x80], 0x1ff",
    "mov [rdi + 0x82], rbx",
    "lidt [rdi + 0x80]",
    "ud2",
    "mov edx, 0x508",
    "out dx, eax",
    "3:",
    "mov rax, [rsp]",
    "mov [rdi], rax",
    "add qword ptr [rsp], 2",
    "mov edx, 0x501",
    "out dx, eax",
    "iretq",
);

guest_code!(pub(super) endless, "mov edx, 0x501", "out dx, eax", "2: jmp 2b");

guest_code!(
    pub(super) many_calls,
    "mov edx, 0x501",
    "2: inc qword ptr [rdi]",
    "mov eax, edi",
    "out dx, eax",
    "jmp 2b",
);
