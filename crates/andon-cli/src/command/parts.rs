//! `andon parts`: the kinds of parts that a simulated board can have.

use andon_monitor::sim::{Allowed, Bus, Input, KINDS, Kind, Pin, Reading, Setting, Shown, Way};
use clap::Args;
use serde::Serialize;

use crate::failure::{Failure, Problem};

/// Show the parts that a simulated board can have
///
/// A part is placed in the table `[sim]` of a config: pins name the guest's devices, inputs are
/// what the world outside does to it, settings are what it is like.
#[derive(Debug, Args)]
pub(crate) struct Parts {
    /// Show all about this one
    name: Option<String>,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Parts {
    pub(crate) fn perform(self) -> Result<u8, Failure> {
        let kinds = match &self.name {
            Some(name) => vec![find(name)?],
            None => KINDS.to_vec(),
        };
        let reports: Vec<_> = kinds.into_iter().map(Report::new).collect();
        if self.json {
            super::print_json(&reports)
        } else if self.name.is_some() {
            super::print(&reports.iter().map(Report::text).collect::<String>())
        } else {
            super::print(&list(&reports))
        }
    }
}

fn find(name: &str) -> Result<&'static Kind, Failure> {
    let kind = KINDS.iter().find(|kind| kind.name == name);
    kind.copied().ok_or_else(|| {
        let names: Vec<_> = KINDS.iter().map(|kind| kind.name).collect();
        let problem = Problem::new(format_args!("there is no part `{name}`"));
        problem
            .hint(format_args!("there is {}", names.join(", ")))
            .into()
    })
}

/// Every kind in a line.
fn list(reports: &[Report]) -> String {
    let names = reports.iter().map(|report| report.name.len());
    let width = names.max().unwrap_or(0);
    let lines = reports
        .iter()
        .map(|report| format!("{:width$}  {}\n", report.name, report.summary));
    lines.collect()
}

/// A kind as it is shown; the field names are those of the JSON.
#[derive(Serialize)]
struct Report {
    name: &'static str,
    summary: &'static str,
    /// Possible addresses of a part on I2C.
    i2c_addresses: &'static [u8],
    /// Whether it is on SPI.
    spi: bool,
    pins: Vec<PinReport>,
    inputs: Vec<NumberReport>,
    settings: Vec<SettingReport>,
    shows: Vec<ReadingReport>,
}

#[derive(Serialize)]
struct PinReport {
    name: &'static str,
    /// What device of the guest's it is wired to.
    wired_to: &'static str,
    optional: bool,
}

#[derive(Serialize)]
struct NumberReport {
    name: &'static str,
    unit: &'static str,
    minimum: f64,
    maximum: f64,
    initial: f64,
    #[serde(skip)]
    is_switch: bool,
}

#[derive(Serialize)]
#[serde(untagged)]
enum SettingReport {
    Number(NumberReport),
    Choice {
        name: &'static str,
        choices: &'static [&'static str],
        initial: &'static str,
    },
}

#[derive(Serialize)]
struct ReadingReport {
    name: &'static str,
    shown: &'static str,
    unit: &'static str,
}

impl Report {
    fn new(kind: &'static Kind) -> Self {
        let initial: Vec<_> = kind.settings.iter().map(|it| it.initial).collect();
        let readings = (kind.make)(&initial).readings();
        Self {
            name: kind.name,
            summary: kind.summary,
            i2c_addresses: match kind.bus {
                Bus::None | Bus::Spi => &[],
                Bus::I2c(addresses) => addresses,
            },
            spi: kind.bus == Bus::Spi,
            pins: kind.pins.iter().map(PinReport::new).collect(),
            inputs: kind.inputs.iter().map(NumberReport::of_input).collect(),
            settings: kind.settings.iter().map(SettingReport::new).collect(),
            shows: readings.iter().map(ReadingReport::new).collect(),
        }
    }

    fn text(&self) -> String {
        let pins = self.pins.iter().map(|pin| (pin.name, pin.text()));
        let inputs = self.inputs.iter().map(|input| (input.name, input.text()));
        let settings = self.settings.iter().map(SettingReport::text);
        let shows = self.shows.iter().map(|shown| (shown.name, shown.text()));
        format!("{}: {}\n", self.name, self.summary)
            + &section(if self.spi { "SPI" } else { "I2C" }, self.seat())
            + &section("pins", pins.collect())
            + &section("inputs", inputs.collect())
            + &section("settings", settings.collect())
            + &section("shows", shows.collect())
    }
}

