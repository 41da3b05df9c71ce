//! The calls that led to where a guest is, read from its stack.
//!
//! A guest built with frame pointers has a chain of frames, which is followed. Where it does
//! not hold to its end, every word of the stack that looks like a return address counts.
//! All of it is the guest's claim: the walk is bounded, and decides nothing.

use crate::memory::{Gpa, GuestMemory};

/// Most frames that are shown.
const MAX_FRAMES: usize = 32;

/// How much of the stack is searched, in words of 8 bytes.
const MAX_WORDS: u64 = 2048;

/// Where a guest is, as far as a walk needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Address of the instruction.
    pub pc: u64,
    /// Stack pointer.
    pub sp: u64,
    /// Frame pointer: where the caller's frame pointer and the return address lie.
    pub fp: u64,
}

/// Where the guest is and the calls that led there, the innermost first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backtrace {
    /// The frames; at most 32.
    pub frames: Vec<Frame>,
    /// Whether there are more frames than are given.
    pub is_cut_off: bool,
}

/// One function that was called and has not returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Address in the function: of the instruction in the innermost, else the last byte of
    /// the call.
    pub address: u64,
    /// Whether this is a guess: a word of the stack that looks like a return address.
    pub is_guess: bool,
}

impl Backtrace {
    /// Reads the stack of a guest that is at `position`.
    pub fn of(position: Position, memory: &GuestMemory) -> Self {
        let here = Frame {
            address: position.pc,
            is_guess: false,
        };
        let callers = chain(position, memory).unwrap_or_else(|| guesses(position.sp, memory));
        let mut frames: Vec<_> = [here].into_iter().chain(callers).collect();
        let is_cut_off = frames.len() > MAX_FRAMES;
        frames.truncate(MAX_FRAMES);
        Self { frames, is_cut_off }
    }
}

/// The callers by the chain of frames; `None` where the chain breaks off before its end,
/// which is a frame pointer of zero.
fn chain(position: Position, memory: &GuestMemory) -> Option<Vec<Frame>> {
    let mut callers: Vec<_> = missed_call(position, memory).into_iter().collect();
    let (mut fp, mut floor) = (position.fp, position.sp);
    while fp != 0 && callers.len() < MAX_FRAMES {
        if fp < floor || !fp.is_multiple_of(8) {
            return None;
        }
        let return_address = word(memory, fp.checked_add(8)?)?;
        callers.push(caller(memory, return_address, false)?);
        floor = fp.checked_add(16)?;
        fp = word(memory, fp)?;
    }
    (!callers.is_empty()).then_some(callers)
}

/// The call that led to an address without code, where no function could make a frame.
fn missed_call(position: Position, memory: &GuestMemory) -> Option<Frame> {
    if is_code(memory, position.pc) {
        return None;
    }
    caller(memory, word(memory, position.sp)?, false)
}

/// Every word from `sp` upward that looks like a return address.
fn guesses(sp: u64, memory: &GuestMemory) -> Vec<Frame> {
    let start = sp & !7;
    (0..MAX_WORDS)
        .map_while(|index| word(memory, start.checked_add(index * 8)?))
        .filter_map(|word| caller(memory, word, true))
        .take(MAX_FRAMES)
        .collect()
}

/// The frame of a function with this return address, where a call may precede it.
fn caller(memory: &GuestMemory, return_address: u64, is_guess: bool) -> Option<Frame> {
    let address = return_address.checked_sub(1)?;
    let is_caller = is_code(memory, address) && follows_call(memory, return_address);
    is_caller.then_some(Frame { address, is_guess })
}

fn is_code(memory: &GuestMemory, address: u64) -> bool {
    memory
        .region_at(address)
        .is_some_and(|region| region.access.execute)
}

fn word(memory: &GuestMemory, address: u64) -> Option<u64> {
    Some(u64::from_le_bytes(memory.read_array(Gpa(address)).ok()?))
}

/// Longest call that is recognised: a call through memory with an index, a displacement and
/// a prefix.
#[cfg(target_arch = "x86_64")]
const LONGEST_CALL: usize = 8;

/// Whether the instruction before `address` can be a call: E8 with a displacement, or FF /2
/// (SDM volume 2A, CALL). Instructions cannot be decoded backwards, so each length is tried.
#[cfg(target_arch = "x86_64")]
fn follows_call(memory: &GuestMemory, address: u64) -> bool {
    let mut before = [0; LONGEST_CALL];
    let start = address.saturating_sub(LONGEST_CALL as u64);
    if memory.fetch(Gpa(start), &mut before) < LONGEST_CALL {
        return false;
    }
    let is_indirect = |length: usize| match before[LONGEST_CALL - length..] {
        [0xff, modrm, ..] => modrm >> 3 & 7 == 2,
        _ => false,
    };
    before[LONGEST_CALL - 5] == 0xe8 || [2, 3, 4, 6, 7].into_iter().any(is_indirect)
}

