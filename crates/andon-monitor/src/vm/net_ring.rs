//! The shared network ring of a guest that may have one.

use std::io;
use std::sync::Arc;

use andon_abi::solo5::GUEST_MAX_MEMORY;

use super::StartError;
use crate::device::Properties;
use crate::dispatch::SharedDevices;
use crate::load::RING_SIZE;
use crate::memory::{Gpa, GuestMemory, PAGE_SIZE};
use crate::ring::{Ring, Server};
use crate::vcpu::Interrupter;

/// A ring is offered to a guest with a network device.
pub(super) fn is_offered(attached: &[Option<Properties>]) -> bool {
    let is_net = |device: &Option<_>| matches!(device, Some(Properties::Net { .. }));
    attached.iter().any(is_net)
}

/// Size in bytes of the memory that the guest is told of, where it is to have `size`: whole
/// pages, behind which a ring has room below 4 GiB.
pub(super) fn memory_size(size: u64, ring: bool) -> u64 {
    let whole = size - size % PAGE_SIZE;
    if ring {
        whole.min(GUEST_MAX_MEMORY - RING_SIZE)
    } else {
        whole
    }
}

/// Starts to serve the ring at `base`.
pub(super) fn serve(
    memory: &GuestMemory,
    base: Gpa,
    devices: SharedDevices,
    interrupter: Arc<dyn Interrupter>,
) -> Result<Server, StartError> {
    let view = memory.view();
    let view = view.map_err(|error| StartError::Ring(io::Error::other(error)))?;
    Server::start(Ring::new(view, base, devices), interrupter).map_err(StartError::Ring)
}

#[cfg(test)]
mod tests {
    use super::{is_offered, memory_size};
    use crate::device::Properties;
    use crate::load::RING_SIZE;

    #[test]
    fn a_guest_with_a_network_device_is_offered_a_ring() {
        let lan = Properties::Net {
            mac: [2; 6],
            mtu: 1500,
        };
        let disk = Properties::Block {
            capacity: 512,
            sector_size: 512,
        };
        assert!(is_offered(&[None, Some(disk), Some(lan)]));
        assert!(!is_offered(&[None, Some(disk)]));
    }

    #[test]
    fn the_ring_has_room_below_four_gigabytes() {
        assert_eq!(memory_size(0x20_0fff, true), 0x20_0000);
        assert_eq!(memory_size(1 << 32, true), (1 << 32) - RING_SIZE);
        assert_eq!(memory_size(1 << 32, false), 1 << 32);
    }
}
