//! An image that cannot be used is refused with what is wrong in it.

use crate::support::andon::{Ended, andon_in};
use crate::support::broken::{Broken, DYNAMIC, LOAD, NOTE, NOTE_CONTENT, header, program};
use crate::support::guests::image;

/// The architecture that this machine has not, and what is said of its images.
#[cfg(target_arch = "x86_64")]
const OTHER: (u16, &str) = (183, "image is for aarch64, this machine is x86_64");
#[cfg(target_arch = "aarch64")]
const OTHER: (u16, &str) = (62, "image is for x86_64, this machine is aarch64");
const SHARED_OBJECT: u16 = 3;
const PAGE: u64 = 4096;

/// Runs a broken `blink`.
fn run(break_it: impl FnOnce(Broken) -> Broken) -> Ended {
    let folder = tempfile::tempdir().expect("a folder");
    break_it(Broken::new(image("blink"))).write(&folder);
    andon_in(
        folder.path(),
        ["run", "broken.elf", "--sim", "--", "2", "1"],
    )
}

fn refused(what: &str) -> Ended {
    Ended::failed(1, &format!("andon: `broken.elf`: {what}\n"))
}

#[test]
fn an_empty_file_is_refused() {
    assert_eq!(run(|image| image.truncate(0)), refused("not an ELF image"));
}

#[test]
fn a_truncated_header_is_refused() {
    assert_eq!(
        run(|image| image.truncate(40)),
        refused("truncated: the ELF header ends at byte 64, the file has 40 bytes")
    );
}

#[test]
fn a_truncated_segment_is_refused() {
    let whole = Broken::new(image("blink"));
    let notes = whole.program(NOTE, 0);
    let end = whole.u64(notes + program::OFFSET) + whole.u64(notes + program::FILE_SIZE);
    let message = format!("truncated: segment 4 ends at byte {end}, the file has 4096 bytes");
    assert_eq!(run(|image| image.truncate(4096)), refused(&message));
}

#[test]
fn an_image_of_32_bits_is_refused() {
    assert_eq!(
        run(|image| image.put(header::CLASS, [1])),
        refused("not a 64-bit image")
    );
}

#[test]
fn an_image_for_another_kind_of_machine_is_refused() {
    assert_eq!(
        run(|image| image.put(header::MACHINE, 243_u16.to_le_bytes())),
        refused("image is for RISC-V, guests are for x86_64 or aarch64")
    );
}

#[test]
fn an_image_for_the_other_architecture_is_refused() {
    let (machine, refusal) = OTHER;
    assert_eq!(
        run(|image| image.put(header::MACHINE, machine.to_le_bytes())),
        refused(refusal)
    );
}

#[test]
fn an_image_for_another_abi_version_is_refused() {
    let ended = run(|image| {
        let version = image.note(b"ABI1") + NOTE_CONTENT + 4;
        image.put(version, 3_u32.to_le_bytes())
    });
    assert_eq!(
        ended,
        refused("image is for version 3 of the hvt ABI, Andon offers version 2")
    );
}

#[test]
fn an_image_for_another_solo5_target_is_refused() {
    let ended = run(|image| {
        let target = image.note(b"ABI1") + NOTE_CONTENT;
        image.put(target, 2_u32.to_le_bytes())
    });
    assert_eq!(
        ended,
        refused("image is for Solo5's spt, Andon runs images for Solo5's hvt")
    );
}

#[test]
fn a_position_independent_image_is_refused() {
    assert_eq!(
        run(|image| image.put(header::TYPE, SHARED_OBJECT.to_le_bytes())),
        refused("image is position-independent, a guest is linked with -no-pie")
    );
}

#[test]
fn a_dynamically_linked_image_is_refused() {
    let ended = run(|image| {
        let data = image.program(LOAD, 2);
        image.put(data + program::TYPE, DYNAMIC.to_le_bytes())
    });
    assert_eq!(
        ended,
        refused(
            "image is dynamically linked (it has a dynamic section), a guest is linked with \
             -static"
        )
    );
}

