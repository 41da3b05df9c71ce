//! The guest's computing in a host program, measured and printed in the same way.

#[path = "../src/compute.rs"]
mod compute;

use std::hint::black_box;
use std::time::{Duration, Instant};

/// Repetitions whose median counts; odd.
const BATCHES: usize = 31;

fn main() {
    let mut durations = [Duration::ZERO; BATCHES];
    for duration in &mut durations {
        let start = Instant::now();
        black_box(compute::compute(black_box(compute::ROUNDS)));
        *duration = start.elapsed();
    }
    durations.sort_unstable();
    println!("compute {} ns", durations[BATCHES / 2].as_nanos());
}
