//! A guest that ended as an ELF core file, for a debugger.
//!
//! It has what gdb needs beside the image: the registers in a note, and every region of guest
//! memory in a segment. Parts of memory that are zero are holes in the file. Nothing of the
//! monitor or the host is in it.

#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(target_arch = "x86_64")]
mod x86_64;

use std::io::{self, Seek, SeekFrom, Write};
use std::ops::Range;

use elf::abi::{ET_CORE, EV_CURRENT, NT_PRSTATUS, PF_R, PF_W, PF_X, PT_LOAD, PT_NOTE};
use thiserror::Error;

#[cfg(target_arch = "aarch64")]
use self::aarch64 as status;
#[cfg(target_arch = "x86_64")]
use self::x86_64 as status;

use crate::arch::Registers;
use crate::memory::{Access, Gpa, GuestMemory, OutOfRange, PAGE_SIZE, Region};
use crate::vcpu::Fault;

/// Size of an ELF header in bytes.
const HEADER_SIZE: u64 = 64;
/// Size of a program header in bytes.
const ENTRY_SIZE: u64 = 56;
/// Name of the note's owner, and its length with the zero that ends it.
const OWNER: &[u8; 8] = b"CORE\0\0\0\0";
const OWNER_LENGTH: u32 = 5;
/// Size of a note before its description, in bytes.
const NOTE_HEADER_SIZE: usize = 12 + OWNER.len();
/// Size of the note in bytes.
const NOTE_SIZE: u64 = (NOTE_HEADER_SIZE + status::SIZE) as u64;

/// Why a guest ended, as the signal that would have ended a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal(u8);

impl Signal {
    /// The guest gave up.
    pub const ABORT: Self = Self(6);
    /// Number of SIGILL.
    const ILLEGAL: Self = Self(4);
    /// Number of SIGSEGV.
    const MEMORY: Self = Self(11);

    /// Number of the signal.
    pub fn number(self) -> u8 {
        self.0
    }

    /// What stands for a fault: a bad access to memory, or an instruction that cannot be
    /// executed.
    pub fn of(fault: &Fault) -> Self {
        match fault {
            Fault::Memory { .. } | Fault::Claim { .. } => Self::MEMORY,
            _ => Self::ILLEGAL,
        }
    }
}

/// Why a core file is not whole.
#[derive(Debug, Error)]
pub enum CoreError {
    /// It could not be written.
    #[error("cannot write the core file: {0}")]
    Write(#[from] io::Error),
    /// A region is not the guest's memory, which no loader makes.
    #[error("cannot read guest memory: {0}")]
    Memory(#[from] OutOfRange),
}

/// Writes the core file of a guest into an empty file.
///
/// # Errors
/// Where the file cannot be written: the disk is full. What is there is of no use then.
pub fn write(
    file: &mut (impl Write + Seek),
    memory: &GuestMemory,
    registers: &Registers,
    signal: Signal,
) -> Result<(), CoreError> {
    let regions = memory.regions();
    let loads = (HEADER_SIZE + ENTRY_SIZE * (1 + regions.len() as u64) + NOTE_SIZE)
        .next_multiple_of(PAGE_SIZE);
    file.write_all(&headers(regions, loads))?;
    file.write_all(&note(registers, signal))?;
    let mut offset = loads;
    for region in regions {
        write_region(file, memory, region, offset)?;
        offset += region.end - region.start;
    }
    // The last page is there even where it is zero: the file has its whole length.
    file.seek(SeekFrom::Start(offset - 1))?;
    file.write_all(&[last_byte(memory)?])?;
    Ok(file.flush()?)
}

/// The last byte of the last region.
fn last_byte(memory: &GuestMemory) -> Result<u8, OutOfRange> {
    let end = memory.regions().last().map_or(0, |region| region.end);
    let [byte] = memory.inspect_array(Gpa(end.wrapping_sub(1)))?;
    Ok(byte)
}

/// Writes what of a region is not zero; `offset` is the region's place in the file.
fn write_region(
    file: &mut (impl Write + Seek),
    memory: &GuestMemory,
    region: &Region,
    offset: u64,
) -> Result<(), CoreError> {
    let mut at = region.start;
    while let Some(used) = memory.next_used(at)?.map(|used| within(region, &used)) {
        if used.is_empty() {
            break;
        }
        for page in used.clone().step_by(PAGE_SIZE as usize) {
            let bytes: [u8; PAGE_SIZE as usize] = memory.inspect_array(Gpa(page))?;
            if bytes.iter().any(|byte| *byte != 0) {
                file.seek(SeekFrom::Start(offset + (page - region.start)))?;
                file.write_all(&bytes)?;
            }
        }
        at = used.end;
    }
    Ok(())
}

/// The pages of a range that lie in a region.
fn within(region: &Region, range: &Range<u64>) -> Range<u64> {
    let start = range.start - range.start % PAGE_SIZE;
    let end = range.end.next_multiple_of(PAGE_SIZE);
    start.max(region.start)..end.min(region.end)
}

/// ELF header and program headers.
fn headers(regions: &[Region], loads: u64) -> Vec<u8> {
    let count = u16::try_from(1 + regions.len()).expect("an image has few segments");
    let mut bytes = Vec::new();
    // 64 bits, little-endian, System V.
    bytes.extend([0x7f, b'E', b'L', b'F', 2, 1, EV_CURRENT, 0]);
    bytes.extend([0; 8]);
    bytes.extend(ET_CORE.to_le_bytes());
    bytes.extend(status::MACHINE.to_le_bytes());
    bytes.extend(u32::from(EV_CURRENT).to_le_bytes());
    // No entry point, the program headers, no sections, no flags.
    for word in [0, HEADER_SIZE, 0] {
        bytes.extend(word.to_le_bytes());
    }
    bytes.extend(0u32.to_le_bytes());
    for half in [HEADER_SIZE as u16, ENTRY_SIZE as u16, count, 0, 0, 0] {
        bytes.extend(half.to_le_bytes());
    }
    let note = HEADER_SIZE + ENTRY_SIZE * u64::from(count);
    bytes.extend(program_header(PT_NOTE, 0, [note, 0, NOTE_SIZE, 0, 4]));
    let mut offset = loads;
    for region in regions {
        let size = region.end - region.start;
        let place = [offset, region.start, size, size, PAGE_SIZE];
        bytes.extend(program_header(PT_LOAD, flags(region.access), place));
        offset += size;
    }
    bytes
}

/// A program header; `place` is offset, address, size in the file, size in memory and
/// alignment.
fn program_header(kind: u32, flags: u32, place: [u64; 5]) -> Vec<u8> {
    let [offset, address, in_file, in_memory, alignment] = place;
    let words = [offset, address, address, in_file, in_memory, alignment];
    let mut bytes = Vec::from(kind.to_le_bytes());
    bytes.extend(flags.to_le_bytes());
    bytes.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    bytes
}

fn flags(access: Access) -> u32 {
    [
        (access.read, PF_R),
        (access.write, PF_W),
        (access.execute, PF_X),
    ]
    .into_iter()
    .filter_map(|(on, flag)| on.then_some(flag))
    .sum()
}

/// The note with the state of the guest's only thread.
fn note(registers: &Registers, signal: Signal) -> Vec<u8> {
    let mut bytes = Vec::new();
    for word in [OWNER_LENGTH, status::SIZE as u32, NT_PRSTATUS as u32] {
        bytes.extend(word.to_le_bytes());
    }
    bytes.extend(OWNER);
    bytes.extend(status::bytes(registers, signal));
    bytes
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Seek, SeekFrom, Write};

    use elf::ElfBytes;
    use elf::abi::{PT_LOAD, PT_NOTE};
    use elf::endian::LittleEndian;

    use super::{CoreError, Signal, status, write};
    use crate::arch::Registers;
    use crate::memory::{Access, Gpa, GuestMemory, Region, RegionKind};

    const SIZE: u64 = 0x100_0000;

    fn memory() -> GuestMemory {
        let mut memory = GuestMemory::new(SIZE).unwrap();
        for (start, end, access, kind) in [
            (0x1_0000, 0x1_1000, Access::READ, RegionKind::BootInfo),
            (0x10_0000, SIZE, Access::READ_WRITE, RegionKind::Heap),
        ] {
            memory.add_region(Region {
                start,
                end,
                access,
                kind,
            });
        }
        memory.load(Gpa(0x1_0010), b"boot").unwrap();
        memory.load(Gpa(0x80_0123), b"heap").unwrap();
        memory
    }

    fn core() -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        write(&mut file, &memory(), &Registers::default(), Signal::ABORT).unwrap();
        file.into_inner()
    }

