//! The real descriptor tables: segments for two rings, one gate for each exception, and a
//! TSS that opens the ports of hypercalls and of the network ring's kick.
//!
//! Source: SDM volume 3A, sections 3.4.5 (segment descriptors), 6.14 (interrupt handling),
//! 8.2.3 and 8.7 (TSS); volume 1, section 19.5.2 (I/O permission bit map).

use andon_abi::solo5::{HYPERCALL_PORT_BASE, RING_KICK_PORT};

/// Vectors that have a gate: all that the CPU raises by itself.
pub(super) const VECTORS: u8 = 32;

/// Selector of the stubs' code segment.
pub(super) const MONITOR_CODE: u16 = 0x08;
/// Selector of the guest's data segments.
pub(super) const GUEST_DATA: u16 = 0x18 | 3;
/// Selector of the guest's code segment.
pub(super) const GUEST_CODE: u16 = 0x20 | 3;
/// Selector of the TSS.
pub(super) const TASK: u16 = 0x28;

/// Offset of the global descriptor table in the page.
pub(super) const GLOBAL: usize = 0;
/// Size of the global descriptor table.
pub(super) const GLOBAL_SIZE: usize = 7 * 8;
/// Offset of the interrupt descriptor table in the page.
pub(super) const INTERRUPT: usize = 0x100;
/// Size of the interrupt descriptor table.
pub(super) const INTERRUPT_SIZE: usize = VECTORS as usize * 16;
/// Offset of the TSS in the page.
pub(super) const TSS: usize = 0x400;
/// Size of the TSS with its I/O permission bit map.
pub(super) const TSS_SIZE: usize = PORT_MAP + PORT_MAP_SIZE;

/// Offset of the I/O permission bit map in the TSS.
const PORT_MAP: usize = 0x68;
/// An `out` of 32 bits wants the bits of four ports to be clear.
const LAST_OPEN_PORT: usize = RING_KICK_PORT as usize + 3;
/// Up to the last open port, and the byte of ones that ends the map.
const PORT_MAP_SIZE: usize = LAST_OPEN_PORT / 8 + 2;

const _: () = assert!(INTERRUPT >= GLOBAL + GLOBAL_SIZE);
const _: () = assert!(TSS >= INTERRUPT + INTERRUPT_SIZE);
const _: () = assert!(TSS + TSS_SIZE <= 4096);
const _: () = assert!(LAST_OPEN_PORT / 8 < PORT_MAP_SIZE - 1);

/// Vectors that a guest may raise by `int3` and `into`.
const SOFTWARE_VECTORS: [u8; 2] = [3, 4];

/// Where the tables and what they lead to lie, by linear address.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places {
    /// The page of tables.
    pub(super) tables: u64,
    /// The first stub.
    pub(super) stubs: u64,
    /// End of the stubs' stack.
    pub(super) stack: u64,
}

/// The page of tables.
pub(super) fn page(places: &Places) -> [u8; 4096] {
    let mut page = [0; 4096];
    let mut put = |at: usize, bytes: &[u8]| page[at..at + bytes.len()].copy_from_slice(bytes);
    for (index, descriptor) in global(places.tables + TSS as u64).into_iter().enumerate() {
        put(GLOBAL + index * 8, &descriptor.to_le_bytes());
    }
    for vector in 0..VECTORS {
        let gate = gate(vector, super::stub::address(places.stubs, vector));
        put(INTERRUPT + usize::from(vector) * 16, &gate.to_le_bytes());
    }
    put(TSS, &task(places.stack));
    page
}

/// Code and data of ring 0, data and code of ring 3, and the TSS, in the order of the
/// selectors. None of ring 3 is a 32-bit code segment. The CPU finds all marked as accessed
/// and the TSS as busy, and has nothing to write.
fn global(task: u64) -> [u64; 7] {
    let limit = TSS_SIZE as u64 - 1;
    [
        0,
        0x00af_9b00_0000_ffff,
        0x00cf_9300_0000_ffff,
        0x00cf_f300_0000_ffff,
        0x00af_fb00_0000_ffff,
        limit | (task & 0xff_ffff) << 16 | 0x8b << 40 | (task >> 24 & 0xff) << 56,
        task >> 32,
    ]
}

/// An interrupt gate that switches to the first interrupt stack.
fn gate(vector: u8, handler: u64) -> u128 {
    let ring: u64 = if SOFTWARE_VECTORS.contains(&vector) {
        3
    } else {
        0
    };
    let low = handler & 0xffff
        | u64::from(MONITOR_CODE) << 16
        | 1 << 32
        | (0x8e | ring << 5) << 40
        | (handler >> 16 & 0xffff) << 48;
    u128::from(low) | u128::from(handler >> 32) << 64
}

/// The TSS: one interrupt stack, and the ports that are open.
fn task(stack: u64) -> [u8; TSS_SIZE] {
    let mut tss = [0; TSS_SIZE];
    tss[0x24..0x2c].copy_from_slice(&stack.to_le_bytes());
    tss[0x66] = PORT_MAP as u8;
    let map = &mut tss[PORT_MAP..];
    map.fill(0xff);
    for port in usize::from(HYPERCALL_PORT_BASE)..=LAST_OPEN_PORT {
        map[port / 8] &= !(1 << (port % 8));
    }
    tss
}

#[cfg(test)]
mod tests {
    use super::{PORT_MAP, gate, task};

    fn is_open(port: usize) -> bool {
        task(0)[PORT_MAP + port / 8] & 1 << (port % 8) == 0
    }

    #[test]
    fn the_ports_of_hypercalls_are_open_and_their_neighbours_are_not() {
        assert!(!is_open(0x4ff));
        assert!(is_open(0x500));
        assert!(is_open(0x600));
        assert!(!is_open(0x604));
    }

    #[test]
    fn the_ports_of_the_stubs_are_closed() {
        assert!((0..32).all(|port| !is_open(port)));
    }

    #[test]
    fn the_port_map_ends_with_a_byte_of_ones() {
        assert_eq!(task(0).last(), Some(&0xff));
    }

    #[test]
    fn a_gate_holds_its_handler_and_its_ring() {
        let handler = 0xffff_8000_1234_5670;
        let bytes = gate(3, handler).to_le_bytes();
        assert_eq!(bytes[..2], [0x70, 0x56]);
        assert_eq!(bytes[6..12], [0x34, 0x12, 0x00, 0x80, 0xff, 0xff]);
        assert_eq!(bytes[5], 0xee);
        assert_eq!(gate(14, handler).to_le_bytes()[5], 0x8e);
    }
}
