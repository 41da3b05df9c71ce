//! A part as the bus sees it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::BoardError;
use crate::clock::Time;
use crate::device::i2c::{Address, sim as i2c};
use crate::device::spi::{WordBits, sim as spi};
use crate::device::{Devices, Simulated};
use crate::sim::part::{self, Burst, Part};
use crate::sim::plan::{Place, Planned, Seat};

/// A part that the board and a bus have in common.
#[derive(Clone)]
pub(super) struct Shared(Arc<Mutex<Box<dyn Part>>>);

impl Shared {
    pub(super) fn new(part: Box<dyn Part>) -> Self {
        Self(Arc::new(Mutex::new(part)))
    }

    /// The part. A panic elsewhere does not stop it.
    pub(super) fn lock(&self) -> MutexGuard<'_, Box<dyn Part>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Puts a part in its place on a bus. It lives by the guest's clock.
pub(super) fn attach(
    part: &Shared,
    planned: &Planned,
    seat: &Seat,
    devices: &Devices,
    time: &Time,
) -> Result<(), BoardError> {
    let attached = match seat.place {
        Place::Address(address) => {
            let part = Addressed::new(part, time);
            attach_at(address, part, devices.simulated(&seat.device))
        }
        Place::Selected => attach_selected(part, devices.simulated(&seat.device)),
    };
    attached.map_err(|problem| BoardError {
        line: seat.file_line,
        problem: format!("`{}` is on `{}`, {problem}", planned.name, seat.device),
    })
}

fn attach_at(address: u8, part: Addressed, device: Option<Simulated>) -> Result<(), String> {
    let Some(Simulated::I2c { bus, addresses }) = device else {
        return Err("which is no simulated I2C bus of the guest".into());
    };
    let place = Address::Seven(address);
    if !addresses.contain(place) {
        return Err(format!(
            "on which the guest does not ask for the address {address:#04x}"
        ));
    }
    bus.attach(place, Box::new(part));
    Ok(())
}

fn attach_selected(part: &Shared, device: Option<Simulated>) -> Result<(), String> {
    let Some(Simulated::Spi { slot, settings }) = device else {
        return Err("which is no simulated SPI device of the guest".into());
    };
    if settings.bits != WordBits::BYTE {
        let bits = settings.bits.number();
        return Err(format!(
            "whose words have {bits} bits: a simulated part takes words of 8 bits"
        ));
    }
    slot.attach(Box::new(Selected(part.clone())));
    Ok(())
}

/// A part on an I2C bus, with the clock that it lives by.
struct Addressed {
    part: Shared,
    time: Time,
}

/// A part behind a chip select.
struct Selected(Shared);

impl spi::Part for Selected {
    fn select(&mut self, now: Duration) {
        self.0.lock().selected(now);
    }

    fn exchange(&mut self, sent: &[u8], received: &mut [u8], burst: Burst) {
        self.0.lock().exchange(sent, received, burst);
    }

    fn deselect(&mut self, now: Duration) {
        self.0.lock().deselected(now);
    }
}

impl Addressed {
    fn new(part: &Shared, time: &Time) -> Self {
        Self {
            part: part.clone(),
            time: time.clone(),
        }
    }
}

/// Time of a byte with its acknowledgement at 100 kHz, the standard mode of I2C (NXP UM10204).
const BYTE: Duration = Duration::from_micros(90);

impl Addressed {
    /// When a message of so many bytes, with the address before them, is over. A clock that is
    /// the guest's own goes on to it; by the host's a simulated bus takes no time.
    fn transfer(&self, bytes: usize) -> Duration {
        let now = self.time.now();
        let Some(clock) = self.time.own() else {
            return now;
        };
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let over = now + BYTE * bytes.saturating_add(1);
        clock.go_on_to(over);
        over
    }
}

impl i2c::Part for Addressed {
    fn write(&mut self, bytes: &[u8]) -> Result<(), i2c::NoAcknowledge> {
        let now = self.transfer(bytes.len());
        let written = self.part.lock().write(bytes, now);
        written.map_err(|part::NoAcknowledge| i2c::NoAcknowledge)
    }

    fn read(&mut self, into: &mut [u8]) -> Result<(), i2c::NoAcknowledge> {
        let now = self.transfer(into.len());
        let read = self.part.lock().read(into, now);
        read.map_err(|part::NoAcknowledge| i2c::NoAcknowledge)
    }
}
