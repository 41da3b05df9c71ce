//! Builds guest images byte by byte, whole ones and broken ones, for tests and as seeds of
//! the fuzz targets.

use andon_abi::device::{self, CLASS_GPIO, name_field};
use andon_abi::gpio;
use andon_abi::manifest::{self, NAME_SIZE, NET_BASIC, RESERVED_FIRST};
use andon_abi::note::{ABI1_TYPE, ANDON_OWNER, Abi, DEV1_TYPE, MFT1_TYPE, SOLO5_OWNER};
use andon_abi::solo5::{ABI_TARGET_HVT, ABI_VERSION};

pub(crate) const PT_LOAD: u32 = 1;
pub(crate) const PT_DYNAMIC: u32 = 2;
pub(crate) const PT_INTERP: u32 = 3;
pub(crate) const PT_NOTE: u32 = 4;

pub(crate) const R: u32 = 4;
pub(crate) const W: u32 = 2;
pub(crate) const X: u32 = 1;

/// A program header and the bytes that it stands for.
#[derive(Clone)]
pub(crate) struct Program {
    pub(crate) kind: u32,
    pub(crate) flags: u32,
    pub(crate) address: u64,
    pub(crate) content: Vec<u8>,
    /// Size in memory beyond `content`.
    pub(crate) zeros: u64,
    pub(crate) align: u64,
    /// The size in the file that the header has instead of the content's.
    pub(crate) claimed_file_size: Option<u64>,
}

impl Program {
    pub(crate) fn load(flags: u32, address: u64, content: &[u8], zeros: u64) -> Self {
        Self {
            kind: PT_LOAD,
            flags,
            address,
            content: content.to_vec(),
            zeros,
            align: 0x1000,
            claimed_file_size: None,
        }
    }

    pub(crate) fn note(content: Vec<u8>) -> Self {
        Self {
            kind: PT_NOTE,
            flags: R,
            address: 0,
            content,
            zeros: 0,
            align: 4,
            claimed_file_size: None,
        }
    }

    pub(crate) fn other(kind: u32, content: &[u8]) -> Self {
        let note = Self::note(content.to_vec());
        Self { kind, ..note }
    }
}

/// An image to be built; every field may be made wrong.
#[derive(Clone)]
pub(crate) struct ImageBuilder {
    pub(crate) class: u8,
    pub(crate) byte_order: u8,
    pub(crate) kind: u16,
    pub(crate) machine: u16,
    pub(crate) version: u32,
    pub(crate) entry: u64,
    pub(crate) header_size: u16,
    pub(crate) program_header_size: u16,
    pub(crate) programs: Vec<Program>,
}

/// Indexes of [`ImageBuilder::guest`]'s programs.
pub(crate) const TEXT: usize = 0;
pub(crate) const DATA: usize = 1;
pub(crate) const STACK: usize = 2;
pub(crate) const ABI: usize = 3;
pub(crate) const MANIFEST: usize = 4;

impl ImageBuilder {
    /// A valid x86_64 guest: text, data with bss, a stack behind a guard page, the ABI note
    /// and an empty manifest.
    pub(crate) fn guest() -> Self {
        Self {
            class: 2,
            byte_order: 1,
            kind: 2,
            machine: 62,
            version: 1,
            entry: 0x10_0000,
            header_size: 64,
            program_header_size: 56,
            programs: vec![
                Program::load(R | X, 0x10_0000, &[0xf4; 16], 0),
                Program::load(R | W, 0x10_1000, &[1, 2, 3, 4], 0x2000),
                Program::load(R | W, 0x10_5000, &[], 0x4000),
                Program::note(abi_note(ABI_TARGET_HVT, ABI_VERSION)),
                Program::note(manifest_note(&[reserved_first()])),
            ],
        }
    }

    /// A valid guest with these devices in Andon's note.
    pub(crate) fn with_devices(devices: &[device::Declaration]) -> Self {
        let mut image = Self::guest();
        let note = Program::note(device_note(devices));
        image.programs.push(note);
        image
    }

    /// A valid guest with these entries after the reserved one of Solo5's manifest.
    pub(crate) fn with_manifest(entries: &[manifest::Entry]) -> Self {
        let mut image = Self::guest();
        let entries = [&[reserved_first()], entries].concat();
        image.programs[MANIFEST] = Program::note(manifest_note(&entries));
        image
    }

