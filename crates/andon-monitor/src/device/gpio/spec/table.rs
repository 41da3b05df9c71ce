//! A spec as it is written in a config: text as on the command line, or a table.
//!
//! The table's keys are `provider` (`cdev`, which is the default, `sysfs` or `sim`), `chip`,
//! `lines` (a name or a number, or a list), `direction`, `active-low`, `safe` and `init` (a
//! preset, or a list), `bias`, `debounce` and `drive`.

use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use super::{Options, Spec, SpecError, Target, text};
use crate::device::gpio::{Bias, Debounce, Direction, Drive, Electrical, Preset, Presets};

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Table {
    #[serde(default)]
    provider: Provider,
    chip: Option<String>,
    lines: Option<Names>,
    direction: Option<Direction>,
    #[serde(default)]
    active_low: bool,
    safe: Option<Words>,
    init: Option<Words>,
    bias: Option<Bias>,
    debounce: Option<Debounce>,
    drive: Option<Drive>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Provider {
    #[default]
    Cdev,
    Sysfs,
    Sim,
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "expected a line's name or number, or a list of them"
)]
enum Names {
    One(Name),
    Many(Vec<Name>),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Name {
    Number(u32),
    Text(String),
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "expected \"active\", \"inactive\" or \"keep\", or a list of them"
)]
enum Words {
    One(Preset),
    Many(Vec<Preset>),
}

impl Names {
    fn texts(self) -> Vec<String> {
        let names = match self {
            Self::One(name) => vec![name],
            Self::Many(names) => names,
        };
        names.into_iter().map(Name::text).collect()
    }
}

impl Name {
    fn text(self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text,
        }
    }
}

impl Words {
    fn presets(self) -> Presets {
        match self {
            Self::One(preset) => Presets::all(preset),
            Self::Many(presets) => Presets::each(presets),
        }
    }
}

impl Table {
    fn spec(self) -> Result<Spec, SpecError> {
        let options = Options {
            direction: self.direction,
            active_low: self.active_low,
            safe: self.safe.map(Words::presets),
            init: self.init.map(Words::presets),
            electrical: Electrical {
                bias: self.bias,
                debounce: self.debounce,
                drive: self.drive,
            },
        };
        Spec::new(target(self.provider, self.chip, self.lines)?, options)
    }
}

fn target(
    provider: Provider,
    chip: Option<String>,
    lines: Option<Names>,
) -> Result<Target, SpecError> {
    let missing = |provider, key| SpecError::MissingKey { provider, key };
    match provider {
        Provider::Sim => match (chip, lines) {
            (None, None) => Ok(Target::Sim),
            (Some(_), _) => Err(SpecError::SimKey("chip")),
            (None, Some(_)) => Err(SpecError::SimKey("lines")),
        },
        Provider::Cdev => Ok(Target::Cdev {
            chip: chip.ok_or(missing("cdev", "chip"))?,
            lines: lines.ok_or(missing("cdev", "lines"))?.texts(),
        }),
        Provider::Sysfs => {
            let lines = lines.ok_or(missing("sysfs", "lines"))?.texts();
            let lines = lines.iter().map(|line| text::number(line));
            Ok(Target::Sysfs {
                chip,
                lines: lines.collect::<Result<_, _>>()?,
            })
        }
    }
}

impl<'de> Deserialize<'de> for Spec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextOrTable)
    }
}

/// Chooses by the kind of value, so that each kind keeps its own messages.
struct TextOrTable;

impl<'de> Visitor<'de> for TextOrTable {
    type Value = Spec;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a GPIO device as text or table")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Spec, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Spec, A::Error> {
        let table = Table::deserialize(MapAccessDeserializer::new(map))?;
        table.spec().map_err(A::Error::custom)
    }
}

#[cfg(test)]
mod tests;
