//! Microchip AT24C256C, an EEPROM of 32 KiB on I2C.
//!
//! Source: Microchip AT24C256C data sheet, DS20006270. Section 7 has the writes: pages of 64
//! bytes (7.2), and a write cycle of at most 5 ms in which the chip does not acknowledge its
//! address (7.3). Section 8 has the reads, which go on from the last address.

use std::time::Duration;

use crate::sim::part::{Bus, Kind, NoAcknowledge, Part, Reading};

pub(super) const KIND: Kind = Kind {
    name: "at24c256",
    summary: "Microchip AT24C256C EEPROM of 32 KiB",
    bus: Bus::I2c(&[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57]),
    pins: &[],
    inputs: &[],
    settings: &[],
    make: |_| {
        Box::new(At24c256 {
            cells: vec![ERASED; SIZE],
            address: 0,
            ready: Duration::ZERO,
            writes: 0,
        })
    },
};

/// Size in bytes.
const SIZE: usize = 32 * 1024;

/// Size of a page in bytes.
const PAGE: usize = 64;

/// What cells hold that were never written.
const ERASED: u8 = 0xff;

/// Longest time of a write cycle.
const WRITE_CYCLE: Duration = Duration::from_millis(5);

struct At24c256 {
    cells: Vec<u8>,
    address: usize,
    /// When the last write cycle ends.
    ready: Duration,
    /// How many write cycles there were, which wear the cells.
    writes: u64,
}

impl At24c256 {
    fn acknowledge(&self, now: Duration) -> Result<(), NoAcknowledge> {
        if now < self.ready {
            return Err(NoAcknowledge);
        }
        Ok(())
    }
}

impl Part for At24c256 {
    fn write(&mut self, bytes: &[u8], now: Duration) -> Result<(), NoAcknowledge> {
        self.acknowledge(now)?;
        let [high, low, data @ ..] = bytes else {
            // An address that is not whole: the chip waits for its other half in vain.
            return Ok(());
        };
        // Bit 15 is not looked at (section 6.2).
        self.address = usize::from(u16::from_be_bytes([*high, *low])) % SIZE;
        if data.is_empty() {
            return Ok(());
        }
        // Beyond the end of the page it goes on at its beginning.
        let page = self.address - self.address % PAGE;
        for byte in data {
            self.cells[self.address] = *byte;
            self.address = page + (self.address + 1) % PAGE;
        }
        self.writes += 1;
        self.ready = now + WRITE_CYCLE;
        Ok(())
    }

    fn read(&mut self, into: &mut [u8], now: Duration) -> Result<(), NoAcknowledge> {
        self.acknowledge(now)?;
        for byte in into {
            *byte = self.cells[self.address];
            self.address = (self.address + 1) % SIZE;
        }
        Ok(())
    }

    fn readings(&self) -> Vec<Reading> {
        let used = self.cells.iter().filter(|cell| **cell != ERASED).count();
        vec![
            Reading::number("writes", self.writes as f64, ""),
            Reading::number("used", used as f64, ""),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, KIND, NoAcknowledge, Part, WRITE_CYCLE};

    fn read<const N: usize>(part: &mut dyn Part, address: u16, now: Duration) -> [u8; N] {
        let mut bytes = [0; N];
        part.write(&address.to_be_bytes(), now).unwrap();
        part.read(&mut bytes, now).unwrap();
        bytes
    }

    #[test]
    fn what_was_written_is_read_after_the_write_cycle() {
        let mut part = (KIND.make)(&[]);
        part.write(&[0x12, 0x34, b'o', b'k'], Duration::ZERO)
            .unwrap();
        let during = WRITE_CYCLE - Duration::from_nanos(1);
        assert_eq!(part.write(&[0, 0], during), Err(NoAcknowledge));
        assert_eq!(part.read(&mut [0], during), Err(NoAcknowledge));
        assert_eq!(read(&mut *part, 0x1234, WRITE_CYCLE), *b"ok\xff");
    }

    #[test]
    fn a_write_beyond_its_page_goes_on_at_the_page_s_beginning() {
        let mut part = (KIND.make)(&[]);
        part.write(&[0x00, 0x3f, 1, 2], Duration::ZERO).unwrap();
        assert_eq!(read(&mut *part, 0x3f, WRITE_CYCLE), [1, 0xff]);
        assert_eq!(read(&mut *part, 0x00, WRITE_CYCLE), [2]);
    }

    #[test]
    fn a_read_goes_on_at_the_first_byte_after_the_last() {
        let mut part = (KIND.make)(&[]);
        part.write(&[0, 0, 7], Duration::ZERO).unwrap();
        assert_eq!(read(&mut *part, 0x7fff, WRITE_CYCLE), [0xff, 7]);
    }
}
