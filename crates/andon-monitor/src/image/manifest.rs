//! Solo5's manifest as a guest's image carries it: network and block devices.
//!
//! Source: Solo5 v0.12, `include/mft_abi.h`; the rules are those of its `mft_validate()`,
//! and that every device has a valid name and a known type.

use andon_abi::device::name_is_valid;
use andon_abi::manifest::{
    BLOCK_BASIC, Entry, Head, MAX_ENTRIES, NET_BASIC, RESERVED_FIRST, VERSION, name_bytes,
};
use andon_abi::note::MFT1_PADDING;
use thiserror::Error;

use super::ImageError;
use super::elf::Elf;
use super::notes::Notes;

/// The devices of Solo5's manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The devices in the manifest's order. The first entry of every manifest is reserved
    /// and is not among them: the `i`-th device has the handle `i + 1`.
    pub entries: Vec<ManifestEntry>,
}

/// A device of Solo5's manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestEntry {
    /// Name; `andon_abi::device::name_is_valid` holds.
    pub name: String,
    /// What it is.
    pub kind: Kind,
}

/// A kind of device that Solo5's manifest can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A network interface.
    Net,
    /// A block device.
    Block,
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Net => "net",
            Self::Block => "block",
        })
    }
}

impl Manifest {
    /// Number of handles that the manifest takes, with that of the reserved entry: 1 to 64.
    pub fn handles(&self) -> usize {
        1 + self.entries.len()
    }

    /// Reads the manifest of an image for any of Solo5's targets. Nothing else in the image is
    /// checked, and names may be the same.
    ///
    /// # Errors
    /// Where it is no ELF file of the kind that a guest is, or its manifest is not valid.
    pub fn of_image(bytes: &[u8]) -> Result<Self, ImageError> {
        let notes = Notes::find(&Elf::parse(bytes)?)?;
        Ok(Self::parse(notes.manifest()?)?)
    }

    /// Reads the content of the note, which begins with padding.
    pub(super) fn parse(note: &[u8]) -> Result<Self, ManifestError> {
        let size = note.len();
        let too_small = ManifestError::NoHead { size };
        let (padding, rest) = note
            .split_first_chunk::<MFT1_PADDING>()
            .ok_or(too_small.clone())?;
        if *padding != [0; MFT1_PADDING] {
            return Err(ManifestError::Padding);
        }
        let (head, body) = rest.split_first_chunk().ok_or(too_small)?;
        let head = Head::from_bytes(head);
        if head.version != VERSION {
            return Err(ManifestError::Version(head.version));
        }
        let entries = usize::try_from(head.entries).unwrap_or(usize::MAX);
        if entries == 0 || entries > MAX_ENTRIES {
            return Err(ManifestError::Count(head.entries));
        }
        let (entries, rest) = body.as_chunks();
        if entries.len() != head.entries as usize || !rest.is_empty() {
            let entries = head.entries;
            return Err(ManifestError::Size { entries, size });
        }
        parse_entries(entries)
    }
}

fn parse_entries(bytes: &[[u8; Entry::SIZE]]) -> Result<Manifest, ManifestError> {
    let mut entries = bytes.iter().map(Entry::from_bytes);
    let first = entries.next().filter(is_reserved_first);
    first.ok_or(ManifestError::First)?;
    let entries = (1..)
        .zip(entries)
        .map(|(index, entry)| parse_entry(index, &entry))
        .collect::<Result<_, _>>()?;
    Ok(Manifest { entries })
}

fn is_reserved_first(entry: &Entry) -> bool {
    let terminated = name_bytes(&entry.name) == Some(b"") && entry.name.ends_with(&[0]);
    entry.kind == RESERVED_FIRST && terminated && entry.attached == 0
}

fn parse_entry(index: usize, entry: &Entry) -> Result<ManifestEntry, ManifestError> {
    // Solo5 wants the last byte to be the zero, whatever lies before it.
    let name = name_bytes(&entry.name).filter(|_| entry.name.ends_with(&[0]));
    let name = name.ok_or(ManifestError::Unterminated { index })?;
    let shown = name.escape_ascii().to_string();
    if !name_is_valid(name) {
        return Err(ManifestError::Name { index, name: shown });
    }
    let name = shown;
    if entry.attached != 0 {
        return Err(ManifestError::Attached { name });
    }
    let kind = match entry.kind {
        NET_BASIC => Kind::Net,
        BLOCK_BASIC => Kind::Block,
        kind => return Err(ManifestError::Kind { name, kind }),
    };
    Ok(ManifestEntry { name, kind })
}

