//! What an image has loaded into guest memory, and with which rights.

use std::ops::Range;

use andon_abi::solo5::{GUEST_MAX_MEMORY, GUEST_MIN_BASE};
use elf::abi::{PF_R, PF_W, PF_X, PT_LOAD};
use elf::segment::ProgramHeader;
use thiserror::Error;

use super::elf::{Elf, Truncated};
use crate::memory::{Access, PAGE_SIZE};

/// A part of the image in guest memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Index in the image's program headers.
    pub index: usize,
    /// Address of the first byte; not necessarily page-aligned.
    pub start: u64,
    /// Size in memory in bytes, at least 1; what the file does not fill is zero.
    pub memory_size: u64,
    /// The bytes of the file that it starts with; at most `memory_size`.
    pub file: Range<usize>,
    /// What the guest may do with it; never both write and execute.
    pub access: Access,
}

impl Segment {
    /// One past the address of the last byte.
    pub fn end(&self) -> u64 {
        self.start + self.memory_size
    }

    /// The whole pages that it lies in, as addresses. They are no other segment's.
    pub fn pages(&self) -> Range<u64> {
        page_floor(self.start)..self.end().next_multiple_of(PAGE_SIZE)
    }
}

fn page_floor(address: u64) -> u64 {
    address - address % PAGE_SIZE
}

/// Reads and checks all segments; returns them with the first page boundary after them.
pub(super) fn load(elf: &Elf<'_>) -> Result<(Vec<Segment>, u64), SegmentError> {
    let mut segments: Vec<Segment> = Vec::new();
    for (index, header) in elf.headers(PT_LOAD) {
        if header.p_memsz == 0 && header.p_filesz == 0 {
            continue;
        }
        let segment = read(elf, index, header)?;
        if let Some(before) = segments.last() {
            check_order(before, &segment)?;
        }
        segments.push(segment);
    }
    let end = segments.last().ok_or(SegmentError::None)?.pages().end;
    Ok((segments, end))
}

/// Checks that the first instruction is one.
pub(super) fn check_entry(segments: &[Segment], entry: u64) -> Result<(), SegmentError> {
    let holds = |segment: &Segment| segment.access.execute && contains(segment, entry);
    match segments.iter().any(holds) {
        true => Ok(()),
        false => Err(SegmentError::Entry(entry)),
    }
}

fn contains(segment: &Segment, address: u64) -> bool {
    (segment.start..segment.end()).contains(&address)
}

fn read(elf: &Elf<'_>, index: usize, header: &ProgramHeader) -> Result<Segment, SegmentError> {
    check_place(index, header)?;
    check_alignment(index, header)?;
    let access = access(header.p_flags);
    if access.write && access.execute {
        return Err(SegmentError::WriteExecute { index });
    }
    Ok(Segment {
        index,
        start: header.p_vaddr,
        memory_size: header.p_memsz,
        file: elf.content(index, header)?,
        access,
    })
}

fn check_place(index: usize, header: &ProgramHeader) -> Result<(), SegmentError> {
    let (start, file, memory) = (header.p_vaddr, header.p_filesz, header.p_memsz);
    if file > memory {
        return Err(SegmentError::FileBeyondMemory {
            index,
            file,
            memory,
        });
    }
    if start < GUEST_MIN_BASE {
        return Err(SegmentError::TooLow { index, start });
    }
    match start.checked_add(memory) {
        Some(end) if end <= GUEST_MAX_MEMORY => Ok(()),
        _ => Err(SegmentError::TooHigh {
            index,
            start,
            memory,
        }),
    }
}

fn check_alignment(index: usize, header: &ProgramHeader) -> Result<(), SegmentError> {
    // Zero and one both say that there is none (ELF-64 1.5, chapter "Program Header Table").
    let align = header.p_align.max(1);
    if !align.is_power_of_two() {
        return Err(SegmentError::Alignment { index, align });
    }
    // Where the file holds nothing, linkers leave any offset.
    if header.p_filesz > 0 && header.p_vaddr % align != header.p_offset % align {
        return Err(SegmentError::Misaligned {
            index,
            start: header.p_vaddr,
            offset: header.p_offset,
            align,
        });
    }
    Ok(())
}

fn access(flags: u32) -> Access {
    Access {
        read: flags & PF_R != 0,
        write: flags & PF_W != 0,
        execute: flags & PF_X != 0,
    }
}

fn check_order(before: &Segment, segment: &Segment) -> Result<(), SegmentError> {
    let (index, other) = (segment.index, before.index);
    if segment.start < before.start {
        return Err(SegmentError::Unordered { index, other });
    }
    if segment.start < before.end() {
        return Err(SegmentError::Overlap { index, other });
    }
    let page = page_floor(segment.start);
    if page < before.pages().end {
        return Err(SegmentError::SharedPage { index, other, page });
    }
    Ok(())
}

