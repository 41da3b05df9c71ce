//! Waveforms: levels at given times, which the monitor sets without the guest.

use core::time::Duration;

use andon_abi::gpio::Waveform;

pub use andon_abi::gpio::Step;

/// How late the steps of a waveform were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jitter {
    /// Of the latest step.
    pub latest: Duration,
    /// On average.
    pub mean: Duration,
}

impl Jitter {
    pub(super) fn from_arguments(arguments: &[u8; 32]) -> Self {
        let waveform = Waveform::from_bytes(arguments);
        Self {
            latest: Duration::from_nanos(waveform.latest),
            mean: Duration::from_nanos(waveform.mean),
        }
    }
}
