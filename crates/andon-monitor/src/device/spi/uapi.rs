//! The ioctls of an SPI device's node, with the errno of each as its error.
//!
//! Source: Linux, `include/uapi/linux/spi/spidev.h` and `spi.h`.
#![expect(unsafe_code, reason = "ioctls whose blocks point to buffers")]

use std::fs::File;

use rustix::io::Errno;
use rustix::ioctl::{Direction, Getter, Ioctl, IoctlOutput, Opcode, Setter, ioctl, opcode};

use super::{Settings, Step};

const MAGIC: u8 = b'k';
const WR_BITS_PER_WORD: Opcode = opcode::write::<u8>(MAGIC, 3);
const RD_MAX_SPEED_HZ: Opcode = opcode::read::<u32>(MAGIC, 4);
const WR_MAX_SPEED_HZ: Opcode = opcode::write::<u32>(MAGIC, 4);
const WR_MODE32: Opcode = opcode::write::<u32>(MAGIC, 5);

const SPI_CS_HIGH: u32 = 1 << 2;
const SPI_LSB_FIRST: u32 = 1 << 3;

/// `struct spi_ioc_transfer`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Transfer {
    tx_buf: u64,
    rx_buf: u64,
    len: u32,
    speed_hz: u32,
    delay_usecs: u16,
    bits_per_word: u8,
    cs_change: u8,
    tx_nbits: u8,
    rx_nbits: u8,
    word_delay_usecs: u8,
    pad: u8,
}

const _: () = assert!(size_of::<Transfer>() == 32);

/// Longest wait after one transfer.
const LONGEST_WAIT: u128 = u16::MAX as u128;

/// Sets how bits go over the bus.
pub(super) fn configure(device: &File, settings: &Settings) -> Result<(), Errno> {
    let mut mode = u32::from(settings.mode.number());
    if settings.cs_high {
        mode |= SPI_CS_HIGH;
    }
    if settings.lsb_first {
        mode |= SPI_LSB_FIRST;
    }
    // SAFETY: the kernel reads a u32 for this opcode.
    let mode = unsafe { Setter::<WR_MODE32, u32>::new(mode) };
    // SAFETY: the opcode reads what it is given and writes no memory.
    unsafe { ioctl(device, mode) }?;
    // SAFETY: the kernel reads a u8 for this opcode.
    let bits = unsafe { Setter::<WR_BITS_PER_WORD, u8>::new(settings.bits.number()) };
    // SAFETY: the opcode reads what it is given and writes no memory.
    unsafe { ioctl(device, bits) }?;
    if let Some(speed) = settings.speed {
        // SAFETY: the kernel reads a u32 for this opcode.
        let speed = unsafe { Setter::<WR_MAX_SPEED_HZ, u32>::new(speed) };
        // SAFETY: the opcode reads what it is given and writes no memory.
        unsafe { ioctl(device, speed) }?;
    }
    Ok(())
}

/// The fastest clock in hertz, as the board's description or the last user has it.
pub(super) fn speed(device: &File) -> Result<u32, Errno> {
    // SAFETY: the kernel writes a u32 for this opcode.
    let getter = unsafe { Getter::<RD_MAX_SPEED_HZ, u32>::new() };
    // SAFETY: the opcode reads a setting and changes nothing.
    unsafe { ioctl(device, getter) }
}

