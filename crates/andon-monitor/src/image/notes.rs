//! The notes that make an ELF file a guest: Solo5's ABI and manifest, Andon's devices.
//!
//! All notes of all note segments are read; those of other owners are left alone. Source:
//! System V ABI, chapter "Note Section"; names are padded to four bytes whatever the
//! segment's alignment is, as Solo5's loader and the GNU tools have it.

use andon_abi::note::{ABI1_TYPE, ANDON_OWNER, Abi, DEV1_TYPE, MFT1_TYPE, SOLO5_OWNER};
use andon_abi::solo5::{ABI_TARGET_HVT, ABI_VERSION};
use elf::abi::PT_NOTE;
use elf::endian::{EndianParse, LittleEndian};
use thiserror::Error;

use super::elf::{Elf, Truncated};

/// Largest note segment in bytes. The largest valid note, Andon's with 63 devices, has
/// 8 KiB; the bound keeps the time bounded that many segments over the same bytes take.
const MAX_SEGMENT_SIZE: usize = 64 * 1024;

/// Size of a note's header in bytes, without the owner's name.
const HEADER_SIZE: usize = 12;

/// Size of the ABI note's content in bytes.
const ABI_SIZE: usize = Abi::SIZE;

/// A note that the monitor uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteKind {
    /// Solo5's `ABI1`: the target and its version.
    Abi,
    /// Solo5's `MFT1`: network and block devices.
    Manifest,
    /// Andon's `DEV1`: all other devices.
    Devices,
}

impl std::fmt::Display for NoteKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Abi => "Solo5 ABI note",
            Self::Manifest => "Solo5 manifest",
            Self::Devices => "Andon device note",
        })
    }
}

/// The contents of an image's notes.
#[derive(Default)]
pub(super) struct Notes<'a> {
    abi: Option<&'a [u8]>,
    manifest: Option<&'a [u8]>,
    devices: Option<&'a [u8]>,
}

impl<'a> Notes<'a> {
    /// Finds the notes in an image; each occurs once at most.
    pub(super) fn find(elf: &Elf<'a>) -> Result<Self, NoteError> {
        let mut notes = Self::default();
        for (segment, header) in elf.headers(PT_NOTE) {
            let content = &elf.bytes[elf.content(segment, header)?];
            if content.len() > MAX_SEGMENT_SIZE {
                let size = content.len();
                return Err(NoteError::TooLarge { segment, size });
            }
            let align = if header.p_align == 8 { 8 } else { 4 };
            notes.read_segment(segment, content, align)?;
        }
        Ok(notes)
    }

    /// Checks that the image is for hvt, and for the version that Andon offers.
    pub(super) fn check_abi(&self) -> Result<(), NoteError> {
        let content = self.abi.ok_or(NoteError::NotGuest)?;
        let bytes: &[u8; ABI_SIZE] = content
            .try_into()
            .map_err(|_| NoteError::AbiSize(content.len()))?;
        let abi = Abi::from_bytes(bytes);
        if abi.target != ABI_TARGET_HVT {
            return Err(NoteError::Target(abi.target));
        }
        if abi.version != ABI_VERSION {
            return Err(NoteError::Version(abi.version));
        }
        match (abi.reserved0, abi.reserved1) {
            (0, 0) => Ok(()),
            _ => Err(NoteError::AbiReserved),
        }
    }

