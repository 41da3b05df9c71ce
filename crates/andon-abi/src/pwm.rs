//! PWM: what a guest asks for, and the arguments of its calls.

/// Longest period in nanoseconds: 100 s.
pub const MAX_PERIOD: u64 = 100_000_000_000;

/// A duty of [`RATIO`] is in this part of the period: a whole number of them is any percentage.
pub const RATIO_SCALE: u64 = 60_000;

/// Field of an [`Output`]: the period is set.
pub const PERIOD: u32 = 1 << 0;

/// Field of an [`Output`]: the duty is set, in nanoseconds.
pub const DUTY: u32 = 1 << 1;

/// Field of an [`Output`]: the duty is set, as a part of the period; not together with
/// [`DUTY`].
pub const RATIO: u32 = 1 << 2;

/// Field of an [`Output`]: the channel is switched on or off.
pub const ENABLED: u32 = 1 << 3;

layout! {
    /// What a declaration of the class [`crate::device::CLASS_PWM`] asks for.
    pub struct Ask [48] {
        /// Period in nanoseconds that the channel has at the start, at most [`MAX_PERIOD`];
        /// zero where any does.
        0 => period: u64,
        /// Reserved; zero.
        8 => reserved: [u8; 40],
    }
}

layout! {
    /// Arguments of [`crate::call::PWM_SET`] and [`crate::call::PWM_GET`].
    pub struct Output [32] {
        /// Period in nanoseconds.
        0 => period: u64,
        /// How long the channel is active in each period: in nanoseconds, or with [`RATIO`]
        /// in parts of [`RATIO_SCALE`].
        8 => duty: u64,
        /// 1 where the channel is on, 0 where it is off.
        16 => enabled: u32,
        /// Set: [`PERIOD`], [`DUTY`] or [`RATIO`], [`ENABLED`]: what is set; the others are
        /// zero. Get: zero.
        20 => fields: u32,
        /// Reserved; zero.
        24 => reserved: [u8; 8],
    }
}