/// Whether the instruction before `address` can be a call: BL or BLR (Arm ARM, C6.2).
#[cfg(target_arch = "aarch64")]
fn follows_call(memory: &GuestMemory, address: u64) -> bool {
    let mut before = [0; 4];
    let start = address.saturating_sub(4);
    if memory.fetch(Gpa(start), &mut before) < before.len() {
        return false;
    }
    let instruction = u32::from_le_bytes(before);
    instruction >> 26 == 0b10_0101 || instruction & 0xffff_fc1f == 0xd63f_0000
}

#[cfg(test)]
#[cfg(target_arch = "x86_64")]
mod tests {
    use super::{Backtrace, MAX_FRAMES, Position};
    use crate::memory::{Access, Gpa, GuestMemory, Region, RegionKind};

    const CODE: u64 = 0x10_0000;
    const STACK: u64 = 0x10_2000;
    const END: u64 = 0x10_4000;

    /// Code made of calls, `call` at each multiple of 8, and a stack of these words.
    fn memory(stack: &[u64]) -> GuestMemory {
        let mut memory = GuestMemory::new(END).unwrap();
        let execute = Access {
            read: true,
            write: false,
            execute: true,
        };
        for (start, end, access) in [
            (CODE, CODE + 0x1000, execute),
            (STACK, END, Access::READ_WRITE),
        ] {
            memory.add_region(Region {
                start,
                end,
                access,
                kind: RegionKind::Segment(0),
            });
        }
        let calls = [0x90, 0x90, 0x90, 0xe8, 1, 0, 0, 0].repeat(64);
        memory.load(Gpa(CODE), &calls).unwrap();
        let words: Vec<_> = stack.iter().flat_map(|word| word.to_le_bytes()).collect();
        memory.load(Gpa(STACK), &words).unwrap();
        memory
    }

    fn addresses(stack: &[u64], fp: u64) -> Vec<(u64, bool)> {
        let position = Position {
            pc: CODE + 4,
            sp: STACK,
            fp,
        };
        let backtrace = Backtrace::of(position, &memory(stack));
        let frames = backtrace.frames.iter();
        frames
            .map(|frame| (frame.address - CODE, frame.is_guess))
            .collect()
    }

    #[test]
    fn a_chain_of_frames_is_followed_to_its_end() {
        let stack = [STACK + 32, CODE + 8, 7, CODE + 24, 0, CODE + 16];
        let expected = [(4, false), (7, false), (15, false)];
        assert_eq!(addresses(&stack, STACK), expected);
    }

    #[test]
    fn where_the_chain_breaks_off_return_addresses_are_guessed() {
        let stack = [1, CODE + 8, 7, CODE + 9, CODE + 16];
        let expected = [(4, false), (7, true), (15, true)];
        assert_eq!(addresses(&stack, 77), expected);
    }

    #[test]
    fn a_chain_that_goes_in_circles_is_not_followed() {
        let stack = [STACK, CODE + 8];
        assert_eq!(addresses(&stack, STACK), [(4, false), (7, true)]);
    }

    #[test]
    fn a_frame_pointer_at_the_end_of_the_address_space_is_not_followed() {
        assert_eq!(addresses(&[], u64::MAX - 7), [(4, false)]);
    }

    #[test]
    fn a_call_to_nowhere_is_found_on_the_stack() {
        let position = Position {
            pc: 0,
            sp: STACK,
            fp: STACK + 8,
        };
        let stack = [CODE + 8, 0, CODE + 16];
        let backtrace = Backtrace::of(position, &memory(&stack));
        let frames = backtrace.frames.iter().map(|frame| frame.address);
        assert_eq!(frames.collect::<Vec<_>>(), [0, CODE + 7, CODE + 15]);
    }

    #[test]
    fn a_deep_chain_is_cut_off() {
        let stack: Vec<_> = (1..200)
            .flat_map(|frame| [STACK + 16 * frame, CODE + 8])
            .collect();
        let position = Position {
            pc: CODE,
            sp: STACK,
            fp: STACK,
        };
        let backtrace = Backtrace::of(position, &memory(&stack));
        assert_eq!(
            (backtrace.frames.len(), backtrace.is_cut_off),
            (MAX_FRAMES, true)
        );
    }

    #[test]
    fn an_indirect_call_is_a_call() {
        let mut memory = memory(&[CODE + 0x802]);
        // call rax
        memory.load(Gpa(CODE + 0x800), &[0xff, 0xd0]).unwrap();
        let position = Position {
            pc: CODE,
            sp: STACK,
            fp: 77,
        };
        assert_eq!(
            Backtrace::of(position, &memory).frames[1].address,
            CODE + 0x801
        );
    }
}
