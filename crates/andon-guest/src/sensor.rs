//! Sensors: each type is a quantity, with its unit.

use andon_abi::device::CLASS_SENSOR;
use andon_abi::sensor::{
    CURRENT, ENERGY, FAN_SPEED, HUMIDITY, POWER, Reading, TEMPERATURE, VOLTAGE,
};
use andon_abi::{Status, call};

use crate::device::{Device, Handle};
use crate::{Error, request};

/// A sensor of a quantity, by its number in [`andon_abi::sensor`].
#[derive(Debug)]
pub struct Sensor<const QUANTITY: u32> {
    handle: u64,
}

/// Reads millidegrees Celsius.
pub type Thermometer = Sensor<TEMPERATURE>;
/// Reads millivolts.
pub type Voltmeter = Sensor<VOLTAGE>;
/// Reads milliamperes.
pub type Ammeter = Sensor<CURRENT>;
/// Reads microwatts.
pub type PowerMeter = Sensor<POWER>;
/// Reads microjoules.
pub type EnergyMeter = Sensor<ENERGY>;
/// Reads thousandths of a per cent of relative humidity.
pub type Hygrometer = Sensor<HUMIDITY>;
/// Reads revolutions per minute.
pub type Tachometer = Sensor<FAN_SPEED>;

impl<const QUANTITY: u32> Sensor<QUANTITY> {
    /// The value now, in the quantity's unit. A 1-Wire thermometer takes up to 750 ms.
    ///
    /// # Errors
    /// The monitor's status: not ready where there is no value yet, corrupt data where it was
    /// damaged on its way.
    pub fn read(&mut self) -> Result<i64, Error> {
        self.value()
    }

    fn value(&self) -> Result<i64, Error> {
        let mut arguments = [0; 32];
        request::perform(call::SENSOR_READ, self.handle, &mut arguments, &mut [])?;
        Ok(Reading::from_bytes(&arguments).value)
    }
}

impl<const QUANTITY: u32> Device for Sensor<QUANTITY> {
    const CLASS: u32 = CLASS_SENSOR;
    const ASK: [u8; 48] = ask(QUANTITY);

    fn new(handle: Handle) -> Self {
        Self {
            handle: handle.number(),
        }
    }

    fn is_granted(&self) -> bool {
        self.value().map_err(Error::status) != Err(Status::NotGranted)
    }
}

/// What a declaration asks for, laid out as [`andon_abi::sensor::Ask`].
const fn ask(quantity: u32) -> [u8; 48] {
    let mut bytes = [0; 48];
    let (first, _) = bytes.split_at_mut(size_of::<u32>());
    first.copy_from_slice(&quantity.to_le_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use andon_abi::sensor::{Ask, HUMIDITY};

    use super::{Device, Hygrometer};

    #[test]
    fn an_ask_has_the_layout_of_the_contract() {
        let expected = Ask {
            quantity: HUMIDITY,
            reserved: [0; 44],
        };
        assert_eq!(Hygrometer::ASK, expected.to_bytes());
    }

    #[test]
    fn without_a_monitor_nothing_is_granted() {
        assert!(!Hygrometer { handle: 1 }.is_granted());
    }
}
