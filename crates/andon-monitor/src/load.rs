//! Lays an image out in guest memory: segments, boot information, command line.
//!
//! What lies where is Solo5's hvt memory map; the rights of the image's pages are those of
//! its segments, and what no segment covers below the image's end is not mapped at all.

use andon_abi::manifest as abi;
use andon_abi::ring;
use andon_abi::solo5::{self, BootInfo};
use thiserror::Error;

use crate::device::Properties;
use crate::image::{Image, Kind, Manifest};
use crate::memory::{Access, Gpa, GuestMemory, MemoryError, PAGE_SIZE, Region, RegionKind};

/// What a guest is told at its start besides its image.
#[derive(Clone, Copy, Debug)]
pub struct Boot<'a> {
    /// Size of guest memory in bytes, a multiple of [`PAGE_SIZE`]; with the ring at most
    /// 4 GiB.
    pub memory_size: u64,
    /// Command line, words separated by spaces.
    pub command_line: &'a str,
    /// Frequency of the cycle counter in hertz.
    pub cycle_frequency: u64,
    /// What is attached to each device of the manifest, in its order.
    pub attached: &'a [Option<Properties>],
    /// Whether the shared network ring is offered. It lies behind the memory that the guest
    /// is told of.
    pub ring: bool,
}

impl Boot<'_> {
    /// Where the ring is, for a guest that is told of `memory_size` bytes.
    pub fn ring_base(&self) -> Gpa {
        Gpa(self.memory_size)
    }
}

/// Size in bytes of the pages that hold the network ring.
pub const RING_SIZE: u64 = ring::SIZE.next_multiple_of(PAGE_SIZE);

