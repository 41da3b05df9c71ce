//! Guest images: one ELF file, read and checked before anything of it is believed.
//!
//! [`Image::parse`] looks at the ELF structure, the notes that make it a guest, and the
//! devices that it asks for. It copies no segment and knows no guest memory: the loader
//! takes the file ranges of the [`Segment`]s. Every byte is hostile.

mod architecture;
#[cfg(test)]
mod builder;
mod declaration;
mod elf;
mod manifest;
mod notes;
mod segment;
mod symbol;

use andon_abi::manifest::MAX_ENTRIES;
use thiserror::Error;

use crate::memory::PAGE_SIZE;

pub use self::architecture::Architecture;
pub use self::declaration::{Ask, Declaration, DeclarationError};
pub use self::elf::{ElfError, Part, Truncated};
pub use self::manifest::{Kind, Manifest, ManifestEntry, ManifestError};
pub use self::notes::{NoteError, NoteKind};
pub use self::segment::{Segment, SegmentError};
pub use self::symbol::Symbol;

/// Memory in bytes that a guest needs beyond its image: a page, because it starts with
/// its stack pointer at the end of memory.
const START_STACK_SIZE: u64 = PAGE_SIZE;

/// A guest image that may be loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// The architecture that it is for; see [`Self::check_architecture`].
    pub architecture: Architecture,
    /// Address of the first instruction; lies in an executable segment.
    pub entry: u64,
    /// What is loaded, in ascending order; no two share a page.
    pub segments: Vec<Segment>,
    /// First page boundary after the last segment; at most
    /// [`andon_abi::solo5::GUEST_MAX_MEMORY`].
    pub end: u64,
    /// The network and block devices that the guest asks for.
    pub manifest: Manifest,
    /// The devices of Andon's own that the guest asks for. The `i`-th has the handle
    /// [`Manifest::handles`] + `i`.
    pub declarations: Vec<Declaration>,
}

impl Image {
    /// Reads and checks the content of an image file.
    ///
    /// # Errors
    /// Where it is not a whole, statically linked guest image that this version of Andon
    /// understands. An image for another architecture is none: see
    /// [`Self::check_architecture`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ImageError> {
        let elf = self::elf::Elf::parse(bytes)?;
        let notes = notes::Notes::find(&elf)?;
        notes.check_abi()?;
        let (segments, end) = segment::load(&elf)?;
        segment::check_entry(&segments, elf.entry)?;
        let manifest = Manifest::parse(notes.manifest()?)?;
        let declarations = match notes.devices() {
            Some(note) => declaration::parse(note)?,
            None => Vec::new(),
        };
        let image = Self {
            architecture: elf.architecture,
            entry: elf.entry,
            segments,
            end,
            manifest,
            declarations,
        };
        image.check_devices()?;
        Ok(image)
    }

    /// Checks that the image is for the architecture that it is to run on.
    ///
    /// # Errors
    /// Where it is for another one.
    pub fn check_architecture(&self, machine: Architecture) -> Result<(), ArchitectureMismatch> {
        if self.architecture == machine {
            return Ok(());
        }
        Err(ArchitectureMismatch {
            image: self.architecture,
            machine,
        })
    }

    /// Smallest size of guest memory in bytes that the image can start in. How much the
    /// guest needs in order to do its work, an image does not say.
    pub fn memory_needed(&self) -> u64 {
        self.end + START_STACK_SIZE
    }

    /// Checks that the image can start in `memory_size` bytes of guest memory.
    ///
    /// # Errors
    /// Where the memory is smaller than [`Self::memory_needed`].
    pub fn check_fits(&self, memory_size: u64) -> Result<(), MemoryTooSmall> {
        let needed = self.memory_needed();
        if memory_size >= needed {
            return Ok(());
        }
        Err(MemoryTooSmall {
            memory_size,
            needed,
        })
    }

    /// Names of all devices, in the order of the handles from 1.
    pub fn device_names(&self) -> impl Iterator<Item = &str> {
        let solo5 = self.manifest.entries.iter().map(|entry| &entry.name);
        let andon = self.declarations.iter().map(|device| &device.name);
        solo5.chain(andon).map(String::as_str)
    }

    /// The symbol that an address in guest memory belongs to, from the image's symbol table
    /// in `file`, the content that the image was parsed from. `None` where the image is
    /// stripped, or the address or its symbol lies outside the segments.
    pub fn symbol_at(&self, file: &[u8], address: u64) -> Option<Symbol> {
        let mut segments = self.segments.iter().map(|it| it.start..it.end());
        let segment = segments.find(|segment| segment.contains(&address))?;
        symbol::find(file, segment, address)
    }

    /// Checks what holds for the devices of both notes together.
    fn check_devices(&self) -> Result<(), ImageError> {
        let handles = self.manifest.handles() + self.declarations.len();
        if handles > MAX_ENTRIES {
            return Err(ImageError::TooManyHandles { handles });
        }
        let mut names = std::collections::HashSet::new();
        match self.device_names().find(|name| !names.insert(*name)) {
            Some(name) => Err(ImageError::DuplicateName(name.to_owned())),
            None => Ok(()),
        }
    }
}

