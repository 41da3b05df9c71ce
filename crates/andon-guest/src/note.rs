//! The notes of a guest image, as constants for [`entry!`](crate::entry!).

use andon_abi::note::{
    ABI1_TYPE, ANDON_OWNER, Abi, DEV1_TYPE, Header, MFT1_PADDING, MFT1_TYPE, SOLO5_OWNER,
};
use andon_abi::solo5::{ABI_TARGET_HVT, ABI_VERSION};
use andon_abi::{device, manifest};

use crate::device::solo5_kind;

/// Note `ABI1`: a guest of Solo5's hvt ABI.
#[derive(Debug)]
#[repr(C)]
pub struct AbiNote {
    header: Header,
    abi: Abi,
}

impl AbiNote {
    /// The note.
    pub const NEW: Self = Self {
        header: header(SOLO5_OWNER, ABI1_TYPE, size_of::<Self>()),
        abi: Abi {
            target: ABI_TARGET_HVT,
            version: ABI_VERSION,
            reserved0: 0,
            reserved1: 0,
        },
    };
}

/// Note `MFT1`: Solo5's manifest of `N` network and block devices.
#[derive(Debug)]
#[repr(C, packed(4))]
pub struct ManifestNote<const N: usize> {
    header: Header,
    padding: [u8; MFT1_PADDING],
    head: manifest::Head,
    reserved: manifest::Entry,
    entries: [manifest::Entry; N],
}

impl<const N: usize> ManifestNote<N> {
    /// The note with those of the declarations that are of Solo5's manifest.
    pub const fn new(declarations: &[device::Declaration]) -> Self {
        let nothing = entry(&[0; manifest::NAME_SIZE], manifest::RESERVED_FIRST);
        let mut entries = [nothing; N];
        let mut from = 0;
        let mut to = 0;
        while from < declarations.len() {
            if let Some(kind) = solo5_kind(declarations[from].class) {
                entries[to] = entry(&declarations[from].name, kind);
                to += 1;
            }
            from += 1;
        }
        Self {
            header: header(SOLO5_OWNER, MFT1_TYPE, size_of::<Self>()),
            padding: [0; MFT1_PADDING],
            head: manifest::Head {
                version: manifest::VERSION,
                entries: N as u32 + 1,
            },
            reserved: nothing,
            entries,
        }
    }
}

const fn entry(name: &[u8; manifest::NAME_SIZE], kind: u32) -> manifest::Entry {
    manifest::Entry {
        name: *name,
        kind,
        properties: [0; 16],
        backing: 0,
        attached: 0,
        pad: [0; 7],
    }
}

/// Note `DEV1`: Andon's devices.
#[derive(Debug)]
#[repr(C)]
pub struct DeviceNote<const N: usize> {
    header: Header,
    head: device::Head,
    declarations: [device::Declaration; N],
}

impl<const N: usize> DeviceNote<N> {
    /// The note with those of the declarations that are not of Solo5's manifest. Fails to
    /// compile in a constant where there are too many.
    ///
    /// # Panics
    /// Where there are so many devices that one has no handle.
    #[expect(
        clippy::panic,
        reason = "evaluated in constants, where it is a compile error"
    )]
    pub const fn new(declarations: &[device::Declaration]) -> Self {
        if declarations.len() > manifest::MAX_ENTRIES - 1 {
            panic!("a guest has at most 63 devices");
        }
        let nothing = device::Declaration {
            name: [0; manifest::NAME_SIZE],
            class: 0,
            flags: 0,
            reserved: 0,
            ask: [0; 48],
        };
        let mut noted = [nothing; N];
        let mut from = 0;
        let mut to = 0;
        while from < declarations.len() {
            if solo5_kind(declarations[from].class).is_none() {
                noted[to] = declarations[from];
                to += 1;
            }
            from += 1;
        }
        Self {
            header: header(ANDON_OWNER, DEV1_TYPE, size_of::<Self>()),
            head: device::Head {
                version: device::VERSION,
                entries: N as u32,
            },
            declarations: noted,
        }
    }
}

/// Header of a note that is `size` bytes large together with it.
const fn header(owner: &[u8; 6], kind: u32, size: usize) -> Header {
    let mut padded = [0; 8];
    padded.split_at_mut(owner.len()).0.copy_from_slice(owner);
    Header {
        namesz: owner.len() as u32,
        descsz: (size - Header::SIZE) as u32,
        kind,
        owner: padded,
    }
}

#[cfg(test)]
mod tests {
    use andon_abi::note::Header;

    use super::{AbiNote, DeviceNote, ManifestNote};

    #[test]
    fn a_header_has_the_size_of_what_follows() {
        let Header { namesz, descsz, .. } = AbiNote::NEW.header;
        assert_eq!((namesz, descsz), (6, 16));
    }

    #[test]
    fn the_manifest_counts_its_padding() {
        let Header { descsz, .. } = ManifestNote::<0>::new(&[]).header;
        assert_eq!(descsz, 4 + 8 + 104);
    }

    #[test]
    fn a_guest_without_devices_has_a_device_note_of_none() {
        let note = DeviceNote::<0>::new(&[]);
        assert_eq!((note.header.descsz, note.head.entries), (8, 0));
    }

    #[test]
    fn notes_are_aligned_to_four_bytes() {
        let alignments = [
            align_of::<AbiNote>(),
            align_of::<ManifestNote<0>>(),
            align_of::<DeviceNote<1>>(),
        ];
        assert_eq!(alignments, [4, 4, 4]);
    }
}
