//! A part in its place.

use std::time::Duration;

use super::{BoardError, PartState};
use crate::device::gpio::{Direction, sim};
use crate::device::{Devices, Simulated};
use crate::sim::curve::Curve;
use crate::sim::part::{Drive, Part, Way};
use crate::sim::plan::{Planned, Source, Wire};

/// A part with its wires.
pub(super) struct Placed {
    name: String,
    kind: &'static str,
    part: Box<dyn Part>,
    wires: Vec<Connected>,
    /// The curve of each input that has one.
    curves: Vec<Option<Curve>>,
    /// Value of each input.
    values: Vec<f64>,
}

/// A wire with the line that it ends at.
struct Connected {
    wire: Wire,
    way: Way,
    lines: sim::Board,
}

impl Placed {
    /// Makes a part and wires it.
    pub(super) fn new(planned: &Planned, devices: &Devices) -> Result<Self, BoardError> {
        let wires = planned
            .wires
            .iter()
            .map(|wire| connect(planned, wire, devices));
        let mut placed = Self {
            name: planned.name.clone(),
            kind: planned.kind.name,
            part: (planned.kind.make)(&planned.settings),
            wires: wires.collect::<Result<_, _>>()?,
            curves: Vec::new(),
            values: Vec::new(),
        };
        for (index, source) in planned.inputs.iter().enumerate() {
            let (value, curve) = match source {
                Source::Value(value) => (*value, None),
                Source::Curve(curve) => (curve.at(Duration::ZERO), Some(curve.clone())),
            };
            placed.part.set(index, value, Duration::ZERO);
            placed.curves.push(curve);
            placed.values.push(value);
        }
        for wire in placed
            .wires
            .iter()
            .filter(|wire| wire.way == Way::FromGuest)
        {
            let level = drive(wire.is_active());
            placed.part.driven(wire.wire.pin, level, Duration::ZERO);
        }
        placed.apply();
        Ok(placed)
    }

    /// The world outside sets an input; a curve of it ends.
    pub(super) fn set(&mut self, input: usize, value: f64, now: Duration) {
        self.curves[input] = None;
        self.values[input] = value;
        self.part.set(input, value, now);
        self.apply();
    }

    /// The guest drives the lines in `mask` of a device.
    pub(super) fn driven(&mut self, device: &str, mask: u64, levels: u64, now: Duration) {
        let wires = self.wires.iter().filter(|connected| {
            let Wire { line, .. } = connected.wire;
            connected.wire.device == device && mask >> line & 1 == 1
        });
        for connected in wires {
            let level = drive(levels >> connected.wire.line & 1 == 1);
            self.part.driven(connected.wire.pin, level, now);
        }
        self.apply();
    }

    pub(super) fn advance(&mut self, now: Duration) {
        for (index, curve) in self.curves.iter().enumerate() {
            if let Some(curve) = curve {
                self.values[index] = curve.at(now);
                self.part.set(index, self.values[index], now);
            }
        }
        self.part.advance(now);
        self.apply();
    }

    pub(super) fn next(&self) -> Option<Duration> {
        self.part.next()
    }

    pub(super) fn is_on_curve(&self, now: Duration) -> bool {
        let mut curves = self.curves.iter().flatten();
        curves.any(|curve| curve.changes_after(now))
    }

    pub(super) fn state(&self) -> PartState {
        PartState {
            name: self.name.clone(),
            kind: self.kind,
            readings: self.part.readings(),
            inputs: self.values.clone(),
        }
    }

    /// Puts what the part drives on its lines, where it changes them.
    fn apply(&self) {
        for connected in self.wires.iter().filter(|wire| wire.way == Way::ToGuest) {
            let level = self.part.level(connected.wire.pin);
            if level != connected.is_active() {
                let bit = 1 << connected.wire.line;
                connected.lines.drive(bit, if level { bit } else { 0 });
            }
        }
    }
}

impl Connected {
    fn is_active(&self) -> bool {
        self.lines.levels() >> self.wire.line & 1 == 1
    }
}

fn drive(active: bool) -> Drive {
    Drive {
        level: f64::from(u8::from(active)),
    }
}

fn connect(part: &Planned, wire: &Wire, devices: &Devices) -> Result<Connected, BoardError> {
    let Wire { device, line, .. } = wire;
    let error = |problem: String| BoardError {
        line: wire.file_line,
        problem: format!("`{}` is wired to `{device}`, {problem}", part.name),
    };
    let Some(simulated) = devices.simulated(device) else {
        return Err(error("which is no simulated device of the guest".into()));
    };
    let Simulated::Gpio {
        board,
        direction,
        lines,
    } = simulated
    else {
        return Err(error("which has no lines".into()));
    };
    if *line >= lines {
        return Err(error(format!("which has no line {line}: it has {lines}")));
    }
    let way = part.way(wire);
    match (way, direction) {
        (Way::FromGuest, Direction::In) => Err(error(
            "an input of the guest's, where it needs an output".into(),
        )),
        (Way::ToGuest, Direction::Out) => Err(error(
            "an output of the guest's, where it needs an input".into(),
        )),
        _ => Ok(Connected {
            wire: wire.clone(),
            way,
            lines: board,
        }),
    }
}
