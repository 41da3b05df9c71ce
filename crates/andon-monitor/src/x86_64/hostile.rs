//! Any bytes, registers and tables: whatever a guest does, a verdict comes of it.

use super::Trap;
use super::fixture::{CODE, DATA, Guest, IDT, STACK};
use crate::arch::Verdict;

/// A generator of numbers that look random (Marsaglia's xorshift64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// An address that often lies in the guest's memory or at an edge of it.
    fn address(&mut self) -> u64 {
        let number = self.next();
        match number >> 61 {
            0 => number,
            1 => (1 << 47) - (number & 63),
            2 => number & 63,
            3 => (number & 63).wrapping_neg(),
            4 => CODE + (number & 0xfff),
            _ => DATA - 64 + (number & 0x3fff),
        }
    }
}

/// Opcodes that mean something, for the front of random instructions.
const OPCODES: [&[u8]; 16] = [
    &[0x0f, 0x01],
    &[0x0f, 0x00],
    &[0x0f, 0x20],
    &[0x0f, 0x30],
    &[0x48, 0xcb],
    &[0x48, 0xcf],
    &[0x48, 0xcf],
    &[0x8e],
    &[0xef],
    &[0xe4],
    &[0xcd],
    &[0xfb],
    &[0x64],
    &[0x67],
    &[0x43],
    &[],
];

fn scramble(guest: &mut Guest, numbers: &mut Numbers) {
    for number in 0..16 {
        *guest.registers.general_mut(number) = numbers.address();
    }
    guest.registers.rip = match numbers.next() % 4 {
        0 => numbers.address(),
        _ => CODE + (numbers.next() & 0xfff),
    };
    guest.registers.rflags = numbers.next();
    guest.registers.fs_base = numbers.address();
}

fn scribble(guest: &mut Guest, numbers: &mut Numbers) {
    let opcode = OPCODES[usize::from(numbers.next().to_le_bytes()[0] & 15)];
    let code = CODE + (guest.registers.rip & 0xff0);
    guest.write(code, &numbers.next().to_le_bytes());
    guest.write(code, opcode);
    let table = IDT - 0x200 + (numbers.next() & 0x3f8);
    guest.write(table, &numbers.address().to_le_bytes());
    let stack = STACK - 0x100 + (numbers.next() & 0xf8);
    guest.write(stack, &numbers.address().to_le_bytes());
}

fn trap(numbers: &mut Numbers) -> Trap {
    let [choice, vector, ..] = numbers.next().to_le_bytes();
    Trap {
        vector: if choice < 160 { 13 } else { vector & 31 },
        error_code: numbers.next(),
        address: numbers.address(),
    }
}

/// How often each verdict came of `rounds` traps.
fn verdicts(seed: u64, rounds: usize) -> [usize; 3] {
    let mut numbers = Numbers(seed);
    let mut counts = [0; 3];
    let mut guest = Guest::with_tables();
    for _ in 0..rounds {
        scramble(&mut guest, &mut numbers);
        scribble(&mut guest, &mut numbers);
        let trap = trap(&mut numbers);
        let verdict = guest
            .emulator
            .trap(&mut guest.registers, trap, &mut guest.memory);
        counts[match verdict {
            Verdict::Resume => 0,
            Verdict::Hypercall { .. } => 1,
            Verdict::Fault(_) => 2,
            Verdict::Debug(_) => panic!("nobody debugs it"),
        }] += 1;
    }
    counts
}

#[test]
fn a_verdict_comes_of_any_trap() {
    let [resumed, _, faults] = verdicts(0x1234_5678_9abc_def1, 200_000);
    assert!(resumed > 1000, "{resumed} were resumed");
    assert!(faults > 1000, "{faults} were faults");
}
