//! What the monitor tells a guest at its start: memory, clock, manifest, command line.
#![expect(unsafe_code, reason = "the monitor hands over addresses")]

use core::ffi::CStr;
use core::ptr;
use core::slice;
use core::str::Split;
use core::sync::atomic::{AtomicPtr, Ordering};

use andon_abi::manifest::{Entry, Head};
use andon_abi::solo5::{BootInfo, FEATURE_ANDON, FEATURE_HYPERCALL_PAGE};

/// Where the boot information lies; null before the guest started, as in host tests.
static BOOT_INFO: AtomicPtr<BootInfo> = AtomicPtr::new(ptr::null_mut());

/// Keeps the address of the boot information.
///
/// # Safety
/// Memory there must be readable, hold a boot information followed by whatever, and never
/// change.
#[cfg_attr(test, expect(dead_code, reason = "called by the entry"))]
pub(crate) unsafe fn keep(boot_info: *const BootInfo) {
    BOOT_INFO.store(boot_info.cast_mut(), Ordering::Relaxed);
}

/// The boot information. A monitor older than the feature words has the manifest in their
/// place, and Solo5's ends with `net_ring`: that and what follows may be looked at only where
/// a feature says so.
fn boot_info() -> Option<&'static BootInfo> {
    let address = BOOT_INFO.load(Ordering::Relaxed);
    // SAFETY: null, or kept by keep() under its conditions; a manifest of at least 112
    // bytes follows a boot information that ends early, so all 64 bytes are there.
    unsafe { address.as_ref() }
}

/// Whether the monitor offers Andon's hypercalls; those must not be made otherwise.
pub fn offers_andon() -> bool {
    boot_info().is_some_and(|info| info.host_features & FEATURE_ANDON != 0)
}

/// Address of the monitor's function that makes hypercalls.
pub(crate) fn hypercall_page() -> Option<u64> {
    let info = boot_info()?;
    let is_offered = info.host_features & FEATURE_HYPERCALL_PAGE != 0;
    is_offered.then_some(info.hypercall_page)
}

/// Frequency of the cycle counter in hertz.
pub(crate) fn cycle_frequency() -> u64 {
    boot_info().map_or(0, |info| info.cpu_cycle_freq)
}

/// Size of guest memory in bytes, from address zero on.
pub fn memory_size() -> u64 {
    boot_info().map_or(0, |info| info.mem_size)
}

/// Solo5's manifest as the monitor filled it in, the reserved first entry included.
pub fn manifest() -> &'static [Entry] {
    boot_info().map_or(&[], |info| {
        let head: *const Head = ptr::with_exposed_provenance(info.mft as usize);
        // SAFETY: the contract has a manifest there, which never changes.
        let count = unsafe { (*head).entries };
        // SAFETY: the entries follow the head.
        let first = unsafe { head.add(1) };
        // SAFETY: as many as the head says, which the monitor answers for.
        unsafe { slice::from_raw_parts(first.cast(), count as usize) }
    })
}

/// The command line as the operator gave it, without a terminator.
pub fn command_line() -> &'static [u8] {
    boot_info().map_or(&[], |info| {
        let text = ptr::with_exposed_provenance(info.cmdline as usize);
        // SAFETY: the contract has a zero-terminated string of at most 8192 bytes there,
        // which never changes.
        unsafe { CStr::from_ptr(text) }.to_bytes()
    })
}

/// The words of the command line. There is no program name before them.
///
/// # Panics
/// Where the command line is not UTF-8; [`command_line`] has its bytes.
#[expect(clippy::panic, reason = "as std's args do")]
pub fn args() -> Args {
    match core::str::from_utf8(command_line()) {
        Ok(line) => Args::of(line),
        Err(_) => panic!("the command line is not UTF-8"),
    }
}

/// Iterator over the words of the command line; see [`args`].
#[derive(Clone, Debug)]
pub struct Args(Split<'static, char>);

impl Args {
    fn of(line: &'static str) -> Self {
        Self(line.split(' '))
    }
}

impl Iterator for Args {
    type Item = &'static str;

    fn next(&mut self) -> Option<&'static str> {
        self.0.find(|word| !word.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::{Args, command_line, offers_andon};

    #[test]
    fn words_are_split_at_any_number_of_spaces() {
        assert!(Args::of(" 500  10 ").eq(["500", "10"]));
    }

    #[test]
    fn an_empty_command_line_has_no_words() {
        assert_eq!(Args::of("").next(), None);
    }

    #[test]
    fn without_a_monitor_nothing_is_offered() {
        assert!(!offers_andon());
        assert_eq!(command_line(), b"");
    }
}
