//! Clocks that a guest is told of.

use std::io;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Nanoseconds since 1970-01-01 00:00 UTC; zero where the host's clock is before that.
pub fn wall() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or(Duration::ZERO);
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

/// Frequency of the cycle counter in hertz.
///
/// # Errors
/// Where the host does not tell it.
pub fn cycle_frequency() -> io::Result<u64> {
    let cpu = std::fs::read_to_string("/proc/cpuinfo")?;
    let mhz = cpu.lines().find_map(|line| line.strip_prefix("cpu MHz"));
    let mhz = mhz.and_then(|line| line.split(':').nth(1)?.trim().parse::<f64>().ok());
    mhz.map(|mhz| (mhz * 1e6) as u64)
        .ok_or(io::ErrorKind::Unsupported.into())
}