/// Why a manifest is not valid.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ManifestError {
    /// It is too small for its head.
    #[error("it has {size} bytes, expected at least {}", MFT1_PADDING + Head::SIZE)]
    NoHead {
        /// Its size in bytes with the padding before it.
        size: usize,
    },
    /// The bytes in front of it are not zero.
    #[error("the padding before it is not zero")]
    Padding,
    /// It has another layout.
    #[error("its version is {0}, expected {VERSION}")]
    Version(u32),
    /// It has no entry, or too many.
    #[error("it has {0} entries, expected 1 to {MAX_ENTRIES}")]
    Count(u32),
    /// Its size does not match the number of entries.
    #[error(
        "it has {size} bytes, expected {} for {entries} entries",
        MFT1_PADDING + Head::SIZE + *entries as usize * Entry::SIZE
    )]
    Size {
        /// Number of entries.
        entries: u32,
        /// Its size in bytes with the padding before it.
        size: usize,
    },
    /// The first entry is not the reserved one.
    #[error("its first entry is not the reserved one")]
    First,
    /// A name has no end.
    #[error("the name of entry {index} is not terminated")]
    Unterminated {
        /// Index of the entry.
        index: usize,
    },
    /// A name is none.
    #[error("entry {index} is named \"{name}\", expected 1 to 67 letters, digits, '-' or '_'")]
    Name {
        /// Index of the entry.
        index: usize,
        /// The name with escapes.
        name: String,
    },
    /// An entry is of an unknown type.
    #[error("the device {name} has the unknown type {kind}")]
    Kind {
        /// Name of the device.
        name: String,
        /// Its type.
        kind: u32,
    },
    /// A device says that it is attached, which is for the monitor to say.
    #[error("the device {name} is marked as attached")]
    Attached {
        /// Name of the device.
        name: String,
    },
}

#[cfg(test)]
mod tests {
    use andon_abi::manifest::{self, BLOCK_BASIC};
    use andon_abi::note::{MFT1_TYPE, SOLO5_OWNER};

    use super::{Kind, ManifestEntry};
    use crate::image::Image;
    use crate::image::builder::{ImageBuilder, MANIFEST, net, note};

    /// Offset in the note of the manifest's head and of its first entry.
    const HEAD: usize = 24;
    const FIRST: usize = HEAD + 8;

    fn error_of(entry: manifest::Entry) -> String {
        let image = ImageBuilder::with_manifest(&[net("lan"), entry]);
        Image::parse(&image.build()).unwrap_err().to_string()
    }

    fn error(change: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut image = ImageBuilder::guest();
        change(&mut image.programs[MANIFEST].content);
        Image::parse(&image.build()).unwrap_err().to_string()
    }

    fn error_of_content(content: &[u8]) -> String {
        error(|bytes| *bytes = note(SOLO5_OWNER, MFT1_TYPE, content))
    }

    #[test]
    fn devices_are_read_in_order_without_the_reserved_entry() {
        let disk = manifest::Entry {
            kind: BLOCK_BASIC,
            ..net("disk")
        };
        let bytes = ImageBuilder::with_manifest(&[net("lan"), disk]).build();
        let manifest = Image::parse(&bytes).unwrap().manifest;
        let entry = |name: &str, kind| ManifestEntry {
            name: name.to_owned(),
            kind,
        };
        assert_eq!(
            manifest.entries,
            [entry("lan", Kind::Net), entry("disk", Kind::Block)]
        );
        assert_eq!(manifest.handles(), 3);
    }

    #[test]
    fn a_manifest_smaller_than_its_head_is_refused() {
        let expected = "Solo5 manifest: it has 11 bytes, expected at least 12";
        assert_eq!(error_of_content(&[0; 11]), expected);
    }

