//! Any trap of an aarch64 guest with any registers and instructions: the emulator's answer
//! comes, and it writes nothing to the guest's memory.
#![no_main]

use andon_fuzz::corpus;
use andon_fuzz::guest::{self, DATA, TEXT};
use andon_fuzz::input::Input;
use andon_monitor::aarch64::{Emulator, Registers, Trap};
use andon_monitor::arch::Verdict;
use libfuzzer_sys::fuzz_target;

/// Size of the guest's instructions in bytes; the vector for its own exceptions is among
/// them, at [`VECTOR`].
const CODE_SIZE: usize = 0x240;

/// Offset of the vector from the base of all (DDI 0487, section D1.3.1.5).
const VECTOR: usize = 0x200;

/// How often the guest traps at most.
const TRAPS: usize = 8;

fuzz_target!(init: corpus::plant(seeds()), |bytes: &[u8]| {
    let mut input = Input::new(bytes);
    let mut registers = Registers {
        pc: input.u64(),
        sp: input.u64(),
        pstate: input.u64(),
        x: std::array::from_fn(|_| input.u64()),
    };
    let traps: [Trap; TRAPS] = std::array::from_fn(|_| Trap {
        syndrome: input.u64(),
        address: input.u64(),
    });
    let code = input.take(CODE_SIZE);
    let mut emulator = Emulator::default();
    let mut memory = guest::memory(code, &[]);
    for trap in traps {
        if let Verdict::Fault(fault) = emulator.trap(&mut registers, trap, &mut memory) {
            assert!(!fault.to_string().is_empty());
            break;
        }
    }
    guest::assert_text_is(code, &memory);
});

/// A guest that sets its vectors, asks for something, has an undefined instruction handled
/// and a load from nowhere.
fn seeds() -> Vec<Vec<u8>> {
    let undefined = [1 << 25, 0];
    let store = [0x24 << 26 | 1 << 25 | 1 << 6 | 0x05, 0x1_0000_0200];
    let load = [0x24 << 26 | 1 << 25 | 0x05, 0x1000];
    let mut words = vec![TEXT, DATA + 0x1000, 0];
    words.extend([TEXT, DATA, store[1]]);
    words.resize(3 + 31, 0);
    for trap in [undefined, store, undefined, undefined, undefined, load] {
        words.extend(trap);
    }
    words.resize(3 + 31 + 2 * TRAPS, 0);
    let mut bytes: Vec<u8> = words.into_iter().flat_map(u64::to_le_bytes).collect();
    let code = bytes.len();
    // msr vbar_el1, x0; str w1, [x2]; udf #0
    bytes.extend(
        [0xd518_c000_u32, 0xb900_0041, 0]
            .map(u32::to_le_bytes)
            .concat(),
    );
    bytes.resize(code + VECTOR, 0);
    // mrs x3, elr_el1; eret
    bytes.extend(
        [0xd538_4023_u32, 0xd69f_03e0]
            .map(u32::to_le_bytes)
            .concat(),
    );
    vec![bytes]
}
