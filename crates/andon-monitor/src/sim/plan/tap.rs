//! An input of one part that is on a pin of another: a converter that sees a knob.

use super::{Plan, PlanError, Planned, Source};
use crate::sim::part::Way;

/// A pin on which another part puts a voltage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tap {
    /// Name of that part.
    pub part: String,
    /// Name of its pin.
    pub pin: String,
    /// Line of the file, from 1.
    pub file_line: usize,
}

/// A tap between two parts of a plan, by their indexes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sim) struct Link {
    pub(in crate::sim) from: usize,
    pub(in crate::sim) pin: usize,
    pub(in crate::sim) to: usize,
    pub(in crate::sim) input: usize,
}

/// Unit of the inputs that can be on a pin.
const VOLTS: &str = "V";

impl Plan {
    /// Every tap.
    ///
    /// # Errors
    /// The first that leads to no voltage, or from none.
    pub(in crate::sim) fn links(&self) -> Result<Vec<Link>, PlanError> {
        let taps = self.parts.iter().enumerate().flat_map(|(to, part)| {
            let inputs = part.inputs.iter().enumerate();
            inputs.filter_map(move |(input, source)| match source {
                Source::Pin(tap) => Some((to, part, input, tap)),
                Source::Value(_) | Source::Curve(_) => None,
            })
        });
        let links = taps.map(|(to, part, input, tap)| {
            let (from, pin) = self.tapped(part, input, tap).map_err(|problem| PlanError {
                line: tap.file_line,
                problem,
            })?;
            Ok(Link {
                from,
                pin,
                to,
                input,
            })
        });
        links.collect()
    }

    /// Part and pin that a tap is on.
    fn tapped(&self, part: &Planned, input: usize, tap: &Tap) -> Result<(usize, usize), String> {
        let input = &part.kind.inputs[input];
        if input.unit != VOLTS {
            let (kind, name) = (part.kind.name, input.name);
            return Err(format!(
                "`{name}` of a {kind} is no voltage: it is on no pin of another part"
            ));
        }
        let (from, other) = self.find(&tap.part)?;
        let pins = other.kind.pins;
        let mut voltages = pins.iter().filter(|pin| pin.way == Way::Voltage);
        let pin = pins
            .iter()
            .position(|pin| pin.way == Way::Voltage && pin.name == tap.pin);
        let pin = pin.ok_or_else(|| {
            let kind = other.kind.name;
            let there = voltages.next().map_or_else(
                || "it puts none on any".to_owned(),
                |pin| format!("it does on `{}`", pin.name),
            );
            format!("a {kind} puts no voltage on `{}`: {there}", tap.pin)
        })?;
        Ok((from, pin))
    }
}