/// Why an image's segments cannot be loaded. Segments are named by their index in the
/// program headers, as `readelf -l` counts them from 0.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SegmentError {
    /// There is no segment with a byte in it.
    #[error("image has nothing to load")]
    None,
    /// A segment's content lies beyond the file's end.
    #[error(transparent)]
    Truncated(#[from] Truncated),
    /// A segment has more in the file than in memory.
    #[error("segment {index} has {file} bytes in the file but only {memory} in memory")]
    FileBeyondMemory {
        /// The segment.
        index: usize,
        /// Its size in the file in bytes.
        file: u64,
        /// Its size in memory in bytes.
        memory: u64,
    },
    /// A segment lies where the monitor's own data does.
    #[error("segment {index} starts at {start:#x}, the lowest address is {GUEST_MIN_BASE:#x}")]
    TooLow {
        /// The segment.
        index: usize,
        /// Its address.
        start: u64,
    },
    /// A segment reaches beyond what any guest's memory can be.
    #[error(
        "segment {index} has {memory} bytes at {start:#x}, guest memory ends at {GUEST_MAX_MEMORY:#x}"
    )]
    TooHigh {
        /// The segment.
        index: usize,
        /// Its address.
        start: u64,
        /// Its size in memory in bytes.
        memory: u64,
    },
    /// A segment's alignment is none.
    #[error("segment {index} has the alignment {align:#x}, which is not a power of two")]
    Alignment {
        /// The segment.
        index: usize,
        /// Its alignment.
        align: u64,
    },
    /// A segment's place in memory does not match its place in the file.
    #[error(
        "segment {index} is misaligned: address {start:#x} and file offset {offset:#x} differ modulo {align:#x}"
    )]
    Misaligned {
        /// The segment.
        index: usize,
        /// Its address.
        start: u64,
        /// Its offset in the file in bytes.
        offset: u64,
        /// Its alignment.
        align: u64,
    },
    /// A segment could be changed and executed.
    #[error("segment {index} is both writable and executable")]
    WriteExecute {
        /// The segment.
        index: usize,
    },
    /// Segments are not in ascending order.
    #[error("segment {index} lies below segment {other}, segments must be in ascending order")]
    Unordered {
        /// The later segment.
        index: usize,
        /// The one before it.
        other: usize,
    },
    /// Segments have a byte in common.
    #[error("segment {index} overlaps segment {other}")]
    Overlap {
        /// The later segment.
        index: usize,
        /// The one before it.
        other: usize,
    },
    /// Segments have no byte but a page in common, so their rights would be each other's.
    #[error("segment {index} shares the page at {page:#x} with segment {other}")]
    SharedPage {
        /// The later segment.
        index: usize,
        /// The one before it.
        other: usize,
        /// Address of the page.
        page: u64,
    },
    /// The entry point is not executable.
    #[error("entry point {0:#x} is not in an executable segment")]
    Entry(u64),
}

#[cfg(test)]
mod tests {
    use crate::image::Image;
    use crate::image::builder::{DATA, ImageBuilder, PT_LOAD, Program, R, STACK, TEXT, W, X};
    use crate::memory::Access;

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

    #[test]
    fn segments_are_read_with_their_place_and_rights() {
        let segment = &image(|_| {}).segments[DATA];
        assert_eq!(segment.index, DATA);
        assert_eq!((segment.start, segment.end()), (0x10_1000, 0x10_3004));
        assert_eq!(segment.pages(), 0x10_1000..0x10_4000);
        assert_eq!(segment.access, Access::READ_WRITE);
    }

    #[test]
    fn a_segment_that_the_file_holds_nothing_of_is_loaded() {
        let segment = &image(|_| {}).segments[STACK];
        assert!(segment.file.is_empty());
        assert_eq!(segment.memory_size, 0x4000);
    }

    #[test]
    fn a_gap_between_segments_belongs_to_none() {
        let image = image(|_| {});
        assert_eq!(image.segments[DATA].pages().end, 0x10_4000);
        assert_eq!(image.segments[STACK].pages().start, 0x10_5000);
    }

    #[test]
    fn text_that_may_only_be_executed_is_accepted() {
        let image = image(|image| image.programs[TEXT].flags = X);
        assert_eq!(image.segments[TEXT].access.to_string(), "--x");
    }

    #[test]
    fn a_segment_may_begin_within_a_page() {
        let image = image(|image| image.programs[DATA].address += 0x234);
        assert_eq!(image.segments[DATA].start, 0x10_1234);
        assert_eq!(image.segments[DATA].pages().start, 0x10_1000);
    }

    #[test]
    fn a_segment_without_bytes_is_left_out_wherever_it_lies() {
        let empty = Program::load(R, 0, &[], 0);
        let image = image(|image| image.programs.insert(DATA, empty));
        let indexes: Vec<_> = image.segments.iter().map(|it| it.index).collect();
        assert_eq!(indexes, [0, 2, 3]);
    }

