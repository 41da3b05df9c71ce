//! Critical sections, of which a guest needs none.
#![expect(
    unsafe_code,
    reason = "it promises that nothing runs beside the section"
)]

use critical_section::{Impl, RawRestoreState};

struct SingleCore;

critical_section::set_impl!(SingleCore);

// SAFETY: a guest is one thread on one CPU, and no interrupt or exception of it runs code of
// its own: what the CPU refuses ends it. So nothing runs between any two of its instructions
// that is not called by it, and every section is exclusive by itself, nested ones too. The
// monitor, which runs beside it, reads and writes only what a call hands over, during the call.
unsafe impl Impl for SingleCore {
    unsafe fn acquire() -> RawRestoreState {
        #[cfg(test)]
        unreachable!("a test is a thread among others, and no guest");
    }

    unsafe fn release(_: RawRestoreState) {}
}
