//! Any trap of an x86_64 guest with any registers, instructions and tables: the answer of the
//! emulator comes, and it writes nothing but what the guest may write.
#![no_main]

use andon_fuzz::corpus;
use andon_fuzz::guest::{self, DATA, DATA_SIZE, TEXT};
use andon_fuzz::input::Input;

use andon_monitor::arch::Verdict;
use andon_monitor::x86_64::{Emulator, Registers, Trap};
use libfuzzer_sys::fuzz_target;

/// Size of the guest's instructions in bytes.
const CODE_SIZE: usize = 64;

/// How often the guest traps at most.
const TRAPS: usize = 8;

fuzz_target!(init: corpus::plant(seeds()), |bytes: &[u8]| {
    let mut input = Input::new(bytes);
    let mut registers = registers(&mut input);
    let code = input.take(CODE_SIZE);
    let mut emulator = Emulator::default();
    let traps: [Trap; TRAPS] = std::array::from_fn(|_| trap(&mut input));
    let mut memory = guest::memory(code, input.take(DATA_SIZE));
    for trap in traps {
        if let Verdict::Fault(fault) = emulator.trap(&mut registers, trap, &mut memory) {
            assert!(!fault.to_string().is_empty());
            break;
        }
    }
    guest::assert_text_is(code, &memory);
});

fn registers(input: &mut Input<'_>) -> Registers {
    Registers {
        rip: input.u64(),
        rsp: input.u64(),
        rflags: input.u64(),
        rax: input.u64(),
        rcx: input.u64(),
        rdx: input.u64(),
        rbx: input.u64(),
        rdi: input.u64(),
        r13: input.u64(),
        fs_base: input.u64(),
        ..Registers::default()
    }
}

fn trap(input: &mut Input<'_>) -> Trap {
    let [vector] = input.array();
    Trap {
        vector,
        error_code: input.u64(),
        address: input.u64(),
    }
}

const GLOBAL_TABLE: u64 = DATA + 0x20;
const TASK: u64 = DATA + 0x50;
const INTERRUPT_TABLE: u64 = DATA + 0xc0;

/// Offset of the exception handler in the code.
const HANDLER: u8 = 0x30;

/// A guest that loads its tables, asks for something, has an undefined instruction
/// delivered to its handler and a page fault to the handler's own stack.
fn seeds() -> Vec<Vec<u8>> {
    let registers = [
        TEXT,
        DATA + 0x1000,
        2,
        DATA,
        DATA + 0x10,
        0x540,
        24,
        0,
        0,
        0,
    ];
    let mut bytes: Vec<u8> = registers.into_iter().flat_map(u64::to_le_bytes).collect();
    bytes.extend(code());
    for vector in [13, 13, 13, 13, 6, 13, 14, 13] {
        bytes.push(vector);
        bytes.extend([0; 16]);
    }
    bytes.extend(tables());
    vec![bytes]
}

fn code() -> [u8; CODE_SIZE] {
    let mut code = [0x90; CODE_SIZE];
    // lgdt [rax]; lidt [rcx]; ltr bx; out dx, eax; ud2
    let main = [
        0x0f, 0x01, 0x10, 0x0f, 0x01, 0x19, 0x0f, 0x00, 0xdb, 0xef, 0x0f, 0x0b,
    ];
    code[..main.len()].copy_from_slice(&main);
    // iretq
    code[HANDLER.into()..][..2].copy_from_slice(&[0x48, 0xcf]);
    code
}

/// The operands of `lgdt` and `lidt`, then the tables.
fn tables() -> Vec<u8> {
    let mut data = vec![0; 0x200];
    let mut put = |address: u64, bytes: &[u8]| {
        data[(address - DATA) as usize..][..bytes.len()].copy_from_slice(bytes);
    };
    put(DATA, &39_u16.to_le_bytes());
    put(DATA + 2, &GLOBAL_TABLE.to_le_bytes());
    put(DATA + 0x10, &0xff_u16.to_le_bytes());
    put(DATA + 0x12, &INTERRUPT_TABLE.to_le_bytes());
    let [t0, t1, t2, t3, ..] = TASK.to_le_bytes();
    put(GLOBAL_TABLE + 24, &[104, 0, t0, t1, t2, 0x89, 0, t3]);
    put(TASK + 0x24, &(DATA + 0x1800).to_le_bytes());
    let [h0, _, h2, ..] = TEXT.to_le_bytes();
    for vector in 0..16 {
        let stack = u8::from(vector == 14);
        let gate = [h0 | HANDLER, 0, 8, 0, stack, 0x8e, h2, 0];
        put(INTERRUPT_TABLE + vector * 16, &gate);
    }
    data
}
