//! How things are measured: as the median of batches.

use core::time::Duration;

use andon_guest::println;
use andon_guest::time::Instant;

/// Repetitions whose median counts; odd.
pub(crate) const BATCHES: usize = 31;

/// Prints the median duration of `action`, done `calls` times a batch.
pub(crate) fn report<E>(
    name: &str,
    calls: u32,
    mut action: impl FnMut() -> Result<(), E>,
) -> Result<(), E> {
    let mut durations = [Duration::ZERO; BATCHES];
    for duration in &mut durations {
        let start = Instant::now();
        for _ in 0..calls {
            action()?;
        }
        *duration = start.elapsed() / calls;
    }
    print_median(name, &mut durations);
    Ok(())
}

/// Prints the median of durations.
pub(crate) fn print_median(name: &str, durations: &mut [Duration; BATCHES]) {
    durations.sort_unstable();
    println!("{name} {} ns", durations[BATCHES / 2].as_nanos());
}