/// Why an image could not be laid out.
#[derive(Debug, Error)]
pub enum LoadError {
    /// There is no memory for it.
    #[error(transparent)]
    Memory(#[from] MemoryError),
    /// The command line is too long.
    #[error("the guest's command line has {len} bytes, at most {} fit", solo5::COMMAND_LINE_SIZE - 1)]
    CommandLine {
        /// Its length.
        len: usize,
    },
    /// The command line has a zero byte.
    #[error("the guest's command line has a zero byte")]
    CommandLineZero,
}

/// Makes guest memory with the image and the boot information in it.
///
/// `file` is the file that `image` was parsed from, and `image` fits `boot.memory_size`.
///
/// # Errors
/// Where memory is short or the command line is too long.
pub fn load(image: &Image, file: &[u8], boot: &Boot<'_>) -> Result<GuestMemory, LoadError> {
    let ring_size = if boot.ring { RING_SIZE } else { 0 };
    let mut memory = GuestMemory::new(boot.memory_size + ring_size)?;
    let content = boot_content(image, boot)?;
    let end = (solo5::BOOT_INFO_BASE + content.len() as u64).next_multiple_of(PAGE_SIZE);
    memory.add_region(Region {
        start: solo5::BOOT_INFO_BASE,
        end,
        access: Access::READ,
        kind: RegionKind::BootInfo,
    });
    fill(&mut memory, solo5::BOOT_INFO_BASE, &content);
    for segment in &image.segments {
        memory.add_region(Region {
            start: segment.pages().start,
            end: segment.pages().end,
            access: segment.access,
            kind: RegionKind::Segment(segment.index),
        });
        fill(&mut memory, segment.start, &file[segment.file.clone()]);
    }
    if image.end < boot.memory_size {
        memory.add_region(Region {
            start: image.end,
            end: boot.memory_size,
            access: Access::READ_WRITE,
            kind: RegionKind::Heap,
        });
    }
    if boot.ring {
        memory.add_region(Region {
            start: boot.ring_base().0,
            end: boot.ring_base().0 + RING_SIZE,
            access: Access::READ_WRITE,
            kind: RegionKind::Ring,
        });
    }
    Ok(memory)
}

/// Tells a guest that was loaded, and has not begun, of the function at `page` that makes
/// its hypercalls.
pub fn announce_hypercall_page(memory: &mut GuestMemory, page: u64) {
    let start = Gpa(solo5::BOOT_INFO_BASE);
    let info = memory
        .inspect_array(start)
        .expect("load() has put it there");
    let mut info = BootInfo::from_bytes(&info);
    info.host_features |= solo5::FEATURE_HYPERCALL_PAGE;
    info.hypercall_page = page;
    fill(memory, start.0, &info.to_bytes());
}

fn fill(memory: &mut GuestMemory, start: u64, bytes: &[u8]) {
    memory
        .load(Gpa(start), bytes)
        .expect("the image was checked to fit its memory");
}

/// Boot information, then the manifest, then the command line.
fn boot_content(image: &Image, boot: &Boot<'_>) -> Result<Vec<u8>, LoadError> {
    let line = boot.command_line.as_bytes();
    if line.len() >= solo5::COMMAND_LINE_SIZE {
        return Err(LoadError::CommandLine { len: line.len() });
    }
    if line.contains(&0) {
        return Err(LoadError::CommandLineZero);
    }
    let manifest = manifest(&image.manifest, boot.attached);
    let mft = solo5::BOOT_INFO_BASE + BootInfo::SIZE as u64;
    let (ring_feature, net_ring) = if boot.ring {
        (solo5::FEATURE_RING_IO, boot.ring_base().0)
    } else {
        (0, 0)
    };
    let info = BootInfo {
        mem_size: boot.memory_size,
        kernel_end: image.end,
        cpu_cycle_freq: boot.cycle_frequency,
        cmdline: mft + manifest.len() as u64,
        mft,
        host_features: solo5::FEATURE_ANDON | ring_feature,
        guest_features: 0,
        net_ring,
        hypercall_page: 0,
    };
    let mut content = info.to_bytes().to_vec();
    content.extend_from_slice(&manifest);
    content.extend_from_slice(line);
    content.push(0);
    Ok(content)
}

/// Solo5's manifest as the guest finds it in its memory.
fn manifest(manifest: &Manifest, attached: &[Option<Properties>]) -> Vec<u8> {
    let attached = attached.iter().copied().chain(std::iter::repeat(None));
    let devices = manifest
        .entries
        .iter()
        .zip(attached)
        .map(|(entry, attached)| {
            let kind = match entry.kind {
                Kind::Net => abi::NET_BASIC,
                Kind::Block => abi::BLOCK_BASIC,
            };
            abi::Entry {
                properties: attached.map_or([0; 16], properties),
                attached: attached.is_some().into(),
                ..self::entry(&entry.name, kind)
            }
        });
    let entries = std::iter::once(entry("", abi::RESERVED_FIRST)).chain(devices);
    let count = u32::try_from(manifest.handles()).expect("at most 64");
    let head = abi::Head {
        version: abi::VERSION,
        entries: count,
    };
    let mut bytes = head.to_bytes().to_vec();
    bytes.extend(entries.flat_map(|entry| entry.to_bytes()));
    bytes
}

/// What the guest is told of a device, as the manifest has it.
fn properties(properties: Properties) -> [u8; 16] {
    match properties {
        Properties::Block {
            capacity,
            sector_size,
        } => abi::BlockBasic {
            capacity,
            block_size: sector_size,
            pad: [0; 6],
        }
        .to_bytes(),
        Properties::Net { mac, mtu } => {
            let net = abi::NetBasic { mac, mtu }.to_bytes();
            let mut bytes = [0; 16];
            bytes[..net.len()].copy_from_slice(&net);
            bytes
        }
    }
}

fn entry(name: &str, kind: u32) -> abi::Entry {
    let mut field = [0; abi::NAME_SIZE];
    field[..name.len()].copy_from_slice(name.as_bytes());
    abi::Entry {
        name: field,
        kind,
        properties: [0; 16],
        backing: 0,
        attached: 0,
        pad: [0; 7],
    }
}
