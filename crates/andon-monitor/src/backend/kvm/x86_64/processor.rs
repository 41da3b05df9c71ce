//! The vCPU's first state: 64-bit mode at CPL 3, with all that a program of the host may
//! use too.
//!
//! Source: SDM volume 3A, sections 2.5 (control registers), 2.2.1 (EFER), 3.4.5 (segments).

use kvm_bindings::{CpuId, kvm_dtable, kvm_fpu, kvm_msr_entry, kvm_segment, kvm_sregs, kvm_xcrs};

use super::area::{GLOBAL_TABLE, INTERRUPT_TABLE, PAGE_TABLE_ROOT, SYSTEM_CALL, TASK_STATE};
use super::tables::{GLOBAL_SIZE, GUEST_CODE, GUEST_DATA, INTERRUPT_SIZE, TASK, TSS_SIZE};

/// Protected mode, paging, native floating-point errors; pages that are not writable are
/// not for the stubs either; alignment is checked where the guest asks for it.
const CR0: u64 = CR0_PE | CR0_MP | CR0_ET | CR0_NE | CR0_WP | CR0_AM | CR0_PG;
const CR0_PE: u64 = 1 << 0;
const CR0_MP: u64 = 1 << 1;
const CR0_ET: u64 = 1 << 4;
const CR0_NE: u64 = 1 << 5;
const CR0_WP: u64 = 1 << 16;
const CR0_AM: u64 = 1 << 18;
const CR0_PG: u64 = 1 << 31;

const CR4_PAE: u64 = 1 << 5;
const CR4_OSFXSR: u64 = 1 << 9;
const CR4_OSXMMEXCPT: u64 = 1 << 10;
const CR4_FSGSBASE: u64 = 1 << 16;
const CR4_OSXSAVE: u64 = 1 << 18;

/// Long mode, no-execute pages. System calls stay disabled.
const EFER: u64 = EFER_LME | EFER_LMA | EFER_NXE;
const EFER_LME: u64 = 1 << 8;
const EFER_LMA: u64 = 1 << 10;
const EFER_NXE: u64 = 1 << 11;

/// The model-specific register with the address that `syscall` goes to.
const LSTAR: u32 = 0xc000_0082;

/// Register state that needs no permission of the kernel: x87, SSE, AVX, AVX-512.
const ORDINARY_STATE: u64 = 0b1110_0111;

/// What of the CPU the guest may use, by CPUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Features {
    fs_gs_base: bool,
    /// The register state that `xsave` knows, where there is `xsave`.
    extended_state: Option<u64>,
}

impl Features {
    pub(super) fn of(cpuid: &CpuId) -> Self {
        let leaf = |function, index| {
            let mut entries = cpuid.as_slice().iter();
            entries.find(|entry| (entry.function, entry.index) == (function, index))
        };
        let has_xsave = leaf(1, 0).is_some_and(|leaf| leaf.ecx & 1 << 26 != 0);
        let state = leaf(0xd, 0).map(|leaf| u64::from(leaf.edx) << 32 | u64::from(leaf.eax));
        Self {
            fs_gs_base: leaf(7, 0).is_some_and(|leaf| leaf.ebx & 1 != 0),
            extended_state: state.filter(|_| has_xsave),
        }
    }

    /// The control register by which `xsave` and AVX are enabled, where they exist.
    pub(super) fn extended_control(&self) -> Option<kvm_xcrs> {
        let mut registers = kvm_xcrs {
            nr_xcrs: 1,
            ..kvm_xcrs::default()
        };
        registers.xcrs[0].value = self.extended_state? & ORDINARY_STATE;
        Some(registers)
    }

    fn cr4(self) -> u64 {
        let mut cr4 = CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT;
        if self.fs_gs_base {
            cr4 |= CR4_FSGSBASE;
        }
        if self.extended_state.is_some() {
            cr4 |= CR4_OSXSAVE;
        }
        cr4
    }
}

/// Makes the special registers those of the guest's start.
pub(super) fn prepare(registers: &mut kvm_sregs, features: Features, fs_base: u64) {
    registers.cr0 = CR0;
    registers.cr3 = PAGE_TABLE_ROOT;
    registers.cr4 = features.cr4();
    registers.efer = EFER;
    registers.cs = segment(GUEST_CODE, CODE);
    registers.ss = segment(GUEST_DATA, DATA);
    registers.ds = registers.ss;
    registers.es = registers.ss;
    registers.gs = registers.ss;
    registers.fs = registers.ss;
    registers.fs.base = fs_base;
    registers.tr = kvm_segment {
        base: TASK_STATE,
        limit: TSS_SIZE as u32 - 1,
        selector: TASK,
        type_: 0xb,
        present: 1,
        ..kvm_segment::default()
    };
    registers.ldt = kvm_segment {
        unusable: 1,
        ..kvm_segment::default()
    };
    registers.gdt = table(GLOBAL_TABLE, GLOBAL_SIZE);
    registers.idt = table(INTERRUPT_TABLE, INTERRUPT_SIZE);
}

/// The floating-point unit as the System V ABI wants it at the start of a program: all
/// exceptions masked.
pub(super) fn floating_point() -> kvm_fpu {
    kvm_fpu {
        fcw: 0x37f,
        mxcsr: 0x1f80,
        ..kvm_fpu::default()
    }
}

/// Where a system call leads that is performed in spite of EFER.
pub(super) fn system_call_entry() -> kvm_msr_entry {
    kvm_msr_entry {
        index: LSTAR,
        data: SYSTEM_CALL,
        ..kvm_msr_entry::default()
    }
}

/// Type of a segment: code, readable, accessed.
const CODE: u8 = 0xb;
/// Type of a segment: data, writable, accessed.
const DATA: u8 = 0x3;

/// A flat segment of ring 3.
fn segment(selector: u16, kind: u8) -> kvm_segment {
    let is_code = u8::from(kind == CODE);
    kvm_segment {
        base: 0,
        limit: u32::MAX,
        selector,
        type_: kind,
        present: 1,
        dpl: 3,
        db: 1 - is_code,
        s: 1,
        l: is_code,
        g: 1,
        ..kvm_segment::default()
    }
}

fn table(base: u64, size: usize) -> kvm_dtable {
    kvm_dtable {
        base,
        limit: size as u16 - 1,
        ..kvm_dtable::default()
    }
}
