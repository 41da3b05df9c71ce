//! Solo5's hvt ABI version 2: where a guest starts, what it is told, and calls 1 to 8.
//!
//! Source: Solo5 v0.12, `include/hvt_abi.h`.

/// The hvt ABI version of this contract, as in the guest's `ABI1` note.
pub const ABI_VERSION: u32 = 2;

/// The ABI target number of hvt in the guest's `ABI1` note.
pub const ABI_TARGET_HVT: u32 = 1;

/// Lowest guest-physical address at which an image may be loaded.
pub const GUEST_MIN_BASE: u64 = 0x10_0000;

/// Guest-physical address of [`BootInfo`]; the entry point's only argument.
pub const BOOT_INFO_BASE: u64 = 0x1_0000;

/// Largest guest memory: an argument block's address has 32 bits.
pub const GUEST_MAX_MEMORY: u64 = 1 << 32;

/// x86_64: hypercall `n` is a 32-bit `out` of the block's address to this port plus `n`.
pub const HYPERCALL_PORT_BASE: u16 = 0x500;

/// x86_64: a 32-bit `out` to this port kicks the shared network ring.
pub const RING_KICK_PORT: u16 = 0x600;

/// aarch64: hypercall `n` is a 32-bit store of the block's address to this plus `8 * n`.
pub const HYPERCALL_MMIO_BASE: u64 = 1 << 32;

/// aarch64: a 32-bit store to this address kicks the shared network ring.
pub const RING_KICK_MMIO: u64 = HYPERCALL_MMIO_BASE + 0x100;

/// Largest command line in bytes, with its terminating zero.
pub const COMMAND_LINE_SIZE: usize = 8192;

/// Size in bytes of the memory that a halt cookie points to.
pub const HALT_COOKIE_SIZE: usize = 512;

/// Host feature: the shared network ring.
pub const FEATURE_RING_IO: u32 = 1 << 0;

/// Host feature: Andon's hypercalls ([`crate::call`]) and device note.
///
/// A monitor whose boot information ends before the feature words has its manifest
/// there, which begins with the version 1; so this is the last bit, not the next.
pub const FEATURE_ANDON: u32 = 1 << 31;

/// Host feature: [`BootInfo::hypercall_page`] may be called instead of the instruction that
/// traps. Next to last, for the same reason as [`FEATURE_ANDON`].
pub const FEATURE_HYPERCALL_PAGE: u32 = 1 << 30;

/// Exit status by which a Solo5 guest says that it aborted.
pub const EXIT_ABORT: i32 = 255;

layout! {
    /// What the guest is told at its start; lies at [`BOOT_INFO_BASE`], read-only.
    pub struct BootInfo [64] {
        /// Size of guest memory in bytes.
        0 => mem_size: u64,
        /// First address after the loaded image.
        8 => kernel_end: u64,
        /// Frequency of the cycle counter (TSC, CNTVCT) in hertz.
        16 => cpu_cycle_freq: u64,
        /// Address of the command line, a zero-terminated string.
        24 => cmdline: u64,
        /// Address of the manifest as the monitor filled it in.
        32 => mft: u64,
        /// Features that the monitor offers.
        40 => host_features: u32,
        /// Features that the guest accepts; written by the guest.
        44 => guest_features: u32,
        /// Address of the network ring; zero where there is none.
        48 => net_ring: u64,
        /// Address of a function that makes a hypercall (System V ABI of the architecture):
        /// its first argument is the number, its second the block's address. There only with
        /// [`FEATURE_HYPERCALL_PAGE`]; Solo5's boot information ends before it.
        56 => hypercall_page: u64,
    }
}

layout! {
    /// Block of [`crate::call::WALLTIME`].
    pub struct Walltime [8] {
        /// Out: nanoseconds since 1970-01-01 00:00 UTC.
        0 => nsecs: u64,
    }
}

layout! {
    /// Block of [`crate::call::PUTS`].
    pub struct Puts [16] {
        /// Address of the text.
        0 => data: u64,
        /// Length of the text in bytes.
        8 => len: u64,
    }
}

layout! {
    /// Block of [`crate::call::POLL`].
    pub struct Poll [24] {
        /// Longest wait in nanoseconds from the call.
        0 => timeout_nsecs: u64,
        /// Out: bit `h` is set where handle `h` is ready.
        8 => ready_set: u64,
        /// Out: number of ready handles.
        16 => ret: i32,
        /// Padding; not checked, because a C guest leaves it unwritten.
        20 => pad: u32,
    }
}

layout! {
    /// Block of [`crate::call::BLOCK_WRITE`], [`crate::call::BLOCK_READ`],
    /// [`crate::call::NET_WRITE`] (without `offset`: see [`Net`]).
    pub struct Block [40] {
        /// Index of the device in the manifest.
        0 => handle: u64,
        /// Offset on the device in bytes.
        8 => offset: u64,
        /// Address of the data.
        16 => data: u64,
        /// Length of the data in bytes.
        24 => len: u64,
        /// Out: a [`Solo5Result`] number.
        32 => ret: i32,
        /// Padding; not checked.
        36 => pad: u32,
    }
}

layout! {
    /// Block of [`crate::call::NET_WRITE`] and [`crate::call::NET_READ`].
    pub struct Net [32] {
        /// Index of the device in the manifest.
        0 => handle: u64,
        /// Address of the frame.
        8 => data: u64,
        /// Length of the frame or buffer in bytes; for a read also out.
        16 => len: u64,
        /// Out: a [`Solo5Result`] number.
        24 => ret: i32,
        /// Padding; not checked.
        28 => pad: u32,
    }
}

layout! {
    /// Block of [`crate::call::HALT`].
    pub struct Halt [16] {
        /// Address of a trap frame, or zero.
        0 => cookie: u64,
        /// Exit status for the host.
        8 => exit_status: i32,
        /// Padding; not checked.
        12 => pad: u32,
    }
}

/// How a Solo5 call ended (`solo5_result_t` in Solo5's `solo5.h`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Solo5Result {
    /// The call succeeded.
    Ok = 0,
    /// The call cannot be completed now; try again after a poll.
    Again = 1,
    /// An argument was wrong.
    InvalidArgument = 2,
    /// The host failed.
    Unspecified = 3,
}