    pub(crate) fn build(&self) -> Vec<u8> {
        let mut headers = self.file_header();
        let mut contents = Vec::new();
        let start = 64 + 56 * self.programs.len();
        for program in &self.programs {
            let offset = congruent(start + contents.len(), program);
            contents.resize(offset - start, 0);
            contents.extend(&program.content);
            headers.extend(program_header(program, offset));
        }
        [headers, contents].concat()
    }

    fn file_header(&self) -> Vec<u8> {
        let mut bytes = b"\x7fELF".to_vec();
        bytes.extend([self.class, self.byte_order, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        bytes.extend(self.kind.to_le_bytes());
        bytes.extend(self.machine.to_le_bytes());
        bytes.extend(self.version.to_le_bytes());
        bytes.extend(self.entry.to_le_bytes());
        bytes.extend(64_u64.to_le_bytes());
        bytes.extend([0; 12]);
        bytes.extend(self.header_size.to_le_bytes());
        bytes.extend(self.program_header_size.to_le_bytes());
        bytes.extend((self.programs.len() as u16).to_le_bytes());
        bytes.extend([0; 6]);
        bytes
    }
}

/// First file offset at or after `offset` that a program may have.
fn congruent(offset: usize, program: &Program) -> usize {
    if program.kind != PT_LOAD || program.content.is_empty() {
        return offset.next_multiple_of(8);
    }
    let align = program.align.clamp(8, 0x1000);
    offset.next_multiple_of(align as usize) + (program.address % align) as usize
}

fn program_header(program: &Program, offset: usize) -> Vec<u8> {
    let size = program.content.len() as u64;
    let mut bytes = Vec::new();
    bytes.extend(program.kind.to_le_bytes());
    bytes.extend(program.flags.to_le_bytes());
    bytes.extend((offset as u64).to_le_bytes());
    bytes.extend(program.address.to_le_bytes());
    bytes.extend(program.address.to_le_bytes());
    bytes.extend(program.claimed_file_size.unwrap_or(size).to_le_bytes());
    bytes.extend((size.wrapping_add(program.zeros)).to_le_bytes());
    bytes.extend(program.align.to_le_bytes());
    bytes
}

/// A note, padded to four bytes.
pub(crate) fn note(owner: &[u8], kind: u32, content: &[u8]) -> Vec<u8> {
    let mut bytes = (owner.len() as u32).to_le_bytes().to_vec();
    bytes.extend((content.len() as u32).to_le_bytes());
    bytes.extend(kind.to_le_bytes());
    bytes.extend(owner);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes.extend(content);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

pub(crate) fn abi_note(target: u32, version: u32) -> Vec<u8> {
    let abi = Abi {
        target,
        version,
        reserved0: 0,
        reserved1: 0,
    };
    note(SOLO5_OWNER, ABI1_TYPE, &abi.to_bytes())
}

pub(crate) fn manifest_note(entries: &[manifest::Entry]) -> Vec<u8> {
    let head = manifest::Head {
        version: manifest::VERSION,
        entries: entries.len() as u32,
    };
    let mut content = vec![0; 4];
    content.extend(head.to_bytes());
    content.extend(entries.iter().flat_map(manifest::Entry::to_bytes));
    note(SOLO5_OWNER, MFT1_TYPE, &content)
}

pub(crate) fn reserved_first() -> manifest::Entry {
    manifest::Entry {
        name: [0; NAME_SIZE],
        kind: RESERVED_FIRST,
        properties: [0; 16],
        backing: 0,
        attached: 0,
        pad: [0; 7],
    }
}

pub(crate) fn net(name: &str) -> manifest::Entry {
    manifest::Entry {
        name: name_field(name),
        kind: NET_BASIC,
        ..reserved_first()
    }
}

pub(crate) fn device_note(devices: &[device::Declaration]) -> Vec<u8> {
    let head = device::Head {
        version: device::VERSION,
        entries: devices.len() as u32,
    };
    let mut content = head.to_bytes().to_vec();
    content.extend(devices.iter().flat_map(device::Declaration::to_bytes));
    note(ANDON_OWNER, DEV1_TYPE, &content)
}

/// A declaration of one GPIO output.
pub(crate) fn output(name: &str) -> device::Declaration {
    let ask = gpio::Ask {
        direction: gpio::DIRECTION_OUT,
        lines: 1,
        edges: 0,
        reserved: [0; 36],
    };
    device::Declaration {
        name: name_field(name),
        class: CLASS_GPIO,
        flags: 0,
        reserved: 0,
        ask: ask.to_bytes(),
    }
}
