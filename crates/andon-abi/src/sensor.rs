//! Sensors: what a guest asks for, and the arguments of its call.

/// Temperature in millidegrees Celsius.
pub const TEMPERATURE: u32 = 1;
/// Voltage in millivolts.
pub const VOLTAGE: u32 = 2;
/// Current in milliamperes.
pub const CURRENT: u32 = 3;
/// Power in microwatts.
pub const POWER: u32 = 4;
/// Energy in microjoules.
pub const ENERGY: u32 = 5;
/// Relative humidity in thousandths of a per cent.
pub const HUMIDITY: u32 = 6;
/// Speed of a fan in revolutions per minute.
pub const FAN_SPEED: u32 = 7;

layout! {
    /// What a declaration of the class [`crate::device::CLASS_SENSOR`] asks for.
    pub struct Ask [48] {
        /// [`TEMPERATURE`] to [`FAN_SPEED`].
        0 => quantity: u32,
        /// Reserved; zero.
        4 => reserved: [u8; 44],
    }
}

layout! {
    /// Arguments of [`crate::call::SENSOR_READ`].
    pub struct Reading [32] {
        /// In, zero. Out, the value in the unit of the quantity that was asked for.
        0 => value: i64,
        /// Reserved; zero.
        8 => reserved: [u8; 24],
    }
}
