//! Reads the table `[sim]` of a config.

use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Place, Plan, PlanError, Planned, Seat, Source, Tap, Wire, number};
use crate::device::gpio::sim::LINES;
use crate::sim::curve::{Curve, CurveError};
use crate::sim::part::{Allowed, Bus, Input, Kind, Setting, Way};
use crate::sim::parts::KINDS;

/// A value of a plan, and where it is.
type Value<'a> = Spanned<DeValue<'a>>;

impl Plan {
    /// Reads the table `[sim]` of a config's text, which is valid TOML; other tables are not
    /// looked at. Paths of curves are relative to `folder`.
    ///
    /// # Errors
    /// The first thing that is not understood.
    pub fn parse(text: &str, folder: &Path) -> Result<Self, PlanError> {
        let reader = Reader { text, folder };
        let config = DeTable::parse(text).map_err(|error| PlanError {
            line: reader.line(error.span().unwrap_or_default().start),
            problem: error.message().to_owned(),
        })?;
        let Some(sim) = config.get_ref().get("sim") else {
            return Ok(Self::default());
        };
        let mut plan = Self::default();
        for (name, part) in reader.table(sim)? {
            let line = reader.line(name.span().start);
            plan.parts.push(reader.part(name.get_ref(), line, part)?);
        }
        reject_shared_wires(&plan)?;
        reject_shared_seats(&plan)?;
        plan.links()?;
        Ok(plan)
    }
}

/// A config's text, for the lines of what is wrong in it.
struct Reader<'a> {
    text: &'a str,
    folder: &'a Path,
}

