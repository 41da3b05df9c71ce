//! Solo5's manifest as the monitor filled it in: devices by name, each acquired once.

use core::ffi::CStr;
use core::sync::atomic::{AtomicU64, Ordering};

use andon_guest::abi::manifest::{Entry, name_bytes};

/// Bit `h` is set where the device with handle `h` was acquired.
static ACQUIRED: AtomicU64 = AtomicU64::new(0);

/// The handle and entry of the device of this name and kind; `None` where there is none, or
/// where it was acquired before.
pub(crate) fn acquire(name: &CStr, kind: u32) -> Option<(u64, &'static Entry)> {
    let is_meant =
        |entry: &Entry| entry.kind == kind && name_bytes(&entry.name) == Some(name.to_bytes());
    let entries = andon_guest::manifest();
    let handle = entries.iter().position(is_meant)?;
    let bit = 1_u64.checked_shl(handle as u32)?;
    let before = ACQUIRED.fetch_or(bit, Ordering::Relaxed);
    (before & bit == 0).then_some((handle as u64, &entries[handle]))
}

/// The entry with this handle, where it is a device of this kind.
pub(crate) fn entry(handle: u64, kind: u32) -> Option<&'static Entry> {
    let entry = andon_guest::manifest().get(usize::try_from(handle).ok()?)?;
    (entry.kind == kind).then_some(entry)
}
