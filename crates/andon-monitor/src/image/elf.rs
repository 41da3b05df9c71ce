//! The ELF frame of an image: the file header and the program headers.
//!
//! It tells a guest's kind of file from all others; what the segments hold is not looked
//! at here. Sections are never used: a stripped image has none. Source: ELF-64 Object
//! File Format, version 1.5.

use std::ops::Range;

use elf::abi::{
    EI_CLASS, EI_DATA, EI_VERSION, ELFCLASS64, ELFDATA2LSB, ELFMAGIC, ET_DYN, ET_EXEC, ET_REL,
    EV_CURRENT, PT_DYNAMIC, PT_INTERP,
};
use elf::endian::LittleEndian;
use elf::file::{Class, ELF64_EHDR_TAILSIZE, FileHeader, parse_ident};
use elf::segment::{ProgramHeader, SegmentTable};
use elf::to_str::{e_machine_to_human_str, e_type_to_human_str};
use thiserror::Error;

use super::Architecture;

/// Size of the ELF header in bytes.
const HEADER_SIZE: usize = elf::abi::EI_NIDENT + ELF64_EHDR_TAILSIZE;

/// Size of a program header in bytes.
const PROGRAM_HEADER_SIZE: usize = 56;

/// Largest number of program headers; linkers make about ten.
const MAX_PROGRAM_HEADERS: u16 = 128;

/// The interpreter that a Solo5 guest names, so that no host system runs it by mistake.
const SOLO5_INTERPRETER: &str = "/nonexistent/solo5/";

/// Longest part of an interpreter's name that a message shows.
const SHOWN_INTERPRETER: usize = 64;

/// The frame of an image.
pub(super) struct Elf<'a> {
    /// The whole file.
    pub(super) bytes: &'a [u8],
    pub(super) architecture: Architecture,
    pub(super) entry: u64,
    headers: Vec<ProgramHeader>,
}

impl<'a> Elf<'a> {
    /// Reads the frame and checks that it is a statically linked executable.
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, ElfError> {
        let header = parse_header(bytes)?;
        let architecture = Architecture::from_elf_machine(header.e_machine)
            .ok_or(ElfError::Machine(header.e_machine))?;
        match header.e_type {
            ET_EXEC | ET_DYN => {}
            ET_REL => return Err(ElfError::Unlinked),
            other => return Err(ElfError::Type(other)),
        }
        let elf = Self {
            bytes,
            architecture,
            entry: header.e_entry,
            headers: parse_program_headers(&header, bytes)?,
        };
        elf.check_static()?;
        match header.e_type {
            ET_EXEC => Ok(elf),
            _ => Err(ElfError::PositionIndependent),
        }
    }

    /// The program headers of one type with their indexes.
    pub(super) fn headers(&self, kind: u32) -> impl Iterator<Item = (usize, &ProgramHeader)> {
        let all = self.headers.iter().enumerate();
        all.filter(move |(_, header)| header.p_type == kind)
    }

    /// Where a segment's content lies in the file.
    pub(super) fn content(
        &self,
        index: usize,
        header: &ProgramHeader,
    ) -> Result<Range<usize>, Truncated> {
        let part = Part::Segment(index);
        file_range(self.bytes, part, header.p_offset, header.p_filesz)
    }

    /// Checks that nothing but the image itself is needed to run it.
    fn check_static(&self) -> Result<(), ElfError> {
        for (index, header) in self.headers(PT_INTERP) {
            let name = &self.bytes[self.content(index, header)?];
            let name = name.split(|&byte| byte == 0).next().unwrap_or_default();
            if name != SOLO5_INTERPRETER.as_bytes() {
                let shown = &name[..name.len().min(SHOWN_INTERPRETER)];
                return Err(ElfError::Interpreter(shown.escape_ascii().to_string()));
            }
        }
        match self.headers(PT_DYNAMIC).next() {
            Some(_) => Err(ElfError::Dynamic),
            None => Ok(()),
        }
    }
}

