//! x86_64: the memory functions, by the processor's own fast copies (Intel SDM volume 1,
//! section 7.3.9.3) where there are such.

use crate::memory::function;

// Regions do not overlap.
function!("memcpy", "mov rax, rdi", "mov rcx, rdx", "rep movsb", "ret");

// Backwards where the target begins inside the source.
function!(
    "memmove",
    "mov rax, rdi",
    "mov rcx, rdx",
    "mov r8, rdi",
    "sub r8, rsi",
    "cmp r8, rdx",
    "jb 2f",
    "rep movsb",
    "ret",
    "2:",
    "lea rdi, [rdi + rdx - 1]",
    "lea rsi, [rsi + rdx - 1]",
    "std",
    "rep movsb",
    "cld",
    "ret",
);

function!(
    "memset",
    "mov r8, rdi",
    "mov eax, esi",
    "mov rcx, rdx",
    "rep stosb",
    "mov rax, r8",
    "ret",
);

// Eight bytes at a time as long as they are equal.
function!(
    "memcmp",
    "2:",
    "cmp rdx, 8",
    "jb 3f",
    "mov rax, [rdi]",
    "mov rcx, [rsi]",
    "cmp rax, rcx",
    "jne 5f",
    "add rdi, 8",
    "add rsi, 8",
    "sub rdx, 8",
    "jmp 2b",
    "3:",
    "test rdx, rdx",
    "jz 4f",
    "movzx eax, byte ptr [rdi]",
    "movzx ecx, byte ptr [rsi]",
    "inc rdi",
    "inc rsi",
    "dec rdx",
    "sub eax, ecx",
    "jz 3b",
    "ret",
    "4:",
    "xor eax, eax",
    "ret",
    "5:",
    "bswap rax",
    "bswap rcx",
    "cmp rax, rcx",
    "sbb eax, eax",
    "or eax, 1",
    "ret",
);

function!(
    "bcmp",
    "mov rcx, rdx",
    "xor eax, eax",
    "repe cmpsb",
    "setne al",
    "ret",
);

function!(
    "strlen",
    "xor eax, eax",
    "mov rcx, -1",
    "repne scasb",
    "not rcx",
    "lea rax, [rcx - 1]",
    "ret",
);
