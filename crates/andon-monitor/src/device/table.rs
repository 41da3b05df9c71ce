//! Everything that one guest was granted, by handle.

use andon_abi::Status;

use super::{
    Device, Failure, FlushError, Observer, Operation, Properties, Record, Reply, SafeStateError,
    Simulated,
};
use crate::clock::Time;

/// A device that the guest declares; `device` is `None` where it was not granted.
struct Slot {
    name: String,
    device: Option<Box<dyn Device>>,
}

impl Slot {
    fn check(&self, operation: &Operation<'_>) -> Result<(), Status> {
        let device = self.device.as_ref().ok_or(Status::NotGranted)?;
        device.check(operation)
    }

    fn perform(&mut self, operation: &mut Operation<'_>) -> Result<Reply, Failure> {
        let device = self.device.as_mut().ok_or(Status::NotGranted)?;
        device.serve(operation)
    }
}

/// Place of a handle among the devices, which begin at handle 1.
fn index(handle: u64) -> Option<usize> {
    usize::try_from(handle.checked_sub(1)?).ok()
}

/// Everything that one guest was granted, by handle, and who watches it. Outputs go safe
/// when it is dropped, if they are not yet: whatever way a guest ends, or fails to start.
#[derive(Default)]
pub struct Devices {
    /// The devices from handle 1 on; handle 0 is the manifest's reserved entry.
    slots: Vec<Slot>,
    observers: Vec<Box<dyn Observer>>,
    time: Time,
}

impl Devices {
    /// Gives the next handle, from 1, to a device of the guest's manifest or note; `None`
    /// where the guest asked for it as optional and did not get it.
    pub fn push(&mut self, name: String, device: Option<Box<dyn Device>>) {
        self.slots.push(Slot { name, device });
    }

    /// Has every operation from now on told to `observer`.
    pub fn observe(&mut self, observer: Box<dyn Observer>) {
        self.observers.push(observer);
    }

    /// Says that the guest starts now; observers count time from here, by this clock.
    pub fn start(&mut self, time: Time) {
        time.begin();
        for device in self
            .slots
            .iter_mut()
            .filter_map(|slot| slot.device.as_mut())
        {
            device.begin(&time);
        }
        self.time = time;
    }

    /// Checks one operation of the guest's against what it was granted; nothing happens yet.
    ///
    /// # Errors
    /// The status that the guest is told.
    pub fn check(&self, handle: u64, operation: &Operation<'_>) -> Result<(), Status> {
        let slot = index(handle).and_then(|index| self.slots.get(index));
        slot.ok_or(Status::BadArgument)?.check(operation)
    }

    /// Checks one operation of the guest's and performs it on the device with this handle.
    ///
    /// # Errors
    /// The status that the guest is told.
    pub fn perform(
        &mut self,
        handle: u64,
        operation: &mut Operation<'_>,
    ) -> Result<Reply, Failure> {
        let slot = index(handle).and_then(|index| self.slots.get_mut(index));
        let Some(slot) = slot else {
            return Err(Status::BadArgument.into());
        };
        let result = slot.perform(operation);
        let name = &slot.name;
        if !self.observers.is_empty() {
            let record = Record {
                time: self.time.now(),
                device: name,
                operation,
                result,
            };
            for observer in &mut self.observers {
                observer.operation(&record);
            }
        }
        result
    }

    /// The granted devices with their handles.
    pub(super) fn granted(&self) -> impl Iterator<Item = (u32, &dyn Device)> {
        let slots = (1..).zip(&self.slots);
        slots.filter_map(|(handle, slot)| Some((handle, slot.device.as_deref()?)))
    }

    /// The outer side of the device with this name, where it is simulated.
    pub fn simulated(&self, name: &str) -> Option<Simulated> {
        let slot = self.slots.iter().find(|slot| slot.name == name)?;
        slot.device.as_deref()?.simulated()
    }

    /// What the guest is told of each device in Solo5's manifest, from handle 1 on; `None`
    /// where it is not attached.
    pub fn properties(&self) -> Vec<Option<Properties>> {
        let devices = self.slots.iter().map(|slot| slot.device.as_deref());
        devices.map(|device| device?.properties()).collect()
    }

    /// Whether an output of the host's hangs on any of the devices.
    pub fn move_something(&self) -> bool {
        self.granted().any(|(_, device)| device.moves_something())
    }

    /// Gives every host resource back.
    pub fn release(&mut self) {
        self.slots.clear();
    }

    /// Puts every output into its safe state; all are tried, whatever fails.
    ///
    /// # Errors
    /// The names of the devices that could not be, each with the reason.
    pub fn make_safe(&mut self) -> Result<(), Vec<(String, SafeStateError)>> {
        self.with_each(Device::make_safe)
    }

    /// Brings to every medium what the guest was told is written; all are tried, whatever
    /// fails.
    ///
    /// # Errors
    /// The names of the devices that could not be, each with the reason.
    pub fn flush(&mut self) -> Result<(), Vec<(String, FlushError)>> {
        self.with_each(Device::flush)
    }

    fn with_each<E>(
        &mut self,
        mut perform: impl FnMut(&mut (dyn Device + 'static)) -> Result<(), E>,
    ) -> Result<(), Vec<(String, E)>> {
        let granted = self
            .slots
            .iter_mut()
            .filter_map(|Slot { name, device }| Some((name, device.as_deref_mut()?)));
        let failed: Vec<_> = granted
            .filter_map(|(name, device)| Some((name.clone(), perform(device).err()?)))
            .collect();
        if failed.is_empty() {
            Ok(())
        } else {
            Err(failed)
        }
    }
}

impl Drop for Devices {
    fn drop(&mut self) {
        // Whoever could be told of a failure has called make_safe() and release() before.
        let _ = self.make_safe();
    }
}

#[cfg(test)]
mod tests;
