//! Watches the lines of a Raspberry Pi 3 while something happens on the board.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::anyhow;

use super::bcm2837::{self, Function};
use super::qtest::Qtest;

/// How often the lines are looked at.
const INTERVAL: Duration = Duration::from_millis(1);

/// A moment at which a line changed its level.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change {
    /// When it was seen.
    pub(crate) time: Instant,
    /// Levels of all lines.
    pub(crate) levels: u64,
    /// Whether the line that is watched was an output.
    pub(crate) is_output: bool,
}

/// What was seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watch {
    /// Every change of a level.
    pub(crate) changes: Vec<Change>,
}

/// Watches all lines, and the function of one, while something is done.
pub(crate) fn watch<T: Send>(
    registers: &mut Qtest,
    line: u32,
    action: impl FnOnce() -> T,
) -> anyhow::Result<(T, Watch)> {
    let done = AtomicBool::new(false);
    let mut last = bcm2837::levels(registers)?;
    std::thread::scope(|scope| {
        let watching = scope.spawn(|| {
            let mut watch = Watch::default();
            while !done.load(Ordering::Acquire) {
                let levels = bcm2837::levels(registers)?;
                if levels != last {
                    last = levels;
                    watch.changes.push(Change {
                        time: Instant::now(),
                        levels,
                        is_output: bcm2837::function(registers, line)? == Function::Output,
                    });
                }
                std::thread::sleep(INTERVAL);
            }
            anyhow::Ok(watch)
        });
        let result = action();
        done.store(true, Ordering::Release);
        let watch = watching
            .join()
            .map_err(|_| anyhow!("the watch has ended"))??;
        Ok((result, watch))
    })
}

/// Waits until a line has a level; returns how long that took.
pub(crate) fn wait_for_level(
    registers: &mut Qtest,
    line: u32,
    high: bool,
    limit: Duration,
) -> anyhow::Result<Duration> {
    let start = Instant::now();
    while bcm2837::levels(registers)? >> line & 1 != u64::from(high) {
        if start.elapsed() > limit {
            return Err(anyhow!("line {line} is not {high} within {limit:?}"));
        }
        std::thread::sleep(INTERVAL);
    }
    Ok(start.elapsed())
}