    /// Solo5's manifest, with the padding in front of it.
    pub(super) fn manifest(&self) -> Result<&'a [u8], NoteError> {
        self.manifest.ok_or(NoteError::NoManifest)
    }

    /// Andon's device note, where there is one.
    pub(super) fn devices(&self) -> Option<&'a [u8]> {
        self.devices
    }

    fn read_segment(
        &mut self,
        segment: usize,
        content: &'a [u8],
        align: usize,
    ) -> Result<(), NoteError> {
        let mut offset = 0;
        while let Some(rest) = content.get(offset..).filter(|rest| !is_padding(rest)) {
            let (note, size) = Note::read(rest).ok_or(NoteError::Broken { segment, offset })?;
            self.keep(&note)?;
            offset += size.next_multiple_of(align);
        }
        Ok(())
    }

    fn keep(&mut self, note: &Note<'a>) -> Result<(), NoteError> {
        let (place, kind) = match (note.owner, note.kind) {
            (owner, ABI1_TYPE) if owner == SOLO5_OWNER => (&mut self.abi, NoteKind::Abi),
            (owner, MFT1_TYPE) if owner == SOLO5_OWNER => (&mut self.manifest, NoteKind::Manifest),
            (owner, DEV1_TYPE) if owner == ANDON_OWNER => (&mut self.devices, NoteKind::Devices),
            // A request that is not understood must not be taken for none.
            (owner, kind) if owner == ANDON_OWNER => return Err(NoteError::UnknownAndon(kind)),
            _ => return Ok(()),
        };
        match place.replace(note.content) {
            None => Ok(()),
            Some(_) => Err(NoteError::Duplicate(kind)),
        }
    }
}

/// Whether what is left of a note segment is too short for a note and is zero.
fn is_padding(rest: &[u8]) -> bool {
    rest.len() < HEADER_SIZE && rest.iter().all(|&byte| byte == 0)
}

/// One note.
struct Note<'a> {
    owner: &'a [u8],
    kind: u32,
    content: &'a [u8],
}

impl<'a> Note<'a> {
    /// Reads the note that `bytes` begin with; returns it with its size in bytes, or `None`
    /// where it does not lie within `bytes`.
    fn read(bytes: &'a [u8]) -> Option<(Self, usize)> {
        let mut at = 0;
        let mut word = || LittleEndian.parse_u32_at(&mut at, bytes).ok();
        let (owner_size, content_size, kind) = (word()?, word()?, word()?);
        let owner_end = HEADER_SIZE.checked_add(usize::try_from(owner_size).ok()?)?;
        let start = owner_end.checked_next_multiple_of(4)?;
        let end = start.checked_add(usize::try_from(content_size).ok()?)?;
        let note = Self {
            owner: bytes.get(HEADER_SIZE..owner_end)?,
            kind,
            content: bytes.get(start..end)?,
        };
        Some((note, end))
    }
}

/// Why an image's notes do not make it a guest of Andon.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NoteError {
    /// A note segment lies beyond the file's end.
    #[error(transparent)]
    Truncated(#[from] Truncated),
    /// A note segment is larger than notes can be.
    #[error("note segment {segment} is too large: {size} bytes, at most {MAX_SEGMENT_SIZE}")]
    TooLarge {
        /// The segment's index in the program headers.
        segment: usize,
        /// Its size in bytes.
        size: usize,
    },
    /// A note is larger than the segment that it is in.
    #[error("the note at offset {offset} of segment {segment} reaches beyond the segment")]
    Broken {
        /// The segment's index in the program headers.
        segment: usize,
        /// Where the note begins in it, in bytes.
        offset: usize,
    },
    /// A note is there more than once.
    #[error("image has more than one {0}")]
    Duplicate(NoteKind),
    /// The ABI note's content has the wrong size.
    #[error("Solo5 ABI note has {0} bytes, expected {ABI_SIZE}")]
    AbiSize(usize),
    /// Reserved bytes of the ABI note are not zero.
    #[error("Solo5 ABI note has reserved bytes that are not zero")]
    AbiReserved,
    /// There is no ABI note.
    #[error("not a guest for Solo5's hvt or Andon: there is no Solo5 ABI note")]
    NotGuest,
    /// The image is for another of Solo5's targets.
    #[error("image is for {}, Andon runs images for Solo5's hvt", target_name(*.0))]
    Target(u32),
    /// The image is for another version of the hvt ABI.
    #[error("image is for version {0} of the hvt ABI, Andon offers version {ABI_VERSION}")]
    Version(u32),
    /// There is no manifest.
    #[error("image has no Solo5 manifest")]
    NoManifest,
    /// There is a note of Andon's of an unknown type.
    #[error("image has an Andon note of the unknown type {0:#x}, it needs a newer Andon")]
    UnknownAndon(u32),
}

