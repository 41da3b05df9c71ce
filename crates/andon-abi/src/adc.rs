//! Analogue inputs: what a guest asks for, and the arguments of its calls.

/// Size in bytes of a sample of [`crate::call::ADC_CAPTURE`]: microvolts, signed,
/// little-endian.
pub const SAMPLE_SIZE: usize = 4;

layout! {
    /// What a declaration of the class [`crate::device::CLASS_ADC`] asks for: nothing in
    /// particular.
    pub struct Ask [48] {
        /// Reserved; zero.
        0 => reserved: [u8; 48],
    }
}

layout! {
    /// Arguments of [`crate::call::ADC_READ`]; [`crate::call::ADC_CAPTURE`] has only zeros.
    pub struct Voltage [32] {
        /// In, zero. Out, the voltage in microvolts.
        0 => microvolts: i64,
        /// Reserved; zero.
        8 => reserved: [u8; 24],
    }
}
