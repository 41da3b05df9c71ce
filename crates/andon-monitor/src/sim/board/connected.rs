//! A wire with what it ends at.

use super::BoardError;
use crate::device::{Devices, Simulated, adc, gpio, pwm};
use crate::sim::part::{Drive, Part, Way};
use crate::sim::plan::{Planned, Wire};

/// A wire between a pin and a guest's device.
pub(super) struct Connected {
    pub(super) wire: Wire,
    way: Way,
    end: End,
}

/// The outer side of a device.
enum End {
    Lines(gpio::sim::Board),
    Channel(pwm::sim::Channel),
    Input(adc::sim::Voltage),
}

/// Microvolts in a volt.
const MICROVOLTS: f64 = 1e6;

impl Connected {
    /// Wires a pin of a part.
    pub(super) fn new(part: &Planned, wire: &Wire, devices: &Devices) -> Result<Self, BoardError> {
        let way = part.way(wire);
        let end = End::of(way, wire, devices).map_err(|problem| BoardError {
            line: wire.file_line,
            problem: format!("`{}` is wired to `{}`, {problem}", part.name, wire.device),
        })?;
        let wire = wire.clone();
        Ok(Self { wire, way, end })
    }

    /// Whether it ends at one of these lines of a device; what has no lines is line 0.
    pub(super) fn is_on(&self, device: &str, mask: u64) -> bool {
        self.wire.device == device && mask >> self.wire.line & 1 == 1
    }

    /// What the guest puts on it, where it is the guest that does.
    pub(super) fn drive(&self) -> Option<Drive> {
        if self.way.is_to_guest() {
            return None;
        }
        match &self.end {
            End::Lines(lines) => Some(Drive::steady(lines.levels() >> self.wire.line & 1 == 1)),
            End::Channel(channel) => Some(Drive::of(channel.output())),
            End::Input(_) => None,
        }
    }

    /// Puts what the part drives on it, where that changes it.
    pub(super) fn apply(&self, part: &dyn Part) {
        let Wire { pin, line, .. } = self.wire;
        match (&self.end, self.way) {
            (End::Lines(lines), Way::ToGuest) => {
                let level = part.level(pin);
                if level != (lines.levels() >> line & 1 == 1) {
                    let bit = 1 << line;
                    lines.drive(bit, if level { bit } else { 0 });
                }
            }
            // Casts of floating-point numbers stop at the largest value.
            (End::Input(input), _) => input.set((part.voltage(pin) * MICROVOLTS).round() as i32),
            _ => {}
        }
    }
}

impl End {
    /// The end of a wire that goes this way, or why there is none.
    fn of(way: Way, wire: &Wire, devices: &Devices) -> Result<Self, String> {
        let (end, lines) = match (way, devices.simulated(&wire.device)) {
            (
                Way::FromGuest | Way::Modulated | Way::ToGuest,
                Some(Simulated::Gpio {
                    board,
                    direction,
                    lines,
                }),
            ) => {
                check_direction(way, direction)?;
                (Self::Lines(board), lines)
            }
            (Way::Modulated, Some(Simulated::Pwm(channel))) => (Self::Channel(channel), 1),
            (Way::Voltage, Some(Simulated::Adc(input))) => (Self::Input(input), 1),
            _ => {
                let wanted = wanted(way);
                return Err(format!("which is no simulated {wanted} of the guest"));
            }
        };
        if wire.line >= lines {
            let line = wire.line;
            return Err(format!("which has no line {line}: it has {lines}"));
        }
        Ok(end)
    }
}

fn wanted(way: Way) -> &'static str {
    match way {
        Way::FromGuest | Way::ToGuest => "line",
        Way::Modulated => "line or PWM channel",
        Way::Voltage => "analogue input",
    }
}

fn check_direction(way: Way, direction: gpio::Direction) -> Result<(), &'static str> {
    match (way.is_to_guest(), direction) {
        (false, gpio::Direction::In) => Err("an input of the guest's, where it needs an output"),
        (true, gpio::Direction::Out) => Err("an output of the guest's, where it needs an input"),
        _ => Ok(()),
    }
}
