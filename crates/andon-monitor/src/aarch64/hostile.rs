//! Any bytes and registers: whatever a guest does, a verdict comes of it.

use super::Trap;
use super::fixture::{CODE, DATA, Guest};
use crate::arch::Verdict;
use crate::memory::Gpa;

/// A generator of numbers that look random (Marsaglia's xorshift64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// An address that often lies in the guest's memory, at an edge of it, or among the
    /// hypercalls.
    fn address(&mut self) -> u64 {
        let number = self.next();
        match number >> 61 {
            0 => number,
            1 => number & 63,
            2 => (number & 63).wrapping_neg(),
            3 => CODE + (number & 0xfff),
            4 => 0x1_0000_0000 + (number & 0xff8),
            _ => DATA - 64 + (number & 0x3fff),
        }
    }
}

/// Instructions that mean something, for some of the random ones.
const INSTRUCTIONS: [u32; 8] = [
    0xd518_c003,
    0xd538_4035,
    0xd518_4022,
    0xd518_4000,
    0xd69f_03e0,
    0xb900_0001,
    0xd503_42df,
    0xd420_0000,
];

fn scramble(guest: &mut Guest, numbers: &mut Numbers) {
    for register in 0..31 {
        guest.registers.set_general(register, numbers.address());
    }
    guest.registers.sp = numbers.address();
    guest.registers.pstate = numbers.next();
    guest.registers.pc = match numbers.next() % 4 {
        0 => numbers.address(),
        _ => CODE + (numbers.next() & 0xffc),
    };
    let [choice, index, ..] = numbers.next().to_le_bytes();
    let word = match choice % 4 {
        0 => numbers.next() as u32,
        _ => INSTRUCTIONS[usize::from(index & 7)],
    };
    let place = Gpa(CODE + (guest.registers.pc & 0xffc));
    guest.memory.load(place, &word.to_le_bytes()).unwrap();
}

fn trap(numbers: &mut Numbers) -> Trap {
    let class = match numbers.next() % 4 {
        0 => 0x24,
        1 => numbers.next() & 0x3f,
        _ => 0,
    };
    Trap {
        syndrome: class << 26 | numbers.next() & 0x3ff_ffff,
        address: numbers.address(),
    }
}

/// How often each verdict came of `rounds` traps.
fn verdicts(seed: u64, rounds: usize) -> [usize; 3] {
    let mut numbers = Numbers(seed);
    let mut counts = [0; 3];
    let mut guest = Guest::with_vectors();
    for _ in 0..rounds {
        scramble(&mut guest, &mut numbers);
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
    let [resumed, calls, faults] = verdicts(0x1234_5678_9abc_def1, 200_000);
    assert!(resumed > 1000, "{resumed} were resumed");
    assert!(calls > 50, "{calls} were hypercalls");
    assert!(faults > 1000, "{faults} were faults");
}
