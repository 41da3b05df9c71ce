//! Lists of requests that are handed over in one call.

/// Largest number of requests in a batch.
pub const MAX_REQUESTS: u32 = 256;

/// Longest delay, from the beginning of the batch, in nanoseconds: ten seconds.
pub const MAX_DELAY: u64 = 10_000_000_000;

layout! {
    /// Arguments of [`crate::call::BATCH`].
    pub struct Batch [32] {
        /// Address of `count` times [`crate::request::Request`], whose data is at most
        /// [`crate::request::MAX_DATA`] together.
        0 => requests: u64,
        /// Number of requests, 1 to [`MAX_REQUESTS`].
        8 => count: u32,
        /// In, zero. Out, how many requests were performed.
        12 => done: u32,
        /// In, zero. Out, the index of the request that failed; `count` where none did.
        16 => failed: u32,
        /// Reserved; zero.
        20 => reserved: [u8; 12],
    }
}

layout! {
    /// Arguments of [`crate::call::DELAY`].
    pub struct Delay [32] {
        /// When to go on: nanoseconds since the batch began, at most [`MAX_DELAY`].
        0 => until: u64,
        /// Reserved; zero.
        8 => reserved: [u8; 24],
    }
}
