//! The time stamp counter, and what CPU and hypervisor say about it.
#![expect(
    unsafe_code,
    reason = "the counter and CPUID are reached by intrinsics"
)]

use std::arch::x86_64::{_mm_lfence, _rdtsc, CpuidResult};

/// Leaf with the counter's ratio to the crystal (Intel SDM, volume 2, CPUID, leaf 15H).
const CRYSTAL_LEAF: u32 = 0x15;

/// First leaf of a hypervisor; `eax` is its last one.
const HYPERVISOR_LEAF: u32 = 0x4000_0000;

/// Hypervisors' leaf with the counter's frequency in kilohertz, as VMware defined it and
/// KVM's user-space programs adopted it.
const TIMING_LEAF: u32 = 0x4000_0010;

/// Bit of leaf 1 `ecx`: there is a hypervisor.
const HYPERVISOR_PRESENT: u32 = 1 << 31;

/// The counter; instructions before it are done when it is read.
pub(super) fn now() -> u64 {
    // SAFETY: LFENCE is part of SSE2, which every x86_64 CPU has.
    unsafe { _mm_lfence() };
    // SAFETY: the TSC is there on every x86_64 CPU, and Linux lets programs read it
    // unless a program forbids it to itself by prctl(PR_SET_TSC), which none does here.
    unsafe { _rdtsc() }
}

/// The frequency in hertz that the CPU or the hypervisor tells.
pub(super) fn told_frequency() -> Option<u64> {
    let last = cpuid(0).eax;
    if last >= CRYSTAL_LEAF
        && let Some(hertz) = crystal_frequency(cpuid(CRYSTAL_LEAF))
    {
        return Some(hertz);
    }
    // Without a hypervisor the leaf is not defined and repeats another one.
    let is_guest = cpuid(1).ecx & HYPERVISOR_PRESENT != 0;
    if is_guest && cpuid(HYPERVISOR_LEAF).eax >= TIMING_LEAF {
        return timing_frequency(cpuid(TIMING_LEAF));
    }
    None
}

fn cpuid(leaf: u32) -> CpuidResult {
    #[allow(unused_unsafe, reason = "a safe function from Rust 1.94 on")]
    // SAFETY: every x86_64 CPU has CPUID.
    unsafe {
        std::arch::x86_64::__cpuid(leaf)
    }
}

/// The counter runs at `ebx`/`eax` times the crystal's `ecx` hertz; zero is not told.
fn crystal_frequency(leaf: CpuidResult) -> Option<u64> {
    let crystal = u64::from(leaf.ecx);
    let product = crystal.checked_mul(leaf.ebx.into())?;
    let hertz = product.checked_div(leaf.eax.into())?;
    (hertz != 0).then_some(hertz)
}

fn timing_frequency(leaf: CpuidResult) -> Option<u64> {
    (leaf.eax != 0).then(|| u64::from(leaf.eax) * 1000)
}

#[cfg(test)]
mod tests {
    use std::arch::x86_64::CpuidResult;

    use super::{crystal_frequency, now, timing_frequency};

    fn leaf(eax: u32, ebx: u32, ecx: u32) -> CpuidResult {
        CpuidResult {
            eax,
            ebx,
            ecx,
            edx: 0,
        }
    }

    #[test]
    fn the_counter_goes_forward() {
        let before = now();
        assert!(now() > before);
    }

    #[test]
    fn the_crystal_s_frequency_is_multiplied_by_the_ratio() {
        let told = leaf(2, 216, 24_000_000);
        assert_eq!(crystal_frequency(told), Some(2_592_000_000));
    }

    #[test]
    fn a_crystal_whose_frequency_is_not_told_tells_nothing() {
        assert_eq!(crystal_frequency(leaf(2, 216, 0)), None);
    }

    #[test]
    fn a_ratio_that_is_not_told_tells_nothing() {
        assert_eq!(crystal_frequency(leaf(0, 0, 24_000_000)), None);
    }

    #[test]
    fn a_hypervisor_tells_kilohertz() {
        let told = leaf(2_445_400, 0, 0);
        assert_eq!(timing_frequency(told), Some(2_445_400_000));
    }

    #[test]
    fn a_hypervisor_that_tells_zero_tells_nothing() {
        assert_eq!(timing_frequency(leaf(0, 0, 0)), None);
    }
}