fn parse_header(bytes: &[u8]) -> Result<FileHeader<LittleEndian>, ElfError> {
    if !bytes.starts_with(&ELFMAGIC) {
        return Err(ElfError::NotElf);
    }
    let whole = &bytes[file_range(bytes, Part::Header, 0, HEADER_SIZE as u64)?];
    if whole[EI_CLASS] != ELFCLASS64 {
        return Err(ElfError::Class);
    }
    if whole[EI_DATA] != ELFDATA2LSB {
        return Err(ElfError::ByteOrder);
    }
    expect("ident version", whole[EI_VERSION].into(), EV_CURRENT.into())?;
    let (ident, tail) = whole.split_at(elf::abi::EI_NIDENT);
    let header = parse_ident(ident)
        .and_then(|ident| FileHeader::parse_tail(ident, tail))
        .map_err(|_| ElfError::NotElf)?;
    expect("version", header.version, EV_CURRENT.into())?;
    expect("header size", header.e_ehsize.into(), HEADER_SIZE as u32)?;
    Ok(header)
}

fn parse_program_headers(
    header: &FileHeader<LittleEndian>,
    bytes: &[u8],
) -> Result<Vec<ProgramHeader>, ElfError> {
    let count = header.e_phnum;
    if count == 0 || count > MAX_PROGRAM_HEADERS {
        return Err(ElfError::ProgramHeaderCount(count));
    }
    let entry_size = header.e_phentsize.into();
    expect(
        "program header size",
        entry_size,
        PROGRAM_HEADER_SIZE as u32,
    )?;
    let size = u64::from(count) * PROGRAM_HEADER_SIZE as u64;
    let range = file_range(bytes, Part::ProgramHeaders, header.e_phoff, size)?;
    let table = SegmentTable::new(header.endianness, Class::ELF64, &bytes[range]);
    Ok(table.iter().collect())
}

fn expect(field: &'static str, value: u32, expected: u32) -> Result<(), ElfError> {
    if value == expected {
        return Ok(());
    }
    Err(ElfError::HeaderField {
        field,
        value,
        expected,
    })
}

fn file_range(bytes: &[u8], part: Part, start: u64, size: u64) -> Result<Range<usize>, Truncated> {
    let end = start.saturating_add(size);
    match (usize::try_from(start), usize::try_from(end)) {
        (Ok(first), Ok(last)) if last <= bytes.len() => Ok(first..last),
        _ => Err(Truncated {
            part,
            end,
            size: bytes.len(),
        }),
    }
}

/// A part of an ELF file that has a place in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The ELF header.
    Header,
    /// The table of program headers.
    ProgramHeaders,
    /// The content of a segment, by its index in the program headers.
    Segment(usize),
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Header => f.write_str("the ELF header ends"),
            Self::ProgramHeaders => f.write_str("the program headers end"),
            Self::Segment(index) => write!(f, "segment {index} ends"),
        }
    }
}

/// A file that is shorter than it says itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("truncated: {part} at byte {end}, the file has {size} bytes")]
pub struct Truncated {
    /// The part that is not whole.
    pub part: Part,
    /// Offset in bytes at which the part would end.
    pub end: u64,
    /// Size of the file in bytes.
    pub size: usize,
}

/// Why a file is not the kind of ELF file that a guest is.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ElfError {
    /// It does not begin as an ELF file does.
    #[error("not an ELF image")]
    NotElf,
    /// A part of it lies beyond its end.
    #[error(transparent)]
    Truncated(#[from] Truncated),
    /// It is not a 64-bit image.
    #[error("not a 64-bit image")]
    Class,
    /// It is not a little-endian image.
    #[error("not a little-endian image")]
    ByteOrder,
    /// A field of the header has a value that no valid file has.
    #[error("invalid ELF header: {field} is {value}, expected {expected}")]
    HeaderField {
        /// The field in words.
        field: &'static str,
        /// What it is.
        value: u32,
        /// What it has to be.
        expected: u32,
    },
    /// The architecture is none that guests can be for.
    #[error("image is for {}, guests are for x86_64 or aarch64", machine_name(*.0))]
    Machine(u16),
    /// There are no program headers, or too many.
    #[error("image has {0} program headers, expected 1 to {MAX_PROGRAM_HEADERS}")]
    ProgramHeaderCount(u16),
    /// A host's loader is to run it.
    #[error("image is dynamically linked (interpreter {0}), a guest is linked with -static")]
    Interpreter(String),
    /// It has to be linked at run time.
    #[error(
        "image is dynamically linked (it has a dynamic section), a guest is linked with -static"
    )]
    Dynamic,
    /// It has no fixed address.
    #[error("image is position-independent, a guest is linked with -no-pie")]
    PositionIndependent,
    /// It is an object file.
    #[error("not linked: this is an object file")]
    Unlinked,
    /// It is no program at all.
    #[error("not an executable: the ELF type is {}", type_name(*.0))]
    Type(u16),
}

