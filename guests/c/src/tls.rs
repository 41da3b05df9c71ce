//! Thread-local storage of the local-exec model. Sizes and places are of the linker script,
//! which makes them multiples of 16 bytes.

use core::ptr;

use andon_guest::abi::solo5::Solo5Result;

use crate::architecture;

/// An address that the linker script defines. It has no size, so that the compiler does not
/// take two of them for different.
type Address = [u8; 0];

unsafe extern "C" {
    /// What each block begins with.
    static andon_tls_start: Address;
    /// The end of that.
    static andon_tls_data_end: Address;
    /// As far behind the start as the variables of a block are large.
    static andon_tls_end: Address;
    /// Zeroed memory for the first thread's block.
    static mut andon_tls_block: Address;
}

/// Size of what the thread pointer points to, besides the variables.
const CONTROL_SIZE: usize = 16;

/// Gives the first thread its variables, where the program has such.
pub(crate) fn begin() {
    if variables_size() > 0 {
        let block = (&raw mut andon_tls_block).expose_provenance();
        // SAFETY: the linker script reserves solo5_tls_size() bytes there for this.
        unsafe { solo5_tls_init(block) };
        solo5_set_tls_base(solo5_tls_tp_offset(block));
    }
}

fn variables_size() -> usize {
    (&raw const andon_tls_end).addr() - (&raw const andon_tls_start).addr()
}

#[unsafe(no_mangle)]
extern "C" fn solo5_tls_size() -> usize {
    variables_size() + CONTROL_SIZE
}

#[unsafe(no_mangle)]
extern "C" fn solo5_tls_tp_offset(block: usize) -> usize {
    block + architecture::thread_pointer(variables_size())
}

/// # Safety
/// `block` is null, or the address of [`solo5_tls_size`] bytes that are writable.
#[unsafe(no_mangle)]
unsafe extern "C" fn solo5_tls_init(block: usize) -> Solo5Result {
    if block == 0 {
        return Solo5Result::InvalidArgument;
    }
    let thread_pointer = solo5_tls_tp_offset(block);
    let control = ptr::with_exposed_provenance_mut::<usize>(thread_pointer);
    // SAFETY: it is within the block; a variable's address is found through it.
    unsafe { control.write_unaligned(thread_pointer) };
    let variables = block + architecture::variables(CONTROL_SIZE);
    let variables = ptr::with_exposed_provenance_mut(variables);
    let from: *const u8 = (&raw const andon_tls_start).cast();
    let size = (&raw const andon_tls_data_end).addr() - from.addr();
    // SAFETY: the image has as many bytes there, and the block has room for them.
    unsafe { ptr::copy_nonoverlapping(from, variables, size) };
    Solo5Result::Ok
}

#[unsafe(no_mangle)]
extern "C" fn solo5_set_tls_base(base: usize) -> Solo5Result {
    architecture::set_thread_pointer(base as u64);
    Solo5Result::Ok
}