impl Reader<'_> {
    fn line(&self, offset: usize) -> usize {
        let before = self.text.get(..offset).unwrap_or(self.text);
        before.matches('\n').count() + 1
    }

    fn error(&self, at: &Value<'_>, problem: impl Into<String>) -> PlanError {
        PlanError {
            line: self.line(at.span().start),
            problem: problem.into(),
        }
    }

    fn table<'t>(&self, value: &'t Value<'_>) -> Result<&'t DeTable<'t>, PlanError> {
        let table = value.get_ref().as_table();
        table.ok_or_else(|| self.error(value, "this is no table of a part"))
    }

    fn text<'t>(&self, value: &'t Value<'_>) -> Result<&'t str, PlanError> {
        let text = value.get_ref().as_str();
        text.ok_or_else(|| self.error(value, "this is no text"))
    }

    fn part(&self, name: &str, line: usize, value: &Value<'_>) -> Result<Planned, PlanError> {
        let table = self.table(value)?;
        let kind = match table.get("part") {
            Some(kind) => self.kind(kind)?,
            None => {
                let problem = format!("the part `{name}` lacks `part`, which says what it is");
                return Err(PlanError { line, problem });
            }
        };
        let mut part = Planned {
            name: name.to_owned(),
            line,
            kind,
            wires: Vec::new(),
            seat: self.seat(name, kind, line, table)?,
            inputs: kind
                .inputs
                .iter()
                .map(|it| Source::Value(it.initial))
                .collect(),
            settings: kind.settings.iter().map(|it| it.initial).collect(),
        };
        for (key, value) in table {
            let key_line = self.line(key.span().start);
            self.key(&mut part, key.get_ref(), key_line, value)?;
        }
        let unwired = kind.pins.iter().enumerate().find(|(index, pin)| {
            !pin.optional && !part.wires.iter().any(|wire| wire.pin == *index)
        });
        unwired.map_or(Ok(part), |(_, pin)| {
            let problem = format!(
                "the {} `{name}` lacks `{}`, the device that it is wired to",
                kind.name, pin.name
            );
            Err(PlanError { line, problem })
        })
    }

    /// The place on a bus that a kind needs.
    fn seat(
        &self,
        name: &str,
        kind: &Kind,
        line: usize,
        table: &DeTable<'_>,
    ) -> Result<Option<Seat>, PlanError> {
        let key = match kind.bus {
            Bus::None => return Ok(None),
            Bus::I2c(_) => "bus",
            Bus::Spi => "select",
        };
        let Some(device) = table.get(key) else {
            let problem = format!(
                "the {} `{name}` lacks `{key}`, the device that it is on",
                kind.name
            );
            return Err(PlanError { line, problem });
        };
        let place = match (kind.bus, table.get("address")) {
            (Bus::I2c(addresses), Some(given)) => {
                Place::Address(self.address(kind, addresses, given)?)
            }
            (Bus::I2c(addresses), None) => Place::Address(addresses[0]),
            _ => Place::Selected,
        };
        Ok(Some(Seat {
            device: self.text(device)?.to_owned(),
            place,
            file_line: self.line(device.span().start),
        }))
    }

    fn address(&self, kind: &Kind, addresses: &[u8], value: &Value<'_>) -> Result<u8, PlanError> {
        let given = value.get_ref().as_integer();
        let given = given.and_then(|it| u8::from_str_radix(it.as_str(), it.radix()).ok());
        given.filter(|it| addresses.contains(it)).ok_or_else(|| {
            let possible: Vec<_> = addresses.iter().map(|it| format!("{it:#04x}")).collect();
            let possible = possible.join(", ");
            self.error(value, format!("a {} has the address {possible}", kind.name))
        })
    }

    fn kind(&self, value: &Value<'_>) -> Result<&'static Kind, PlanError> {
        let name = self.text(value)?;
        let kind = KINDS.iter().find(|kind| kind.name == name);
        kind.copied().ok_or_else(|| {
            let names: Vec<_> = KINDS.iter().map(|kind| kind.name).collect();
            let problem = format!("there is no part `{name}`: there is {}", names.join(", "));
            self.error(value, problem)
        })
    }

    fn key(
        &self,
        part: &mut Planned,
        key: &str,
        line: usize,
        value: &Value<'_>,
    ) -> Result<(), PlanError> {
        let kind = part.kind;
        if key == "part" || seat_keys(kind).contains(&key) {
            return Ok(());
        }
        if let Some(pin) = kind.pins.iter().position(|pin| pin.name == key) {
            part.wires.push(self.wire(pin, value)?);
        } else if let Some(at) = kind.inputs.iter().position(|input| input.name == key) {
            part.inputs[at] = self.source(&kind.inputs[at], value)?;
        } else if let Some(at) = kind.settings.iter().position(|it| it.name == key) {
            part.settings[at] = self.setting(&kind.settings[at], value)?;
        } else {
            let problem = format!("a {} has no `{key}`: it has {}", kind.name, keys(kind));
            return Err(PlanError { line, problem });
        }
        Ok(())
    }

    fn wire(&self, pin: usize, value: &Value<'_>) -> Result<Wire, PlanError> {
        let text = self.text(value)?;
        let wire = match text.strip_suffix(']').and_then(|text| text.split_once('[')) {
            Some((device, line)) => line.parse().ok().map(|line| (device, line)),
            None => Some((text, 0)),
        };
        let (device, line) = wire.filter(|(_, line)| *line < LINES).ok_or_else(|| {
            let problem = format!("`{text}` is no line of a device: write \"bar\" or \"bar[3]\"");
            self.error(value, problem)
        })?;
        Ok(Wire {
            pin,
            device: device.to_owned(),
            line,
            file_line: self.line(value.span().start),
        })
    }

    fn source(&self, input: &Input, value: &Value<'_>) -> Result<Source, PlanError> {
        let key = |key| value.get_ref().as_table().and_then(|it| it.get(key));
        if let Some(pin) = key("from") {
            return self.tap(pin).map(Source::Pin);
        }
        let Some(curve) = key("curve") else {
            let value = self.in_range(value, &input.range, input.unit)?;
            return Ok(Source::Value(value));
        };
        let path = self.text(curve)?;
        let loaded = Curve::load(&self.folder.join(path)).and_then(|curve| {
            let stray = curve.values().find(|value| !input.range.contains(value));
            stray.map_or(Ok(curve.clone()), |value| {
                Err(CurveError::Range {
                    line: curve.values().position(|it| it == value).unwrap_or(0) + 1,
                    value,
                    range: super::shown(&input.range, input.unit),
                })
            })
        });
        loaded
            .map(Source::Curve)
            .map_err(|error| self.error(curve, format!("curve `{path}`: {error}")))
    }

    fn tap(&self, value: &Value<'_>) -> Result<Tap, PlanError> {
        let text = self.text(value)?;
        let (part, pin) = text.split_once('.').ok_or_else(|| {
            let problem = format!("`{text}` is no pin of a part: write \"PART.PIN\"");
            self.error(value, problem)
        })?;
        Ok(Tap {
            part: part.to_owned(),
            pin: pin.to_owned(),
            file_line: self.line(value.span().start),
        })
    }

    fn setting(&self, setting: &Setting, value: &Value<'_>) -> Result<f64, PlanError> {
        match &setting.allowed {
            Allowed::Number { range, unit } => self.in_range(value, range, unit),
            Allowed::Choice(words) => {
                let word = self.text(value)?;
                let index = words.iter().position(|known| *known == word);
                index.map(|index| index as f64).ok_or_else(|| {
                    let problem = format!(
                        "`{word}` is nothing that {} can be: use {}",
                        setting.name,
                        words.join(", ")
                    );
                    self.error(value, problem)
                })
            }
        }
    }

    /// A number or truth value that is in a range.
    fn in_range(
        &self,
        value: &Value<'_>,
        range: &std::ops::RangeInclusive<f64>,
        unit: &str,
    ) -> Result<f64, PlanError> {
        let given = match value.get_ref() {
            DeValue::Integer(integer) => integer.as_str().parse().ok(),
            DeValue::Float(float) => float.as_str().parse().ok(),
            DeValue::Boolean(on) => Some(f64::from(u8::from(*on))),
            _ => None,
        };
        let given = given.ok_or_else(|| self.error(value, "this is no number"))?;
        number(given, range, unit).map_err(|problem| self.error(value, problem))
    }
}