impl Report {
    /// The keys by which a part is put on a bus.
    fn seat(&self) -> Vec<(&'static str, String)> {
        if self.spi {
            return vec![("select", "an SPI device of the guest's".to_owned())];
        }
        let Some(first) = self.i2c_addresses.first() else {
            return Vec::new();
        };
        let addresses: Vec<_> = self
            .i2c_addresses
            .iter()
            .map(|address| format!("{address:#04x}"))
            .collect();
        let address = match addresses.as_slice() {
            [only] => only.clone(),
            several => format!("{}; {first:#04x} where nothing is said", several.join(", ")),
        };
        vec![
            ("bus", "an I2C device of the guest's".to_owned()),
            ("address", address),
        ]
    }
}

/// Names and what there is to say of them, where there are any.
fn section(title: &str, rows: Vec<(&str, String)>) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let rows = rows
        .into_iter()
        .map(|(name, text)| format!("  {name:width$}  {text}\n"));
    format!("{title}\n") + &rows.collect::<String>()
}

impl PinReport {
    fn new(pin: &Pin) -> Self {
        let wired_to = match pin.way {
            Way::FromGuest => "output",
            Way::Modulated => "output or PWM channel",
            Way::ToGuest => "input",
            Way::Voltage => "analogue input",
        };
        Self {
            name: pin.name,
            wired_to,
            optional: pin.optional,
        }
    }

    fn text(&self) -> String {
        let optional = if self.optional { ", optional" } else { "" };
        format!("to an {} of the guest's{optional}", self.wired_to)
    }
}

impl NumberReport {
    fn of_input(input: &Input) -> Self {
        Self {
            name: input.name,
            unit: input.unit,
            minimum: *input.range.start(),
            maximum: *input.range.end(),
            initial: input.initial,
            is_switch: input.is_switch(),
        }
    }

    fn text(&self) -> String {
        let Self {
            unit,
            minimum,
            maximum,
            initial,
            ..
        } = self;
        if self.is_switch {
            let initial = if *initial == 0.0 { "off" } else { "on" };
            return format!("off or on, {initial} where nothing is said");
        }
        let gap = if unit.is_empty() { "" } else { " " };
        format!("{minimum} to {maximum}{gap}{unit}, {initial} where nothing is said")
    }
}

impl SettingReport {
    fn new(setting: &'static Setting) -> Self {
        let name = setting.name;
        match &setting.allowed {
            Allowed::Number { range, unit } => Self::Number(NumberReport {
                name,
                unit,
                minimum: *range.start(),
                maximum: *range.end(),
                initial: setting.initial,
                is_switch: false,
            }),
            Allowed::Choice(words) => Self::Choice {
                name,
                choices: words,
                // An index; a kind's own is one of its words.
                initial: words.get(setting.initial as usize).copied().unwrap_or(""),
            },
        }
    }

    fn text(&self) -> (&str, String) {
        match self {
            Self::Number(number) => (number.name, number.text()),
            Self::Choice {
                name,
                choices,
                initial,
            } => {
                let choices = choices.join(", ");
                (name, format!("{choices}; {initial} where nothing is said"))
            }
        }
    }
}

impl ReadingReport {
    fn new(reading: &Reading) -> Self {
        let (shown, unit) = match reading.shown {
            Shown::Number { unit, .. } => ("number", unit),
            Shown::Light(_) => ("light", ""),
            Shown::Switch(_) => ("switch", ""),
            Shown::Text(_) => ("text", ""),
            Shown::Colors(_) => ("colors", ""),
            Shown::Pixels { .. } => ("pixels", ""),
        };
        Self {
            name: reading.name,
            shown,
            unit,
        }
    }

    fn text(&self) -> String {
        let text = match self.shown {
            "number" => "a number",
            "light" => "light, from 0 to 1",
            "switch" => "on or off",
            "pixels" => "a picture",
            "colors" => "colors in a row",
            _ => "text",
        };
        match self.unit {
            "" => text.to_owned(),
            unit => format!("{text}, in {unit}"),
        }
    }
}
