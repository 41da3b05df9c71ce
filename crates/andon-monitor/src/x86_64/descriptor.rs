//! Descriptor tables and the descriptors that matter in 64-bit mode, read from the guest.
//!
//! Source: SDM volume 3A, sections 3.5.1 (tables), 8.2.3 (TSS descriptor), 8.7 (TSS) and
//! 6.14.1 (gates).

use crate::memory::{Gpa, GuestMemory};

use super::address::is_canonical;

/// Type of a system descriptor: 64-bit TSS, available.
const TYPE_TSS: u8 = 0x9;
/// Type of a gate: 64-bit interrupt gate, which clears the interrupt flag.
const TYPE_INTERRUPT_GATE: u8 = 0xe;
/// Type of a gate: 64-bit trap gate.
const TYPE_TRAP_GATE: u8 = 0xf;

/// A table in guest memory, as `lgdt`, `lidt` or `ltr` loaded it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DescriptorTable {
    base: u64,
    /// Offset of the last byte.
    limit: u32,
}

impl DescriptorTable {
    /// The table that an operand of `lgdt` or `lidt` names; none where its address is not
    /// canonical.
    pub(super) fn from_operand(bytes: [u8; 10]) -> Option<Self> {
        let [l0, l1, base @ ..] = bytes;
        let base = u64::from_le_bytes(base);
        is_canonical(base).then_some(Self {
            base,
            limit: u16::from_le_bytes([l0, l1]).into(),
        })
    }

    /// Bytes of the table; none where they leave it or the guest cannot read them.
    fn read<const N: usize>(&self, memory: &GuestMemory, offset: u64) -> Option<[u8; N]> {
        let last = offset.checked_add(N as u64 - 1)?;
        if last > self.limit.into() {
            return None;
        }
        let address = self.base.checked_add(offset)?;
        memory.read_array(Gpa(address)).ok()
    }

    /// The 64-bit TSS that `selector` names in this global table; none where there is no
    /// such descriptor or it is not present.
    pub(super) fn task(&self, memory: &GuestMemory, selector: u16) -> Option<Self> {
        // The null selector and the (here absent) local table are refused.
        if selector < 8 || selector & 4 != 0 {
            return None;
        }
        let d: [u8; 16] = self.read(memory, (selector & !7).into())?;
        let present = d[5] & 0x80 != 0;
        let fine = d[6] & 0x80 != 0;
        if !present || d[5] & 0x1f != TYPE_TSS {
            return None;
        }
        let base = u64::from_le_bytes([d[2], d[3], d[4], d[7], d[8], d[9], d[10], d[11]]);
        let limit = u32::from_le_bytes([d[0], d[1], d[6] & 0xf, 0]);
        is_canonical(base).then_some(Self {
            base,
            limit: if fine { limit << 12 | 0xfff } else { limit },
        })
    }

    /// The stack that this TSS has for an interrupt stack table index of 1 to 7.
    pub(super) fn interrupt_stack(&self, memory: &GuestMemory, index: u8) -> Option<u64> {
        let offset = 0x24 + u64::from(index.checked_sub(1)?) * 8;
        Some(u64::from_le_bytes(self.read(memory, offset)?))
    }

    /// The gate that this interrupt table has for `vector`; none where it is absent or
    /// could not be used.
    pub(super) fn gate(&self, memory: &GuestMemory, vector: u8) -> Option<Gate> {
        let d: [u8; 16] = self.read(memory, u64::from(vector) * 16)?;
        let gate = Gate {
            handler: u64::from_le_bytes([d[0], d[1], d[6], d[7], d[8], d[9], d[10], d[11]]),
            selector: u16::from_le_bytes([d[2], d[3]]),
            stack: d[4] & 7,
            masks_interrupts: d[5] & 0x1f == TYPE_INTERRUPT_GATE,
        };
        let present = d[5] & 0x80 != 0;
        let known = matches!(d[5] & 0x1f, TYPE_INTERRUPT_GATE | TYPE_TRAP_GATE);
        (present && known && gate.selector >= 8).then_some(gate)
    }
}

/// A gate of the interrupt descriptor table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gate {
    /// Address of the handler; any value.
    pub(super) handler: u64,
    /// Selector of the handler's code segment, not null.
    pub(super) selector: u16,
    /// Index in the interrupt stack table; zero where the handler runs on the stack as it
    /// is.
    pub(super) stack: u8,
    /// Whether the handler runs with interrupts disabled.
    pub(super) masks_interrupts: bool,
}
