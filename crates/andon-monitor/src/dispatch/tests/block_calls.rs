use andon_abi::call::{BLOCK_READ, BLOCK_WRITE};
use andon_abi::solo5::Block;

use super::*;

#[test]
fn sectors_go_from_guest_memory_to_the_disk_and_back() {
    let disk = disk();
    let mut bench = Bench::disk(&disk);
    bench.memory.write(Gpa(DATA), &[7; 1024]).unwrap();
    assert_eq!(
        bench.block_result(BLOCK_WRITE, sectors(512, DATA, 1024)),
        OK
    );
    assert_eq!(disk.content()[510..514], [0, 0, 7, 7]);
    let back = sectors(1024, 0x8000, 512);
    assert_eq!(bench.block_result(BLOCK_READ, back), OK);
    assert_eq!(bench.memory.read_array(Gpa(0x8000)).unwrap(), [7; 512]);
}

#[test]
fn the_largest_call_is_64_kib() {
    let mut bench = Bench::disk(&disk());
    assert_eq!(
        bench.block_result(BLOCK_READ, sectors(0, DATA, 0x1_0000)),
        OK
    );
    let more = sectors(0, DATA, 0x1_0200);
    assert_eq!(bench.block_result(BLOCK_READ, more), INVALID);
    assert_eq!(bench.block_result(BLOCK_WRITE, more), INVALID);
}

#[test]
fn what_the_device_refuses_is_an_invalid_argument() {
    let mut bench = Bench::disk(&disk());
    let beyond = sectors(1 << 20, DATA, 512);
    let reserved = Block {
        handle: 0,
        ..sectors(0, DATA, 512)
    };
    assert_eq!(bench.block_result(BLOCK_READ, beyond), INVALID);
    assert_eq!(bench.block_result(BLOCK_READ, sectors(0, DATA, 0)), INVALID);
    assert_eq!(bench.block_result(BLOCK_WRITE, reserved), INVALID);
}

#[test]
fn a_call_to_a_device_of_another_class_is_an_invalid_argument() {
    let mut bench = Bench::net(net::sim::loopback().unwrap());
    assert_eq!(
        bench.block_result(BLOCK_READ, sectors(0, DATA, 512)),
        INVALID
    );
}

#[test]
fn a_failing_host_is_an_unspecified_error_and_no_data() {
    let mut bench = broken();
    assert_eq!(
        bench.block_result(BLOCK_WRITE, sectors(0, DATA, 512)),
        UNSPECIFIED
    );
    assert_eq!(
        bench.block_result(BLOCK_READ, sectors(0, DATA, 512)),
        UNSPECIFIED
    );
    assert_eq!(bench.memory.read_array(Gpa(DATA)).unwrap(), [0; 512]);
}

#[test]
fn data_that_is_not_the_guest_s_memory_is_a_fault() {
    let disk = disk();
    let mut bench = Bench::disk(&disk);
    let outside = sectors(0, END - 511, 512);
    let huge = sectors(0, DATA, u64::MAX);
    assert!(is_claim(&bench.block(BLOCK_WRITE, outside).0));
    assert!(is_claim(&bench.block(BLOCK_READ, outside).0));
    assert!(is_claim(&bench.block(BLOCK_READ, huge).0));
    assert!(disk.content().iter().all(|byte| *byte == 0));
}

#[test]
fn reading_into_read_only_memory_is_a_fault() {
    let mut bench = Bench::disk(&disk());
    assert!(is_claim(
        &bench.block(BLOCK_READ, sectors(0, READ_ONLY, 512)).0
    ));
    let written = bench.block_result(BLOCK_WRITE, sectors(0, READ_ONLY, 512));
    assert_eq!(written, OK);
}

#[test]
fn an_answer_that_cannot_be_written_is_a_fault_and_nothing_is_done() {
    let disk = disk();
    let mut bench = Bench::disk(&disk);
    let write = sectors(0, DATA, 512).to_bytes();
    bench.memory.write(Gpa(DATA), &[7; 512]).unwrap();
    bench.memory.load(Gpa(READ_ONLY), &write).unwrap();
    assert!(is_claim(&bench.call(BLOCK_WRITE, READ_ONLY)));
    assert_eq!(disk.content()[0], 0);
}
