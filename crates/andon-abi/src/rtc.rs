//! Real-time clocks: what a guest asks for, and the arguments of its call.

layout! {
    /// What a declaration of the class [`crate::device::CLASS_RTC`] asks for: nothing in
    /// particular.
    pub struct Ask [48] {
        /// Reserved; zero.
        0 => reserved: [u8; 48],
    }
}

layout! {
    /// Arguments of [`crate::call::RTC_READ`].
    pub struct Time [32] {
        /// In, zero. Out, seconds since 1970 as the clock has them, leap seconds not counted.
        0 => seconds: i64,
        /// Reserved; zero.
        8 => reserved: [u8; 24],
    }
}
