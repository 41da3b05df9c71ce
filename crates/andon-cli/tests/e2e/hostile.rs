//! A guest that breaks the contract ends in a fault that names what it did, and nothing
//! else comes of it. What the monitor has an answer for is answered.
//!
//! Addresses in the image differ from build to build and stand as `IMAGE` here.

use crate::support::andon::{Ended, andon};
use crate::support::guests::guest;

/// Where images are loaded; the hostile guest is smaller than this range.
const IMAGE: std::ops::Range<u64> = 0x10_0000..0x20_0000;

/// Runs one behaviour, with two simulated devices.
fn behave(name: &str, options: &[&str]) -> Ended {
    let image = guest("hostile");
    let image = image.to_str().expect("a path of text");
    let common = ["run", image, "--sim", "--timeout", "10s"];
    andon([&common, options, &["--", name]].concat())
}

/// The fault that a behaviour ends in.
fn fault(name: &str) -> String {
    fault_of(&behave(name, &[]))
}

/// The fault that a behaviour in a process ends in.
#[cfg(target_arch = "x86_64")]
fn fault_in_process(name: &str) -> String {
    fault_of(&behave(name, &["--backend", "process"]))
}

fn fault_of(ended: &Ended) -> String {
    assert_eq!(
        (ended.status, ended.stdout.as_str()),
        (70, ""),
        "{}",
        ended.stderr
    );
    let first = ended.stderr.lines().next().unwrap_or_default();
    let fault = first
        .strip_prefix("andon: guest fault: ")
        .expect("a fault comes first");
    let words = fault.split(' ').map(without_address);
    words.collect::<Vec<_>>().join(" ")
}

/// Replaces an address in the image; keeps the punctuation behind it.
fn without_address(word: &str) -> String {
    let digits = word.strip_prefix("0x").unwrap_or_default();
    let digits = digits.trim_end_matches([',', ':']);
    match u64::from_str_radix(digits, 16) {
        Ok(address) if IMAGE.contains(&address) => word.replace(&format!("0x{digits}"), "IMAGE"),
        _ => word.to_owned(),
    }
}

/// Declares tests: the test's name, the behaviour's name, the fault.
macro_rules! faults {
    ($($test:ident: $behaviour:literal => $fault:literal;)*) => {$(
        #[test]
        fn $test() {
            assert_eq!(fault($behaviour), $fault);
        }
    )*};
}

mod memory {
    use super::fault;

    faults! {
        reading_the_null_page: "read-null" => "reading 0x0, the null page, at IMAGE";
        calling_null: "jump-null" => "executing 0x0, the null page, at 0x0";
        writing_the_null_page: "write" => "writing 0x0, the null page, at IMAGE";
        reading_beyond_memory:
            "read-beyond-memory" => "reading 0x1000000, beyond the guest's memory, at IMAGE";
        writing_the_boot_information:
            "write-boot-info" => "writing 0x10000, in the boot information (r--), at IMAGE";
        writing_constants: "write-rodata" => "writing IMAGE, in segment 1 (r--), at IMAGE";
        writing_code: "write-text" => "writing IMAGE, in segment 0 (r-x), at IMAGE";
        executing_constants:
            "execute-rodata" => "executing IMAGE, in segment 1 (r--), at IMAGE";
        executing_data: "execute-data" => "executing IMAGE, in segment 3 (rw-), at IMAGE";
        executing_the_stack: "execute-stack" => "executing IMAGE, in segment 2 (rw-), at IMAGE";
        executing_the_heap:
            "execute-heap" => "executing 0xffe000, in the heap (rw-), at 0xffe000";
        overflowing_the_stack: "stack-overflow" => "writing IMAGE, in a guard page, at IMAGE";
    }
}

mod hypercalls {
    use super::fault;