    #[test]
    fn a_manifest_smaller_than_its_padding_is_refused() {
        let expected = "Solo5 manifest: it has 1 bytes, expected at least 12";
        assert_eq!(error_of_content(&[0]), expected);
    }

    #[test]
    fn the_padding_is_checked() {
        assert_eq!(
            error(|note| note[HEAD - 1] = 1),
            "Solo5 manifest: the padding before it is not zero"
        );
    }

    #[test]
    fn another_version_is_refused() {
        assert_eq!(
            error(|note| note[HEAD] = 2),
            "Solo5 manifest: its version is 2, expected 1"
        );
    }

    #[test]
    fn a_manifest_without_entries_is_refused() {
        assert_eq!(
            error(|note| note[HEAD + 4] = 0),
            "Solo5 manifest: it has 0 entries, expected 1 to 64"
        );
    }

    #[test]
    fn a_manifest_with_too_many_entries_is_refused() {
        assert_eq!(
            error(|note| note[HEAD + 4..HEAD + 8].fill(0xff)),
            "Solo5 manifest: it has 4294967295 entries, expected 1 to 64"
        );
    }

    #[test]
    fn a_size_that_does_not_match_the_number_of_entries_is_refused() {
        assert_eq!(
            error(|note| note[HEAD + 4] = 2),
            "Solo5 manifest: it has 116 bytes, expected 220 for 2 entries"
        );
    }

    #[test]
    fn bytes_after_the_last_entry_are_refused() {
        let content = [&[0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0], [0; 108].as_slice()].concat();
        assert_eq!(
            error_of_content(&content),
            "Solo5 manifest: it has 120 bytes, expected 116 for 1 entries"
        );
    }

    #[test]
    fn a_first_entry_of_another_type_is_refused() {
        assert_eq!(
            error(|note| note[FIRST + 68] = 1),
            "Solo5 manifest: its first entry is not the reserved one"
        );
    }

    #[test]
    fn a_first_entry_with_a_name_is_refused() {
        assert_eq!(
            error(|note| note[FIRST] = b'a'),
            "Solo5 manifest: its first entry is not the reserved one"
        );
    }

    #[test]
    fn a_name_without_an_end_is_refused() {
        let mut entry = net("disk");
        entry.name[67] = b'x';
        let expected = "Solo5 manifest: the name of entry 2 is not terminated";
        assert_eq!(error_of(entry), expected);
    }

    #[test]
    fn an_empty_name_is_refused() {
        let mut entry = net("d");
        entry.name[0] = 0;
        assert_eq!(
            error_of(entry),
            "Solo5 manifest: entry 2 is named \"\", expected 1 to 67 letters, digits, '-' or '_'"
        );
    }

    #[test]
    fn a_name_with_other_characters_is_refused_and_shown_escaped() {
        let mut entry = net("disk");
        entry.name[1] = 0x1b;
        assert_eq!(
            error_of(entry),
            "Solo5 manifest: entry 2 is named \"d\\x1bsk\", expected 1 to 67 letters, digits, \
             '-' or '_'"
        );
    }

    #[test]
    fn an_unknown_type_is_refused() {
        let entry = manifest::Entry {
            kind: 7,
            ..net("disk")
        };
        let expected = "Solo5 manifest: the device disk has the unknown type 7";
        assert_eq!(error_of(entry), expected);
    }

    #[test]
    fn a_second_reserved_entry_is_refused() {
        let entry = manifest::Entry {
            kind: manifest::RESERVED_FIRST,
            ..net("disk")
        };
        let expected = "Solo5 manifest: the device disk has the unknown type 1073741824";
        assert_eq!(error_of(entry), expected);
    }

    #[test]
    fn a_device_that_is_attached_already_is_refused() {
        let entry = manifest::Entry {
            attached: 1,
            ..net("disk")
        };
        let expected = "Solo5 manifest: the device disk is marked as attached";
        assert_eq!(error_of(entry), expected);
    }

    #[test]
    fn the_largest_manifest_is_accepted() {
        let entries: Vec<_> = (1..64).map(|i| net(&format!("net{i}"))).collect();
        let image = ImageBuilder::with_manifest(&entries);
        let manifest = Image::parse(&image.build()).unwrap().manifest;
        assert_eq!(manifest.handles(), 64);
    }
}
