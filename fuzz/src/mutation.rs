//! Mutations that know where to start.

use libfuzzer_sys::fuzzer_mutate;

/// One mutation in so many starts from a seed again.
const RESTART: u32 = 64;

/// Size in bytes below which there is hardly anything to mutate.
const MIN_SIZE: usize = 4;

/// Mutates the first `size` bytes of `data` in place as libFuzzer does, but now and then
/// and where there is hardly anything puts a seed in their place first. So a run needs no
/// corpus. Returns the new size.
pub fn start_from(
    seeds: fn() -> Vec<Vec<u8>>,
    data: &mut [u8],
    size: usize,
    max_size: usize,
    random: u32,
) -> usize {
    if size >= MIN_SIZE && !random.is_multiple_of(RESTART) {
        return fuzzer_mutate(data, size, max_size);
    }
    let seeds = seeds();
    let seed = &seeds[random as usize / RESTART as usize % seeds.len()];
    if seed.len() > max_size {
        return fuzzer_mutate(data, size, max_size);
    }
    data[..seed.len()].copy_from_slice(seed);
    if random.is_multiple_of(2) {
        return seed.len();
    }
    fuzzer_mutate(data, seed.len(), max_size)
}
