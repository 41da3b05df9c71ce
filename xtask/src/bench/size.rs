//! Sizes of what is shipped.

use super::Bench;
use super::report::Row;
use super::sample::Sample;

/// Sizes of the `blink` image and of the monitor.
pub(super) fn rows(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let size = |path| Ok::<_, std::io::Error>(std::fs::metadata(path)?.len() as f64);
    let image = size(bench.guest("blink"))? / 1024.0;
    let binary = size(bench.monitor.clone())? / 1024.0 / 1024.0;
    Ok(vec![
        Row::new("size of the blink image", "KiB", Sample::exactly(image)).at_most(16.0),
        Row::new("size of the andon binary", "MiB", Sample::exactly(binary)).at_most(4.0),
    ])
}