    faults! {
        hypercall_zero: "call-zero" => "unknown hypercall 0";
        a_hypercall_between_solo5s_and_ours: "call-unknown" => "unknown hypercall 63";
        a_hypercall_beyond_the_last: "call-beyond" => "unknown hypercall 256";
        a_block_at_null: "block-null" =>
            "hypercall 1: 8 bytes at 0x0 are not memory that the guest may write";
        a_block_beyond_memory: "block-beyond-memory" =>
            "hypercall 1: 8 bytes at 0x1000000 are not memory that the guest may write";
        a_block_across_the_end_of_memory: "block-across-end" =>
            "hypercall 1: 8 bytes at 0xfffffc are not memory that the guest may write";
        a_block_that_wraps_around: "block-wraps" =>
            "hypercall 1: 8 bytes at 0xfffffffc are not memory that the guest may write";
        a_block_among_constants: "block-in-rodata" =>
            "hypercall 1: 8 bytes at IMAGE are not memory that the guest may write";
        text_beyond_memory: "puts-beyond-memory" =>
            "hypercall 2: 16 bytes at 0xfffff8 are not memory that the guest may read";
        a_halt_cookie_beyond_memory:
            "halt-cookie-beyond-memory" => "hypercall 8: 512 bytes at 0xfffff8 are not memory that the guest may read";
        text_that_wraps_around: "puts-wraps" =>
            "hypercall 2: 16 bytes at 0xfffffffffffffff7 are not memory that the guest may read";
        segments_beyond_the_memory: "request-segments-beyond" =>
            "hypercall 65: 16 bytes at 0xffffffffffffffff are not memory that the guest may read";
        data_beyond_the_memory: "request-segment-beyond" =>
            "hypercall 65: 1 bytes at 0xffffffffffffffff are not memory that the guest may read";
        text_without_end: "puts-endless" =>
            "hypercall 2: 18446744073709551615 bytes at IMAGE are not memory that the guest may read";
    }
}

mod devices {
    use super::behave;
    use crate::support::andon::Ended;

    /// Declares tests: the test's name, the behaviour's name, the status.
    macro_rules! answers {
        ($($test:ident: $behaviour:literal => $status:literal;)*) => {$(
            #[test]
            fn $test() {
                let expected = concat!($behaviour, ": ", $status, "\n");
                assert_eq!(answer($behaviour), Ended::printed(0, expected));
            }
        )*};
    }

    /// What came of a behaviour, without the lines that `--sim` shows.
    fn answer(name: &str) -> Ended {
        Ended {
            stderr: String::new(),
            ..behave(name, &[])
        }
    }

    answers! {
        the_reserved_handle: "gpio-handle-reserved" => "bad argument";
        a_handle_beyond_the_last: "gpio-handle-beyond" => "bad argument";
        an_empty_mask: "gpio-mask-empty" => "bad argument";
        a_mask_beyond_the_last_line: "gpio-mask-beyond" => "bad argument";
        values_beyond_the_mask: "gpio-values-beyond" => "bad argument";
        a_reserved_field: "gpio-reserved" => "bad argument";
        setting_an_input: "gpio-set-input" => "wrong direction";
        a_block_of_another_call: "request-other-number" => "bad argument";
        a_reserved_field_of_a_request: "request-received" => "bad argument";
        too_many_segments: "request-too-many-segments" => "bad argument";
        segments_that_are_none: "request-segments-of-none" => "bad argument";
        an_unknown_flag_of_a_segment: "request-segment-unknown-flag" => "bad argument";
        too_much_data: "request-segment-too-long" => "bad argument";
        a_segment_without_memory: "request-segment-without-memory" => "bad argument";
        data_for_a_line: "gpio-segment" => "bad argument";
        a_block_that_is_not_aligned: "block-unaligned" => "ok";
    }
}

#[cfg(target_arch = "x86_64")]
mod x86_64 {
    use super::fault;