    #[test]
    fn every_region_is_a_segment_with_its_bytes() {
        let core = core();
        let elf = ElfBytes::<LittleEndian>::minimal_parse(&core).unwrap();
        let segments = elf.segments().unwrap();
        let loads: Vec<_> = segments.iter().filter(|it| it.p_type == PT_LOAD).collect();
        assert_eq!(loads.len(), 2);
        assert_eq!((loads[0].p_vaddr, loads[0].p_flags), (0x1_0000, 4));
        assert_eq!((loads[1].p_vaddr, loads[1].p_flags), (0x10_0000, 6));
        let [boot, heap] = [0, 1].map(|index| elf.segment_data(&loads[index]).unwrap());
        assert_eq!(&boot[0x10..0x14], b"boot");
        assert_eq!(&heap[0x70_0123..0x70_0127], b"heap");
    }

    #[test]
    fn the_note_has_the_state_of_a_thread() {
        let core = core();
        let elf = ElfBytes::<LittleEndian>::minimal_parse(&core).unwrap();
        let segments = elf.segments().unwrap();
        let note = segments.iter().find(|it| it.p_type == PT_NOTE);
        let note = elf.segment_data(&note.unwrap()).unwrap();
        assert_eq!(note[..4], [5, 0, 0, 0], "the length of the owner");
        assert_eq!(note[8..20], *b"\x01\0\0\0CORE\0\0\0\0");
        assert_eq!(
            note[20..],
            status::bytes(&Registers::default(), Signal::ABORT)
        );
    }

    #[test]
    fn memory_that_is_zero_takes_no_space() {
        let mut file = tempfile::tempfile().unwrap();
        write(&mut file, &memory(), &Registers::default(), Signal::ABORT).unwrap();
        let blocks = std::os::unix::fs::MetadataExt::blocks(&file.metadata().unwrap());
        assert!(file.metadata().unwrap().len() > SIZE / 2);
        assert!(blocks * 512 < SIZE / 16, "{blocks} blocks");
    }

    /// A disk with this many bytes left.
    struct Disk(Cursor<Vec<u8>>, u64);

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            if self.0.position() + bytes.len() as u64 > self.1 {
                return Err(std::io::ErrorKind::StorageFull.into());
            }
            self.0.write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl Seek for Disk {
        fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
            self.0.seek(to)
        }
    }

    #[test]
    fn a_full_disk_is_an_error() {
        let mut disk = Disk(Cursor::default(), 0x3000);
        let error = write(&mut disk, &memory(), &Registers::default(), Signal::ABORT);
        assert!(matches!(error, Err(CoreError::Write(_))), "{error:?}");
    }
}
