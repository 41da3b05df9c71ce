//! LEDs: lights whose brightness the guest sets.

use andon_abi::device::CLASS_LED;
use andon_abi::led::Light as Arguments;
use andon_abi::{Status, call};

use crate::device::{Device, Handle};
use crate::{Error, request};

/// An LED. At the start it is off.
#[derive(Debug)]
pub struct Led {
    handle: u64,
}

/// How an LED shines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Light {
    /// Brightness; 0 is off.
    pub brightness: u32,
    /// Largest brightness that the grant allows, at least 1 where it allows any.
    pub most: u32,
}

impl Led {
    /// Sets the brightness; 0 is off.
    ///
    /// # Errors
    /// The monitor's status: out of bounds where it is more than [`Light::most`].
    pub fn set_brightness(&mut self, brightness: u32) -> Result<(), Error> {
        self.perform(call::LED_SET, brightness).map(|_| ())
    }

    /// The brightness now, and the largest.
    ///
    /// # Errors
    /// The monitor's status.
    pub fn light(&mut self) -> Result<Light, Error> {
        self.perform(call::LED_GET, 0)
    }

    fn perform(&self, number: u16, brightness: u32) -> Result<Light, Error> {
        let light = Arguments {
            brightness,
            most: 0,
            reserved: [0; 24],
        };
        let mut arguments = light.to_bytes();
        request::perform(number, self.handle, &mut arguments, &mut [])?;
        let Arguments {
            brightness, most, ..
        } = Arguments::from_bytes(&arguments);
        Ok(Light { brightness, most })
    }
}

impl Device for Led {
    const CLASS: u32 = CLASS_LED;
    const ASK: [u8; 48] = [0; 48];

    fn new(handle: Handle) -> Self {
        Self {
            handle: handle.number(),
        }
    }

    fn is_granted(&self) -> bool {
        self.perform(call::LED_GET, 0).map_err(Error::status) != Err(Status::NotGranted)
    }
}

#[cfg(test)]
mod tests {
    use super::{Device, Led};

    #[test]
    fn without_a_monitor_nothing_is_granted() {
        assert!(!Led { handle: 1 }.is_granted());
    }
}
