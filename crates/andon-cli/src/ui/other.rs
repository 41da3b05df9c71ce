//! A device that has no lines: how often the guest used it, and what is on it.

use std::time::Duration;

use andon_monitor::device::{Devices, Simulated};

/// What is known of one.
#[derive(Clone, Debug)]
pub(super) struct Other {
    pub(super) name: String,
    /// How often the guest used it.
    pub(super) operations: u64,
    /// It from outside, where it is simulated.
    side: Option<Simulated>,
}

impl Other {
    pub(super) fn new(name: String) -> Self {
        Self {
            name,
            operations: 0,
            side: None,
        }
    }

    /// Sees it from outside.
    pub(super) fn attach(&mut self, devices: &Devices) {
        self.side = devices.simulated(&self.name);
    }

    /// The pulses of a PWM channel, the voltage of an analogue input.
    pub(super) fn shown(&self) -> Option<String> {
        match self.side.as_ref()? {
            Simulated::Pwm(channel) => {
                let output = channel.output();
                let [duty, period] = [output.duty, output.period].map(Duration::from_nanos);
                Some(if output.enabled {
                    format!("{duty:?} of {period:?}")
                } else {
                    "off".to_owned()
                })
            }
            Simulated::Adc(input) => Some(format!("{:.3} V", f64::from(input.now()) / 1e6)),
            Simulated::Gpio { .. } | Simulated::I2c { .. } | Simulated::Spi { .. } => None,
        }
    }
}