/// Solo5's name of a target (Solo5 v0.12, `include/elf_abi.h`, `enum abi_target`).
fn target_name(target: u32) -> String {
    let name = match target {
        2 => "spt",
        3 => "virtio",
        4 => "muen",
        5 => "genode",
        6 => "xen",
        _ => return format!("the unknown Solo5 target {target}"),
    };
    format!("Solo5's {name}")
}

#[cfg(test)]
mod tests {
    use andon_abi::note::{ABI1_TYPE, ANDON_OWNER, SOLO5_OWNER};

    use crate::image::Image;
    use crate::image::builder::{
        ABI, ImageBuilder, MANIFEST, Program, abi_note, device_note, note, output,
    };

    fn image(change: impl FnOnce(&mut ImageBuilder)) -> Image {
        let mut image = ImageBuilder::guest();
        change(&mut image);
        Image::parse(&image.build()).unwrap()
    }

    fn error(change: impl FnOnce(&mut ImageBuilder)) -> String {
        let mut image = ImageBuilder::guest();
        change(&mut image);
        Image::parse(&image.build()).unwrap_err().to_string()
    }

    /// Puts the notes of all note segments into one segment, with a foreign one in front.
    fn join_notes(image: &mut ImageBuilder, align: u64) {
        let notes: Vec<_> = image.programs.drain(ABI..).collect();
        let mut content = note(b"OpenBSD\0", 1, &[0; 4]);
        for one in notes {
            content.resize(content.len().next_multiple_of(align as usize), 0);
            content.extend(one.content);
        }
        let mut program = Program::note(content);
        program.align = align;
        image.programs.push(program);
    }

    #[test]
    fn all_notes_of_one_segment_are_read() {
        let mut image = ImageBuilder::with_devices(&[output("led")]);
        join_notes(&mut image, 4);
        let image = Image::parse(&image.build()).unwrap();
        assert!(image.device_names().eq(["led"]));
    }

    #[test]
    fn notes_that_begin_at_multiples_of_eight_are_read() {
        let mut image = ImageBuilder::with_devices(&[output("led")]);
        join_notes(&mut image, 8);
        let image = Image::parse(&image.build()).unwrap();
        assert!(image.device_names().eq(["led"]));
    }

    #[test]
    fn notes_of_other_owners_are_left_alone() {
        let foreign = [
            note(b"GNU\0", 3, &[7; 20]),
            note(b"", 0, &[]),
            note(b"Solo5", ABI1_TYPE, &[]),
            note(SOLO5_OWNER, 0x3258_5858, &[1]),
        ];
        let image = image(|image| image.programs.push(Program::note(foreign.concat())));
        assert!(image.declarations.is_empty());
    }

    #[test]
    fn an_empty_note_segment_is_accepted() {
        let image = image(|image| image.programs.push(Program::note(Vec::new())));
        assert!(image.declarations.is_empty());
    }

    #[test]
    fn zeros_too_short_for_a_note_may_follow_the_last_one() {
        let image = image(|image| image.programs[ABI].content.extend([0; 4]));
        assert!(image.declarations.is_empty());
    }

    #[test]
    fn bytes_too_short_for_a_note_are_refused() {
        assert_eq!(
            error(|image| image.programs[ABI].content.extend([1; 4])),
            "the note at offset 36 of segment 3 reaches beyond the segment"
        );
    }

    #[test]
    fn a_note_segment_beyond_the_file_is_refused() {
        assert_eq!(
            error(|image| image.programs[MANIFEST].claimed_file_size = Some(1 << 20)),
            "truncated: segment 4 ends at byte 1056816, the file has 8376 bytes"
        );
    }

