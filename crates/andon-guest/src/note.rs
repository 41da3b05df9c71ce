//! The notes of a guest image, as constants for [`entry!`](crate::entry!).

use andon_abi::note::{
    ABI1_TYPE, ANDON_OWNER, Abi, DEV1_TYPE, Header, MFT1_PADDING, MFT1_TYPE, SOLO5_OWNER,
};
use andon_abi::solo5::{ABI_TARGET_HVT, ABI_VERSION};
use andon_abi::{device, manifest};

/// Number of entries in Solo5's manifest: the reserved one.
pub(crate) const MANIFEST_ENTRIES: usize = 1;

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

/// Note `MFT1`: Solo5's manifest, without network and block devices.
#[derive(Debug)]
#[repr(C, packed(4))]
pub struct ManifestNote {
    header: Header,
    padding: [u8; MFT1_PADDING],
    head: manifest::Head,
    entries: [manifest::Entry; MANIFEST_ENTRIES],
}

impl ManifestNote {
    /// The note.
    pub const NEW: Self = Self {
        header: header(SOLO5_OWNER, MFT1_TYPE, size_of::<Self>()),
        padding: [0; MFT1_PADDING],
        head: manifest::Head {
            version: manifest::VERSION,
            entries: MANIFEST_ENTRIES as u32,
        },
        entries: [manifest::Entry {
            name: [0; manifest::NAME_SIZE],
            kind: manifest::RESERVED_FIRST,
            properties: [0; 16],
            backing: 0,
            attached: 0,
            pad: [0; 7],
        }],
    };
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
    /// The note with these declarations. Fails to compile in a constant where they are not
    /// as many, or too many.
    ///
    /// # Panics
    /// Where `declarations` has another length than `N`, or leaves no handle for one.
    #[expect(
        clippy::panic,
        reason = "evaluated in constants, where it is a compile error"
    )]
    pub const fn new(declarations: &[device::Declaration]) -> Self {
        if N > manifest::MAX_ENTRIES - MANIFEST_ENTRIES {
            panic!("a guest has at most 63 devices");
        }
        if declarations.len() != N {
            panic!("the note holds as many declarations as it is given");
        }
        let Some(declarations) = declarations.first_chunk() else {
            panic!("there are N declarations");
        };
        Self {
            header: header(ANDON_OWNER, DEV1_TYPE, size_of::<Self>()),
            head: device::Head {
                version: device::VERSION,
                entries: N as u32,
            },
            declarations: *declarations,
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
        let Header { descsz, .. } = ManifestNote::NEW.header;
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
            align_of::<ManifestNote>(),
            align_of::<DeviceNote<1>>(),
        ];
        assert_eq!(alignments, [4, 4, 4]);
    }
}
