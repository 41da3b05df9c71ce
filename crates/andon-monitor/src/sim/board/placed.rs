//! A part in its place.

use std::time::Duration;

use super::connected::Connected;
use super::seated::{Shared, attach};
use super::{BoardError, PartState};
use crate::clock::Time;
use crate::device::Devices;
use crate::sim::curve::Curve;
use crate::sim::part::Input;
use crate::sim::plan::{Planned, Source};

/// A part with its wires.
pub(super) struct Placed {
    name: String,
    kind: &'static str,
    inputs: &'static [Input],
    part: Shared,
    wires: Vec<Connected>,
    /// Device of the bus that it is on.
    bus: Option<String>,
    /// The curve of each input that has one.
    curves: Vec<Option<Curve>>,
    /// Value of each input.
    values: Vec<f64>,
}

impl Placed {
    /// Makes a part and wires it.
    pub(super) fn new(
        planned: &Planned,
        devices: &Devices,
        time: &Time,
    ) -> Result<Self, BoardError> {
        let wires = planned
            .wires
            .iter()
            .map(|wire| Connected::new(planned, wire, devices));
        let part = Shared::new((planned.kind.make)(&planned.settings));
        if let Some(seat) = &planned.seat {
            attach(&part, planned, seat, devices, time)?;
        }
        let mut placed = Self {
            name: planned.name.clone(),
            kind: planned.kind.name,
            inputs: planned.kind.inputs,
            part,
            bus: planned.seat.as_ref().map(|seat| seat.device.clone()),
            wires: wires.collect::<Result<_, _>>()?,
            curves: Vec::new(),
            values: Vec::new(),
        };
        for (index, source) in planned.inputs.iter().enumerate() {
            let (value, curve) = match source {
                Source::Value(value) => (*value, None),
                // What the other part puts there comes once all are placed.
                Source::Pin(_) => (planned.kind.inputs[index].initial, None),
                Source::Curve(curve) => (curve.at(Duration::ZERO), Some(curve.clone())),
            };
            placed.part.lock().set(index, value, Duration::ZERO);
            placed.curves.push(curve);
            placed.values.push(value);
        }
        for connected in &placed.wires {
            placed.drive(connected, Duration::ZERO);
        }
        placed.apply();
        Ok(placed)
    }

    /// The world outside sets an input; a curve of it ends.
    pub(super) fn set(&mut self, input: usize, value: f64, now: Duration) {
        self.curves[input] = None;
        self.values[input] = value;
        self.part.lock().set(input, value, now);
        self.apply();
    }

    /// Another part puts so many volts on an input; the part bears no more than its range.
    pub(super) fn feed(&mut self, input: usize, volts: f64, now: Duration) {
        let range = &self.inputs[input].range;
        let volts = volts.clamp(*range.start(), *range.end());
        if self.values[input] != volts {
            self.values[input] = volts;
            self.part.lock().set(input, volts, now);
            self.apply();
        }
    }

    /// The voltage that the part puts on a pin.
    pub(super) fn voltage(&self, pin: usize) -> f64 {
        self.part.lock().voltage(pin)
    }

    /// The guest drives the lines in `mask` of a device.
    pub(super) fn driven(&self, device: &str, mask: u64, now: Duration) {
        let wires = self.wires.iter();
        for connected in wires.filter(|wire| wire.is_on(device, mask)) {
            self.drive(connected, now);
        }
        self.apply();
    }

    /// Tells the part what the guest puts on a wire.
    fn drive(&self, connected: &Connected, now: Duration) {
        if let Some(drive) = connected.drive() {
            self.part.lock().driven(connected.wire.pin, drive, now);
        }
    }

    /// The guest did something on a bus.
    pub(super) fn used(&self, device: &str) {
        if self.bus.as_deref() == Some(device) {
            self.apply();
        }
    }

    pub(super) fn advance(&mut self, now: Duration) {
        for (index, curve) in self.curves.iter().enumerate() {
            if let Some(curve) = curve {
                self.values[index] = curve.at(now);
                self.part.lock().set(index, self.values[index], now);
            }
        }
        self.part.lock().advance(now);
        self.apply();
    }

    pub(super) fn next(&self) -> Option<Duration> {
        self.part.lock().next()
    }

    pub(super) fn is_on_curve(&self, now: Duration) -> bool {
        let mut curves = self.curves.iter().flatten();
        curves.any(|curve| curve.changes_after(now))
    }

    pub(super) fn state(&self) -> PartState {
        PartState {
            name: self.name.clone(),
            kind: self.kind,
            readings: self.part.lock().readings(),
            inputs: self.values.clone(),
        }
    }

    /// Puts what the part drives on its wires, where it changes them.
    fn apply(&self) {
        for connected in &self.wires {
            connected.apply(&**self.part.lock());
        }
    }
}
