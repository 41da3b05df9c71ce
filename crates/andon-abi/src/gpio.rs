//! GPIO: what a guest asks for, and the block of its calls.

/// Largest number of lines of one device.
pub const MAX_LINES: u32 = 64;

/// Direction: the guest reads the lines.
pub const DIRECTION_IN: u32 = 1;

/// Direction: the guest sets the lines.
pub const DIRECTION_OUT: u32 = 2;

/// The guest is told when a line becomes active.
pub const EDGE_TO_ACTIVE: u32 = 1 << 0;

/// The guest is told when a line becomes inactive.
pub const EDGE_TO_INACTIVE: u32 = 1 << 1;

/// The guest is told of every change of a line.
pub const EDGE_BOTH: u32 = EDGE_TO_ACTIVE | EDGE_TO_INACTIVE;

layout! {
    /// What a declaration of the class [`crate::device::CLASS_GPIO`] asks for.
    pub struct Ask [48] {
        /// [`DIRECTION_IN`] or [`DIRECTION_OUT`].
        0 => direction: u32,
        /// Number of lines, 1 to [`MAX_LINES`].
        4 => lines: u32,
        /// [`EDGE_TO_ACTIVE`] and [`EDGE_TO_INACTIVE`], of inputs only: the changes that the
        /// guest is told of by [`crate::call::GPIO_EVENT`].
        8 => edges: u32,
        /// Reserved; zero.
        12 => reserved: [u8; 36],
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

layout! {
    /// Arguments of [`crate::call::GPIO_EVENT`]: in, zero; out, the oldest change of a line
    /// that the guest was not told of yet.
    pub struct Event [32] {
        /// When the line changed, in nanoseconds since the guest's start by the monitor's
        /// clock; zero where there is none.
        0 => time: u64,
        /// The line, in the order of the grant.
        8 => line: u32,
        /// [`EDGE_TO_ACTIVE`] or [`EDGE_TO_INACTIVE`]; zero where there is none.
        12 => edge: u32,
        /// Number of the change among those of the device, from 1 on; it wraps around.
        16 => sequence: u32,
        /// How many changes between the one told of before and this one were lost, because
        /// the guest did not ask in time.
        20 => lost: u32,
        /// The time of the answer, by the clock of `time`.
        24 => now: u64,
    }
}

/// Largest number of steps of a waveform.
pub const MAX_STEPS: u32 = 4096;

/// Latest time of a step, in nanoseconds since the waveform began: one minute.
pub const MAX_STEP_TIME: u64 = 60_000_000_000;

layout! {
    /// Arguments of [`crate::call::GPIO_WAVEFORM`]. The segments, which are sent, have its
    /// steps, 1 to [`MAX_STEPS`] times [`Step`].
    pub struct Waveform [32] {
        /// The lines that each step sets; at least one, none beyond the device's last.
        0 => mask: u64,
        /// In, zero. Out, how many steps were played.
        8 => played: u32,
        /// Reserved; zero.
        12 => reserved: u32,
        /// In, zero. Out, how late the latest step was set, in nanoseconds.
        16 => latest: u64,
        /// In, zero. Out, how late steps were set on average, in nanoseconds.
        24 => mean: u64,
    }
}

layout! {
    /// One step of a waveform.
    pub struct Step [16] {
        /// When the lines are set: nanoseconds since the waveform began, at most
        /// [`MAX_STEP_TIME`] and not before the step that precedes.
        0 => time: u64,
        /// Their levels; zero outside of the waveform's mask.
        8 => levels: u64,
    }
}