fn machine_name(machine: u16) -> String {
    match e_machine_to_human_str(machine) {
        Some(name) => name.to_owned(),
        None => format!("ELF machine {machine}"),
    }
}

fn type_name(kind: u16) -> String {
    match e_type_to_human_str(kind) {
        Some(name) => name.to_lowercase(),
        None => kind.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use crate::image::builder::{DATA, ImageBuilder, PT_DYNAMIC, PT_INTERP, Program, TEXT};
    use crate::image::{Architecture, Image};

    /// What is said about a guest image after `change`.
    fn error(change: impl FnOnce(&mut ImageBuilder)) -> String {
        let mut image = ImageBuilder::guest();
        change(&mut image);
        Image::parse(&image.build()).unwrap_err().to_string()
    }

    fn error_of_bytes(bytes: &[u8]) -> String {
        Image::parse(bytes).unwrap_err().to_string()
    }

    #[test]
    fn an_aarch64_image_is_read_as_one() {
        let mut image = ImageBuilder::guest();
        image.machine = 183;
        let image = Image::parse(&image.build()).unwrap();
        assert_eq!(image.architecture, Architecture::Aarch64);
    }

    #[test]
    fn an_empty_file_is_refused() {
        assert_eq!(error_of_bytes(&[]), "not an ELF image");
    }

    #[test]
    fn a_script_is_refused() {
        assert_eq!(error_of_bytes(b"#!/bin/sh\nexit 0\n"), "not an ELF image");
    }

    #[test]
    fn a_truncated_header_is_refused() {
        assert_eq!(
            error_of_bytes(&ImageBuilder::guest().build()[..63]),
            "truncated: the ELF header ends at byte 64, the file has 63 bytes"
        );
    }

    #[test]
    fn truncated_program_headers_are_refused() {
        assert_eq!(
            error_of_bytes(&ImageBuilder::guest().build()[..100]),
            "truncated: the program headers end at byte 344, the file has 100 bytes"
        );
    }

    #[test]
    fn program_headers_beyond_any_file_are_refused() {
        let mut bytes = ImageBuilder::guest().build();
        bytes[32..40].fill(0xff);
        let size = bytes.len();
        assert_eq!(
            error_of_bytes(&bytes),
            format!(
                "truncated: the program headers end at byte {}, the file has {size} bytes",
                u64::MAX
            )
        );
    }

    #[test]
    fn a_truncated_segment_is_refused() {
        let claim = 0x10_0000;
        assert_eq!(
            error(|image| {
                image.programs[DATA].claimed_file_size = Some(claim);
                image.programs[DATA].zeros = claim;
            }),
            "truncated: segment 1 ends at byte 1056768, the file has 8376 bytes"
        );
    }

    #[test]
    fn a_32_bit_image_is_refused() {
        assert_eq!(error(|image| image.class = 1), "not a 64-bit image");
    }

    #[test]
    fn a_big_endian_image_is_refused() {
        assert_eq!(
            error(|image| image.byte_order = 2),
            "not a little-endian image"
        );
    }

    #[test]
    fn an_unknown_elf_version_is_refused() {
        assert_eq!(
            error(|image| image.version = 2),
            "invalid ELF header: version is 2, expected 1"
        );
    }

    #[test]
    fn a_wrong_header_size_is_refused() {
        assert_eq!(
            error(|image| image.header_size = 52),
            "invalid ELF header: header size is 52, expected 64"
        );
    }

    #[test]
    fn a_wrong_program_header_size_is_refused() {
        assert_eq!(
            error(|image| image.program_header_size = 32),
            "invalid ELF header: program header size is 32, expected 56"
        );
    }

    #[test]
    fn an_image_for_an_architecture_without_guests_is_refused() {
        assert_eq!(
            error(|image| image.machine = 243),
            "image is for RISC-V, guests are for x86_64 or aarch64"
        );
    }

    #[test]
    fn an_image_for_an_architecture_without_a_name_is_refused() {
        assert_eq!(
            error(|image| image.machine = 60000),
            "image is for ELF machine 60000, guests are for x86_64 or aarch64"
        );
    }

    #[test]
    fn an_image_without_program_headers_is_refused() {
        assert_eq!(
            error(|image| image.programs.clear()),
            "image has 0 program headers, expected 1 to 128"
        );
    }

    #[test]
    fn an_image_with_too_many_program_headers_is_refused() {
        assert_eq!(
            error(|image| image.programs.resize(129, Program::other(0, &[]))),
            "image has 129 program headers, expected 1 to 128"
        );
    }

    #[test]
    fn an_image_with_a_host_interpreter_is_refused() {
        let program = Program::other(PT_INTERP, b"/lib/ld-linux.so.2\0");
        assert_eq!(
            error(|image| image.programs.push(program)),
            "image is dynamically linked (interpreter /lib/ld-linux.so.2), a guest is linked \
             with -static"
        );
    }

    #[test]
    fn an_interpreter_is_shown_shortened_and_without_control_characters() {
        let name = [b"\x1b[2J".as_slice(), &[b'a'; 100]].concat();
        let program = Program::other(PT_INTERP, &name);
        assert_eq!(
            error(|image| image.programs.push(program)),
            format!(
                "image is dynamically linked (interpreter \\x1b[2J{}), a guest is linked with \
                 -static",
                "a".repeat(60)
            )
        );
    }

    #[test]
    fn the_interpreter_that_solo5_guests_name_is_accepted() {
        let mut image = ImageBuilder::guest();
        let program = Program::other(PT_INTERP, b"/nonexistent/solo5/\0\0\0\0\0");
        image.programs.push(program);
        assert!(Image::parse(&image.build()).is_ok());
    }

    #[test]
    fn a_dynamic_section_is_refused() {
        let program = Program::other(PT_DYNAMIC, &[0; 16]);
        assert_eq!(
            error(|image| image.programs.push(program)),
            "image is dynamically linked (it has a dynamic section), a guest is linked with \
             -static"
        );
    }

    #[test]
    fn a_position_independent_image_is_refused() {
        assert_eq!(
            error(|image| image.kind = 3),
            "image is position-independent, a guest is linked with -no-pie"
        );
    }

    #[test]
    fn an_object_file_is_refused() {
        assert_eq!(
            error(|image| image.kind = 1),
            "not linked: this is an object file"
        );
    }

    #[test]
    fn a_core_dump_is_refused() {
        assert_eq!(
            error(|image| image.kind = 4),
            "not an executable: the ELF type is core file"
        );
    }

    #[test]
    fn a_type_without_a_name_is_refused() {
        assert_eq!(
            error(|image| image.kind = 0xfe00),
            "not an executable: the ELF type is 65024"
        );
    }

    #[test]
    fn every_prefix_of_an_image_up_to_its_last_segment_is_refused() {
        let bytes = ImageBuilder::guest().build();
        let accepted = (0..bytes.len()).find(|&size| Image::parse(&bytes[..size]).is_ok());
        assert_eq!(accepted, None);
    }

    #[test]
    fn a_segment_s_content_is_found_in_the_file() {
        let bytes = ImageBuilder::guest().build();
        let image = Image::parse(&bytes).unwrap();
        assert_eq!(bytes[image.segments[TEXT].file.clone()], [0xf4; 16]);
        assert_eq!(bytes[image.segments[DATA].file.clone()], [1, 2, 3, 4]);
    }
}