    #[test]
    fn an_image_with_nothing_to_load_is_refused() {
        assert_eq!(
            error(|image| image.programs.retain(|it| it.kind != PT_LOAD)),
            "image has nothing to load"
        );
    }

    #[test]
    fn a_segment_with_more_in_the_file_than_in_memory_is_refused() {
        assert_eq!(
            error(|image| image.programs[TEXT].claimed_file_size = Some(17)),
            "segment 0 has 17 bytes in the file but only 16 in memory"
        );
    }

    #[test]
    fn a_segment_with_bytes_in_the_file_and_none_in_memory_is_refused() {
        let program = Program::load(R, 0x20_0000, &[1], u64::MAX);
        assert_eq!(
            error(|image| image.programs.push(program)),
            "segment 5 has 1 bytes in the file but only 0 in memory"
        );
    }

    #[test]
    fn a_segment_where_the_monitor_s_data_lies_is_refused() {
        assert_eq!(
            error(|image| image.programs[TEXT].address = 0xf_f000),
            "segment 0 starts at 0xff000, the lowest address is 0x100000"
        );
    }

    #[test]
    fn a_segment_may_end_where_the_largest_memory_ends() {
        let program = Program::load(R, 0xffff_f000, &[1], 0xfff);
        assert_eq!(image(|image| image.programs.push(program)).end, 1 << 32);
    }

    #[test]
    fn a_segment_beyond_the_largest_memory_is_refused() {
        let program = Program::load(R, 0xffff_f000, &[1], 0x1000);
        assert_eq!(
            error(|image| image.programs.push(program)),
            "segment 5 has 4097 bytes at 0xfffff000, guest memory ends at 0x100000000"
        );
    }

    #[test]
    fn a_segment_that_wraps_around_is_refused() {
        let program = Program::load(R, u64::MAX - 0xfff, &[1], 0x1000);
        assert_eq!(
            error(|image| image.programs.push(program)),
            "segment 5 has 4097 bytes at 0xfffffffffffff000, guest memory ends at 0x100000000"
        );
    }

    #[test]
    fn an_alignment_that_is_no_power_of_two_is_refused() {
        assert_eq!(
            error(|image| image.programs[TEXT].align = 0x1800),
            "segment 0 has the alignment 0x1800, which is not a power of two"
        );
    }

    #[test]
    fn an_alignment_of_zero_is_none() {
        assert!(
            !image(|image| image.programs[TEXT].align = 0)
                .segments
                .is_empty()
        );
    }

    #[test]
    fn a_segment_whose_place_contradicts_its_alignment_is_refused() {
        assert_eq!(
            error(|image| image.programs[TEXT].align = 0x10_0000),
            "segment 0 is misaligned: address 0x100000 and file offset 0x1000 differ modulo \
             0x100000"
        );
    }

    #[test]
    fn a_segment_that_is_writable_and_executable_is_refused() {
        assert_eq!(
            error(|image| image.programs[TEXT].flags = R | W | X),
            "segment 0 is both writable and executable"
        );
    }

    #[test]
    fn segments_in_descending_order_are_refused() {
        assert_eq!(
            error(|image| image.programs.swap(TEXT, DATA)),
            "segment 1 lies below segment 0, segments must be in ascending order"
        );
    }

    #[test]
    fn overlapping_segments_are_refused() {
        assert_eq!(
            error(|image| image.programs[TEXT].zeros = 0x1000),
            "segment 1 overlaps segment 0"
        );
    }

    #[test]
    fn a_segment_within_another_is_refused() {
        assert_eq!(
            error(|image| image.programs[DATA].zeros = 0x10_0000),
            "segment 2 overlaps segment 1"
        );
    }

    #[test]
    fn segments_at_one_address_are_refused() {
        assert_eq!(
            error(|image| image.programs[DATA].address = 0x10_0000),
            "segment 1 overlaps segment 0"
        );
    }

    #[test]
    fn segments_that_share_a_page_are_refused() {
        assert_eq!(
            error(|image| image.programs[DATA].address = 0x10_0010),
            "segment 1 shares the page at 0x100000 with segment 0"
        );
    }

    #[test]
    fn an_entry_point_in_data_is_refused() {
        assert_eq!(
            error(|image| image.entry = 0x10_1000),
            "entry point 0x101000 is not in an executable segment"
        );
    }

    #[test]
    fn an_entry_point_after_the_last_byte_of_text_is_refused() {
        assert_eq!(
            error(|image| image.entry = 0x10_0010),
            "entry point 0x100010 is not in an executable segment"
        );
    }

    #[test]
    fn an_entry_point_of_zero_is_refused() {
        assert_eq!(
            error(|image| image.entry = 0),
            "entry point 0x0 is not in an executable segment"
        );
    }
}
