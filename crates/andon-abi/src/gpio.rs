//! GPIO: what a guest asks for, and the block of its calls.

/// Largest number of lines of one device.
pub const MAX_LINES: u32 = 64;

/// Direction: the guest reads the lines.
pub const DIRECTION_IN: u32 = 1;

/// Direction: the guest sets the lines.
pub const DIRECTION_OUT: u32 = 2;

layout! {
    /// What a declaration of the class [`crate::device::CLASS_GPIO`] asks for.
    pub struct Ask [48] {
        /// [`DIRECTION_IN`] or [`DIRECTION_OUT`].
        0 => direction: u32,
        /// Number of lines, 1 to [`MAX_LINES`].
        4 => lines: u32,
        /// Reserved; zero.
        8 => reserved: [u8; 40],
    }
}

layout! {
    /// Arguments of [`crate::call::GPIO_GET`] and [`crate::call::GPIO_SET`].
    ///
    /// Bit `i` stands for the `i`-th line of the device, in the order of the grant.
    pub struct Lines [32] {
        /// The lines that are meant; at least one, none beyond the device's last.
        0 => mask: u64,
        /// Set: in, the levels of the lines in `mask`. Get: out, their levels, the
        /// others zero. 1 is active, whatever the physical level is.
        8 => values: u64,
        /// Reserved; zero.
        16 => reserved: [u8; 16],
    }
}
