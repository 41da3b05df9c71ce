//! Waiting for some of the devices.

layout! {
    /// Arguments of [`crate::call::WAIT`].
    pub struct Wait [32] {
        /// Longest wait in nanoseconds from the call.
        0 => timeout: u64,
        /// Bit `h` is set where handle `h` is waited for.
        8 => handles: u64,
        /// In, zero. Out, bit `h` is set where handle `h` is waited for and ready.
        16 => ready: u64,
        /// Reserved; zero.
        24 => reserved: [u8; 8],
    }
}
