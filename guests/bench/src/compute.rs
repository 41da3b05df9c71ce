//! The computing that is measured: the same file is compiled into a host program, so the
//! two times compare.

/// Rounds of one measurement: about 5 ms on a server processor of 2023.
pub(crate) const ROUNDS: u64 = 1_000_000;

/// Integer and floating-point work of `rounds` dependent steps each. The result depends on
/// all of them, so that none can be left out.
pub(crate) fn compute(rounds: u64) -> u64 {
    let integer = integers(rounds);
    let float = floats(rounds);
    integer ^ float.to_bits()
}

/// A xorshift generator (Marsaglia, "Xorshift RNGs", 2003) with a division in each step.
fn integers(rounds: u64) -> u64 {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut sum = 0_u64;
    for round in 1..=rounds {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        sum = sum.wrapping_add(state / round);
    }
    sum
}

/// The logistic map, with a division in each step.
fn floats(rounds: u64) -> f64 {
    let mut x = 0.4_f64;
    let mut sum = 0.0_f64;
    for _ in 0..rounds {
        x = 3.9 * x * (1.0 - x);
        sum += 1.0 / (1.0 + x);
    }
    sum
}