#[test]
fn overlapping_segments_are_refused() {
    let ended = run(|image| {
        let first = image.program(LOAD, 0);
        image.put(first + program::MEMORY_SIZE, 0x10_0000_u64.to_le_bytes())
    });
    assert_eq!(ended, refused("segment 1 overlaps segment 0"));
}

#[test]
fn a_segment_below_the_lowest_address_is_refused() {
    let ended = run(|image| {
        let first = image.program(LOAD, 0);
        let below = image.u64(first + program::ADDRESS) % PAGE;
        image.put(first + program::ADDRESS, below.to_le_bytes())
    });
    let image = Broken::new(image("blink"));
    let below = image.u64(image.program(LOAD, 0) + program::ADDRESS) % PAGE;
    assert_eq!(
        ended,
        refused(&format!(
            "segment 0 starts at {below:#x}, the lowest address is 0x100000"
        ))
    );
}

#[test]
fn a_segment_beyond_guest_memory_is_refused() {
    let ended = run(|image| {
        let last = image.program(LOAD, 3);
        image.put(last + program::MEMORY_SIZE, (1_u64 << 32).to_le_bytes())
    });
    let image = Broken::new(image("blink"));
    let start = image.u64(image.program(LOAD, 3) + program::ADDRESS);
    assert_eq!(
        ended,
        refused(&format!(
            "segment 3 has 4294967296 bytes at {start:#x}, guest memory ends at 0x100000000"
        ))
    );
}

#[test]
fn a_writable_and_executable_segment_is_refused() {
    let ended = run(|image| {
        let first = image.program(LOAD, 0);
        image.put(first + program::FLAGS, 7_u32.to_le_bytes())
    });
    assert_eq!(ended, refused("segment 0 is both writable and executable"));
}

#[test]
fn an_entry_outside_the_code_is_refused() {
    assert_eq!(
        run(|image| image.put(header::ENTRY, 0_u64.to_le_bytes())),
        refused("entry point 0x0 is not in an executable segment")
    );
}

#[test]
fn a_note_that_reaches_beyond_its_segment_is_refused() {
    let ended = run(|image| {
        let size = image.note(b"ABI1") + 4;
        image.put(size, 0xffff_u32.to_le_bytes())
    });
    assert_eq!(
        ended,
        refused("the note at offset 0 of segment 4 reaches beyond the segment")
    );
}

#[test]
fn a_note_segment_that_reaches_beyond_the_file_is_refused() {
    let size = image("blink").len();
    let ended = run(|image| {
        let note = image.program(NOTE, 0);
        let image = image.put(note + program::OFFSET, 0_u64.to_le_bytes());
        image.put(note + program::FILE_SIZE, 0xffff_u64.to_le_bytes())
    });
    let message = format!("truncated: segment 4 ends at byte 65535, the file has {size} bytes");
    assert_eq!(ended, refused(&message));
}

#[test]
fn a_device_of_an_unknown_class_is_refused() {
    let ended = run(|image| {
        let class = image.note(b"DEV1") + NOTE_CONTENT + 8 + 68;
        image.put(class, 77_u32.to_le_bytes())
    });
    assert_eq!(
        ended,
        refused(
            "Andon device note: the device led is of the unknown class 77, it needs a newer Andon"
        )
    );
}

#[test]
fn a_program_for_the_host_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let andon = env!("CARGO_BIN_EXE_andon");
    let ended = andon_in(folder.path(), ["run", andon]);
    let message = format!("andon: `{andon}`: image is dynamically linked (interpreter ");
    assert_eq!((ended.status, ended.stdout.as_str()), (1, ""));
    assert!(ended.stderr.starts_with(&message), "{}", ended.stderr);
    assert!(
        ended
            .stderr
            .ends_with("), a guest is linked with -static\n")
    );
}