    #[test]
    fn a_note_segment_that_is_too_large_is_refused() {
        let large = Program::note(note(b"GNU\0", 1, &[0; 65536]));
        assert_eq!(
            error(|image| image.programs.push(large)),
            "note segment 5 is too large: 65552 bytes, at most 65536"
        );
    }

    #[test]
    fn a_note_whose_content_leaves_the_segment_is_refused() {
        assert_eq!(
            error(|image| image.programs[ABI].content[4] = 17),
            "the note at offset 0 of segment 3 reaches beyond the segment"
        );
    }

    #[test]
    fn a_note_whose_owner_leaves_the_segment_is_refused() {
        assert_eq!(
            error(|image| image.programs[ABI].content[..4].fill(0xff)),
            "the note at offset 0 of segment 3 reaches beyond the segment"
        );
    }

    #[test]
    fn a_second_abi_note_is_refused() {
        assert_eq!(
            error(|image| image.programs.push(Program::note(abi_note(1, 2)))),
            "image has more than one Solo5 ABI note"
        );
    }

    #[test]
    fn a_second_manifest_is_refused() {
        assert_eq!(
            error(|image| image.programs.push(image.programs[MANIFEST].clone())),
            "image has more than one Solo5 manifest"
        );
    }

    #[test]
    fn a_second_device_note_is_refused() {
        let notes = [device_note(&[]), device_note(&[])].concat();
        assert_eq!(
            error(|image| image.programs.push(Program::note(notes))),
            "image has more than one Andon device note"
        );
    }

    #[test]
    fn an_andon_note_of_an_unknown_type_is_refused() {
        let unknown = note(ANDON_OWNER, 0x3256_4544, &[]);
        assert_eq!(
            error(|image| image.programs.push(Program::note(unknown))),
            "image has an Andon note of the unknown type 0x32564544, it needs a newer Andon"
        );
    }

    #[test]
    fn a_program_without_an_abi_note_is_no_guest() {
        assert_eq!(
            error(|image| drop(image.programs.remove(ABI))),
            "not a guest for Solo5's hvt or Andon: there is no Solo5 ABI note"
        );
    }

    #[test]
    fn an_abi_note_of_another_size_is_refused() {
        let short = note(SOLO5_OWNER, ABI1_TYPE, &[0; 12]);
        assert_eq!(
            error(|image| image.programs[ABI] = Program::note(short)),
            "Solo5 ABI note has 12 bytes, expected 16"
        );
    }

    #[test]
    fn reserved_bytes_of_the_abi_note_are_checked() {
        assert_eq!(
            error(|image| image.programs[ABI].content[35] = 1),
            "Solo5 ABI note has reserved bytes that are not zero"
        );
    }

    #[test]
    fn an_image_for_another_solo5_target_is_refused_by_name() {
        assert_eq!(
            error(|image| image.programs[ABI] = Program::note(abi_note(2, 1))),
            "image is for Solo5's spt, Andon runs images for Solo5's hvt"
        );
        assert_eq!(
            error(|image| image.programs[ABI] = Program::note(abi_note(3, 1))),
            "image is for Solo5's virtio, Andon runs images for Solo5's hvt"
        );
    }

    #[test]
    fn an_image_for_an_unknown_target_is_refused() {
        assert_eq!(
            error(|image| image.programs[ABI] = Program::note(abi_note(9, 1))),
            "image is for the unknown Solo5 target 9, Andon runs images for Solo5's hvt"
        );
    }

    #[test]
    fn an_image_for_another_version_of_the_abi_is_refused() {
        assert_eq!(
            error(|image| image.programs[ABI] = Program::note(abi_note(1, 1))),
            "image is for version 1 of the hvt ABI, Andon offers version 2"
        );
    }

    #[test]
    fn an_image_without_a_manifest_is_refused() {
        assert_eq!(
            error(|image| drop(image.programs.remove(MANIFEST))),
            "image has no Solo5 manifest"
        );
    }
}
