//! The heap: all memory between the end of the image and the end of guest memory.
#![expect(unsafe_code, reason = "a global allocator over raw memory")]

use core::alloc::Layout;

use talc::base::Talc;
use talc::base::binning::Binning;
use talc::cell::TalcSyncCell;
use talc::source::Source;
use talc::{DefaultBinning, TalcCell};

use crate::boot;

// SAFETY: a guest is one thread without interrupts, so no two calls overlap.
#[global_allocator]
static HEAP: TalcSyncCell<FreeMemory, DefaultBinning> =
    unsafe { TalcSyncCell::new(TalcCell::new(FreeMemory)) };

unsafe extern "C" {
    /// First address after the image, which the linker script defines.
    static mut andon_image_end: u8;
}

/// The guest's free memory, claimed whole by the first allocation.
#[derive(Debug)]
struct FreeMemory;

// SAFETY: acquire() uses no allocator but the one that it is given.
unsafe impl Source for FreeMemory {
    fn acquire<B: Binning>(talc: &mut Talc<Self, B>, _: Layout) -> Result<(), ()> {
        if talc.is_metadata_established() {
            return Err(());
        }
        let start = &raw mut andon_image_end;
        let size = boot::memory_size().saturating_sub(start.addr() as u64);
        // SAFETY: the contract gives the guest all memory after its image, and nothing else
        // of the SDK touches it: the stack is in the image.
        unsafe { talc.claim(start, size as usize) }
            .map(|_| ())
            .ok_or(())
    }
}
