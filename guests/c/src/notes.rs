//! The notes of a C program: what it declares, or the library's empty defaults.

use core::arch::global_asm;
use core::ffi::CStr;
use core::{ptr, slice};

use andon_guest::Status;
use andon_guest::abi::device::{self, Declaration};
use andon_guest::abi::manifest::{self, name_bytes};
use andon_guest::abi::note::{DEV1_TYPE, Header, MFT1_TYPE};
use andon_guest::note::AbiNote;

use crate::request;

#[used]
#[unsafe(link_section = ".note.solo5.abi")]
static ABI: AbiNote = AbiNote::NEW;

// Weak, because a program's own note has the same name; the linker drops the section where
// nobody refers to it then. The manifest's name is the one that Solo5's tool gives it.
global_asm!(
    ".pushsection .andon.default.manifest, \"a\", %progbits",
    ".balign 4",
    ".weak __solo5_mft1_note",
    "__solo5_mft1_note:",
    ".long 6, 116, {manifest_type}",
    ".asciz \"Solo5\\0\\0\"",
    ".long 0, {manifest_version}, 1",
    ".zero 68",
    ".long {reserved_first}",
    ".zero 32",
    ".popsection",
    ".pushsection .andon.default.devices, \"a\", %progbits",
    ".balign 4",
    ".weak andon_device_note",
    "andon_device_note:",
    ".long 6, 8, {device_type}",
    ".asciz \"Andon\\0\\0\"",
    ".long {device_version}, 0",
    ".popsection",
    manifest_type = const MFT1_TYPE,
    manifest_version = const manifest::VERSION,
    reserved_first = const manifest::RESERVED_FIRST,
    device_type = const DEV1_TYPE,
    device_version = const device::VERSION,
);

/// How a device note begins; its declarations follow.
#[repr(C)]
struct DeviceNote {
    header: Header,
    head: device::Head,
}

unsafe extern "C" {
    #[link_name = "__solo5_mft1_note"]
    safe static MANIFEST: Header;

    #[link_name = "andon_device_note"]
    safe static DEVICES: DeviceNote;
}

/// Whether both notes have the types of the contract.
pub(crate) fn are_valid() -> bool {
    MANIFEST.kind == MFT1_TYPE && DEVICES.header.kind == DEV1_TYPE
}

/// The handle and declaration of the device of this name and class.
pub(crate) fn device(name: &CStr, class: u32) -> Option<(u64, &'static Declaration)> {
    let declarations = declarations();
    let index = declarations.iter().position(|declaration| {
        declaration.class == class && name_bytes(&declaration.name) == Some(name.to_bytes())
    })?;
    let handle = andon_guest::manifest().len() + index;
    Some((handle as u64, &declarations[index]))
}

/// Gives the handle of the device of this name and class, for a class whose call `read` has
/// no arguments and changes nothing.
pub(crate) fn acquire(name: &CStr, class: u32, read: u16, handle: &mut u64) -> Status {
    let Some((found, _)) = device(name, class) else {
        return Status::BadArgument;
    };
    *handle = found;
    match request::perform(read, found, &mut [0; 32], &[]) {
        Status::NotGranted => Status::NotGranted,
        // What else is wrong with it now, it will say when it is used.
        _ => Status::Ok,
    }
}

fn declarations() -> &'static [Declaration] {
    let address = (&raw const DEVICES).expose_provenance() + size_of::<DeviceNote>();
    let first = ptr::with_exposed_provenance(address);
    // SAFETY: as many declarations as the head says follow it; the macro of andon.h counts
    // them, and the default has none.
    unsafe { slice::from_raw_parts(first, DEVICES.head.entries as usize) }
}