/// The keys that put a part on a bus.
fn seat_keys(kind: &Kind) -> &'static [&'static str] {
    match kind.bus {
        Bus::None => &[],
        Bus::I2c(_) => &["bus", "address"],
        Bus::Spi => &["select"],
    }
}

/// Every key of a kind.
fn keys(kind: &Kind) -> String {
    let seat = seat_keys(kind);
    let pins = kind.pins.iter().map(|pin| pin.name);
    let inputs = kind.inputs.iter().map(|input| input.name);
    let settings = kind.settings.iter().map(|setting| setting.name);
    let own = pins.chain(inputs).chain(settings);
    let keys: Vec<_> = seat.iter().copied().chain(own).collect();
    keys.join(", ")
}

/// Two parts that drive one line would undo each other's levels.
fn reject_shared_wires(plan: &Plan) -> Result<(), PlanError> {
    let wires = plan.parts.iter().flat_map(|part| {
        let wires = part.wires.iter();
        wires
            .filter(|wire| part.way(wire).is_to_guest())
            .map(move |wire| (part, wire))
    });
    let wires: Vec<_> = wires.collect();
    for (at, (part, wire)) in wires.iter().enumerate() {
        let other = wires[..at]
            .iter()
            .find(|(_, other)| other.device == wire.device && other.line == wire.line);
        if let Some((other, _)) = other {
            let what = match part.way(wire) {
                Way::Voltage => "puts a voltage on".to_owned(),
                _ => format!("drives line {} of", wire.line),
            };
            return Err(PlanError {
                line: wire.file_line,
                problem: format!(
                    "`{}` {what} `{}`, and so does `{}`",
                    part.name, wire.device, other.name
                ),
            });
        }
    }
    Ok(())
}

/// Two parts in one place would answer at once.
fn reject_shared_seats(plan: &Plan) -> Result<(), PlanError> {
    let seated = plan
        .parts
        .iter()
        .filter_map(|part| Some((part, part.seat.as_ref()?)));
    let seated: Vec<_> = seated.collect();
    for (at, (part, seat)) in seated.iter().enumerate() {
        let other = seated[..at]
            .iter()
            .find(|(_, other)| other.device == seat.device && other.place == seat.place);
        if let Some((other, _)) = other {
            return Err(PlanError {
                line: seat.file_line,
                problem: format!(
                    "`{}` is at {} `{}`, and so is `{}`",
                    part.name, seat.place, seat.device, other.name
                ),
            });
        }
    }
    Ok(())
}