    faults! {
        reading_the_kernel: "read-kernel" =>
            "reading 0xffff800000000000, beyond the guest's memory, at IMAGE";
        reading_the_end_of_the_address_space: "read-high" =>
            "reading 0x7fffffffe000, beyond the guest's memory, at IMAGE";
        reading_a_non_canonical_address: "read-non-canonical" =>
            "general protection (#GP) at IMAGE";
        reading_the_vsyscall_page: "read-vsyscall" =>
            "reading 0xffffffffff600000, beyond the guest's memory, at IMAGE";
        a_halt_instruction: "hlt" => "cpu halted at IMAGE without an exit";
        reading_cr0: "mov-cr0" => "privileged instruction at IMAGE: 0f 20 c0";
        writing_cr3: "mov-cr3" => "privileged instruction at IMAGE: 0f 22 d8";
        writing_dr7: "mov-dr7" => "privileged instruction at IMAGE: 0f 23 f8";
        reading_cr4: "mov-cr4" => "privileged instruction at IMAGE: 0f 20 e0";
        reading_a_model_specific_register: "rdmsr" => "privileged instruction at IMAGE: 0f 32";
        writing_a_model_specific_register: "wrmsr" => "privileged instruction at IMAGE: 0f 30";
        flushing_a_translation: "invlpg" => "privileged instruction at IMAGE: 0f 01 3c 24";
        flushing_the_caches: "wbinvd" => "privileged instruction at IMAGE: 0f 09";
        enabling_cpu_state: "xsetbv" => "privileged instruction at IMAGE: 0f 01 d1";
        reading_a_port: "in-port" => "access to i/o port 0x60 at IMAGE";
        writing_a_port: "out-port" => "access to i/o port 0x80 at IMAGE";
        writing_16_bits_to_a_hypercalls_port:
            "out-port-16" => "access to i/o port 0x501 at IMAGE";
        writing_a_string_to_a_hypercalls_port:
            "outs-port" => "access to i/o port 0x501 at IMAGE";
        dividing_by_zero: "divide" => "divide error (#DE) at IMAGE";
        an_undefined_instruction: "ud2" => "invalid opcode (#UD) at IMAGE";
        a_breakpoint: "int3" => "breakpoint (#BP) at IMAGE";
        a_stack_at_a_non_canonical_address:
            "non-canonical-stack" => "stack-segment fault (#SS) at IMAGE";
        an_in_circuit_breakpoint: "icebp" => "debug exception (#DB) at IMAGE";
        an_unmasked_simd_exception:
            "simd-exception" => "simd floating-point exception (#XM) at IMAGE";
        an_unmasked_x87_exception: "x87-exception" => "x87 floating-point error (#MF) at IMAGE";
        single_stepping_itself: "trap-flag" => "debug exception (#DB) at IMAGE";
        single_stepping_over_a_hypercall:
            "trap-flag-hypercall" => "debug exception (#DB) at IMAGE";
        an_unaligned_access_with_checks_on:
            "alignment-check" => "alignment check (#AC) at IMAGE";
    }
}

/// What only a guest in a process of its own can try, or what a virtual CPU refuses for another
/// reason.
#[cfg(target_arch = "x86_64")]
mod process {
    use super::fault_in_process as fault;

    faults! {
        an_interrupt_without_a_meaning: "int-unknown" => "general protection (#GP) at IMAGE";
        a_system_call: "syscall" => "system call 39 at IMAGE";
        a_system_call_of_another_abi: "syscall-x32" => "system call 1073741863 at IMAGE";
        a_system_call_by_interrupt: "int80" => "system call 20 at IMAGE";
        a_system_call_from_32_bit_code: "code-32-int80" => "system call 20 at IMAGE";
        code_of_32_bits: "code-32" => "execution in 32-bit mode at IMAGE";
        a_hypercall_from_32_bit_code:
            "code-32-hypercall" => "execution in 32-bit mode at IMAGE";
        a_system_call_by_the_vsyscall_page: "vsyscall" => "system call 96 at IMAGE";
        making_a_process: "clone" => "system call 56 at IMAGE";
    }
}