/// Why an image cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ImageError {
    /// It is no ELF executable of the kind that a guest is.
    #[error(transparent)]
    Elf(#[from] ElfError),
    /// What is to be loaded cannot be loaded.
    #[error(transparent)]
    Segment(#[from] SegmentError),
    /// A note is broken or missing, or asks for something else than Andon.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Solo5's manifest is not valid.
    #[error("Solo5 manifest: {0}")]
    Manifest(#[from] ManifestError),
    /// Andon's device note is not valid.
    #[error("Andon device note: {0}")]
    Declaration(#[from] DeclarationError),
    /// Both notes ask for more devices than there are handles.
    #[error("the image asks for {} devices, at most {} are possible", handles - 1, MAX_ENTRIES - 1)]
    TooManyHandles {
        /// Number of handles, with the reserved first one.
        handles: usize,
    },
    /// A name stands for more than one device.
    #[error("two devices have the name {0:?}")]
    DuplicateName(String),
}

/// An image that is for another machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("image is for {image}, this machine is {machine}")]
pub struct ArchitectureMismatch {
    /// What the image is for.
    pub image: Architecture,
    /// What it was to run on.
    pub machine: Architecture,
}

/// Guest memory that an image does not fit into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "memory too small: the image needs at least {} KiB, the guest would have {} KiB",
    needed / 1024,
    memory_size / 1024
)]
pub struct MemoryTooSmall {
    /// What the guest would have, in bytes.
    pub memory_size: u64,
    /// What it needs at least, in bytes.
    pub needed: u64,
}

#[cfg(test)]
mod tests {
    use andon_abi::{device, manifest};

    use super::builder::{ImageBuilder, MANIFEST, net, output};
    use super::{Architecture, Image};

    fn guest() -> Image {
        Image::parse(&ImageBuilder::guest().build()).unwrap()
    }

    #[test]
    fn an_image_says_where_it_starts_and_ends() {
        let image = guest();
        assert_eq!(image.architecture, Architecture::X86_64);
        assert_eq!(image.entry, 0x10_0000);
        assert_eq!(image.end, 0x10_9000);
    }

    #[test]
    fn an_image_for_another_machine_is_refused_there() {
        let image = guest();
        assert!(image.check_architecture(Architecture::X86_64).is_ok());
        assert_eq!(
            image
                .check_architecture(Architecture::Aarch64)
                .unwrap_err()
                .to_string(),
            "image is for x86_64, this machine is aarch64"
        );
    }

    #[test]
    fn an_image_fits_into_memory_with_a_page_for_the_stack() {
        assert!(guest().check_fits(0x10_a000).is_ok());
    }

    #[test]
    fn memory_without_a_page_for_the_stack_is_too_small() {
        assert_eq!(
            guest().check_fits(0x10_9000).unwrap_err().to_string(),
            "memory too small: the image needs at least 1064 KiB, the guest would have 1060 KiB"
        );
    }

    /// A guest that asks for devices in both notes.
    fn with_both(solo5: &[manifest::Entry], andon: &[device::Declaration]) -> Vec<u8> {
        let mut image = ImageBuilder::with_devices(andon);
        image.programs[MANIFEST] = ImageBuilder::with_manifest(solo5).programs[MANIFEST].clone();
        image.build()
    }

    #[test]
    fn devices_are_named_in_the_order_of_their_handles() {
        let bytes = with_both(&[net("lan")], &[output("led"), output("fan")]);
        let image = Image::parse(&bytes).unwrap();
        assert!(image.device_names().eq(["lan", "led", "fan"]));
        assert_eq!(image.manifest.handles(), 2);
    }

    #[test]
    fn a_name_within_one_note_twice_is_refused() {
        let image = ImageBuilder::with_devices(&[output("led"), output("led")]);
        assert_eq!(
            Image::parse(&image.build()).unwrap_err().to_string(),
            "two devices have the name \"led\""
        );
    }

    #[test]
    fn a_name_in_both_notes_is_refused() {
        let bytes = with_both(&[net("port")], &[output("port")]);
        assert_eq!(
            Image::parse(&bytes).unwrap_err().to_string(),
            "two devices have the name \"port\""
        );
    }

    #[test]
    fn as_many_devices_as_there_are_handles_are_accepted() {
        let (solo5, andon) = devices(31, 32);
        assert!(Image::parse(&with_both(&solo5, &andon)).is_ok());
    }

    #[test]
    fn more_devices_than_there_are_handles_are_refused() {
        let (solo5, andon) = devices(32, 32);
        assert_eq!(
            Image::parse(&with_both(&solo5, &andon))
                .unwrap_err()
                .to_string(),
            "the image asks for 64 devices, at most 63 are possible"
        );
    }

    fn devices(solo5: usize, andon: usize) -> (Vec<manifest::Entry>, Vec<device::Declaration>) {
        let net = |i| net(&format!("net{i}"));
        let output = |i| output(&format!("led{i}"));
        (
            (0..solo5).map(net).collect(),
            (0..andon).map(output).collect(),
        )
    }
}
