//! LEDs: what a guest asks for, and the arguments of its calls.

layout! {
    /// What a declaration of the class [`crate::device::CLASS_LED`] asks for: nothing in
    /// particular.
    pub struct Ask [48] {
        /// Reserved; zero.
        0 => reserved: [u8; 48],
    }
}

layout! {
    /// Arguments of [`crate::call::LED_SET`] and [`crate::call::LED_GET`].
    pub struct Light [32] {
        /// Brightness, 0 is off. Set: in. Get: in, zero; out.
        0 => brightness: u32,
        /// In, zero. Get: out, the largest brightness that the guest may set.
        4 => most: u32,
        /// Reserved; zero.
        8 => reserved: [u8; 24],
    }
}