/// Performs all steps under one chip select.
pub(super) fn transfer(
    device: &File,
    settings: &Settings,
    steps: &mut [Step<'_>],
) -> Result<(), Errno> {
    let mut transfers = transfers(settings, steps);
    // SAFETY: the kernel reads as many transfers as the opcode's size says. Their addresses
    // are 0 or those of buffers of their lengths, and it writes only to those that are
    // borrowed as mutable.
    unsafe { ioctl(device, Message(&mut transfers)) }
}

/// Steps as the kernel knows them. A delay is that of a transfer of nothing, of whole
/// microseconds, and a long one several of those.
fn transfers(settings: &Settings, steps: &mut [Step<'_>]) -> Vec<Transfer> {
    let mut transfers = Vec::with_capacity(steps.len());
    for step in steps {
        let len = step.length() as u32;
        let (tx_buf, rx_buf) = match step {
            Step::Write(bytes) => (address(bytes), 0),
            Step::Read(room) => (0, address_mut(room)),
            Step::InPlace(bytes) => (address_mut(bytes), address_mut(bytes)),
            Step::Exchange(bytes, room) => (address(bytes), address_mut(room)),
            Step::Delay(time) => {
                transfers.extend(waits(time.as_nanos().div_ceil(1000)));
                continue;
            }
        };
        transfers.push(Transfer {
            tx_buf,
            rx_buf,
            len,
            speed_hz: settings.speed.unwrap_or(0),
            bits_per_word: settings.bits.number(),
            ..Transfer::default()
        });
    }
    transfers
}

fn address(bytes: &[u8]) -> u64 {
    bytes.as_ptr().expose_provenance() as u64
}

fn address_mut(bytes: &mut [u8]) -> u64 {
    bytes.as_mut_ptr().expose_provenance() as u64
}

fn waits(mut microseconds: u128) -> impl Iterator<Item = Transfer> {
    std::iter::from_fn(move || {
        let part = microseconds.min(LONGEST_WAIT);
        microseconds -= part;
        (part > 0).then_some(Transfer {
            delay_usecs: part as u16,
            ..Transfer::default()
        })
    })
}

/// `SPI_IOC_MESSAGE(N)`, whose size is that of all its transfers.
struct Message<'a>(&'a mut [Transfer]);

// SAFETY: the opcode's size is that of the transfers which the pointer leads to, so that the
// kernel reads no more; it writes none of them.
unsafe impl Ioctl for Message<'_> {
    type Output = ();

    const IS_MUTATING: bool = true;

    fn opcode(&self) -> Opcode {
        opcode::from_components(
            Direction::Write,
            MAGIC,
            0,
            size_of_val::<[Transfer]>(self.0),
        )
    }

    fn as_ptr(&mut self) -> *mut std::ffi::c_void {
        self.0.as_mut_ptr().cast()
    }

    unsafe fn output_from_ptr(_: IoctlOutput, _: *mut std::ffi::c_void) -> Result<(), Errno> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::device::spi::{Mode, WordBits};

    const SETTINGS: Settings = Settings {
        speed: Some(500_000),
        mode: Mode::DEFAULT,
        bits: WordBits::BYTE,
        lsb_first: false,
        cs_high: false,
    };

    #[test]
    fn a_step_is_a_transfer_with_the_operator_s_clock() {
        let mut room = [0; 3];
        let transfers = transfers(&SETTINGS, &mut [Step::Read(&mut room)]);
        let expected = Transfer {
            rx_buf: address_mut(&mut room),
            len: 3,
            speed_hz: 500_000,
            bits_per_word: 8,
            ..Transfer::default()
        };
        assert_eq!(transfers, [expected]);
    }

    #[test]
    fn what_is_exchanged_in_place_has_one_buffer() {
        let mut bytes = [1];
        let transfers = transfers(&SETTINGS, &mut [Step::InPlace(&mut bytes)]);
        assert_eq!(transfers[0].tx_buf, transfers[0].rx_buf);
    }

    fn delays(time: Duration) -> Vec<u16> {
        let transfers = transfers(&SETTINGS, &mut [Step::Delay(time)]);
        transfers.iter().map(|it| it.delay_usecs).collect()
    }

    #[test]
    fn a_delay_is_rounded_up_to_microseconds() {
        assert_eq!(delays(Duration::from_nanos(1001)), [2]);
        assert_eq!(delays(Duration::ZERO), []);
    }

    #[test]
    fn a_long_delay_is_several() {
        assert_eq!(
            delays(Duration::from_micros(65_536 + 65_535)),
            [65_535, 65_535, 1]
        );
    }

    #[test]
    fn a_message_has_the_opcode_of_its_size() {
        let mut two = [Transfer::default(); 2];
        // SPI_IOC_MESSAGE(2) on the architectures that the monitor is for.
        assert_eq!(Message(&mut two).opcode(), 0x4040_6b00);
    }
}
