//! How the lines of a device are used.

use std::str::FromStr;

use super::SpecError;
use crate::device::gpio::{Debounce, Direction, Electrical, Preset, Presets};

/// Options of a [`super::Spec`]. As text: `out` or `in`, `active-low`, `safe=PRESETS`,
/// `init=PRESETS`, where `PRESETS` is `active`, `inactive` or `keep`, for all lines or one
/// for each, joined with `+`; `bias=`, `debounce=` and `drive=` for all lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Direction that is granted; none grants the one that the guest asks for.
    pub direction: Option<Direction>,
    /// Whether a line is active when it is physically low.
    pub active_low: bool,
    /// Safe state; inactive where there is none. For outputs only.
    pub safe: Option<Presets>,
    /// Initial levels; inactive where there are none. For outputs only.
    pub init: Option<Presets>,
    /// The electrical side.
    pub electrical: Electrical,
}

impl Options {
    /// No options.
    pub const NONE: Self = Self {
        direction: None,
        active_low: false,
        safe: None,
        init: None,
        electrical: Electrical::NONE,
    };

    /// The options in comma-separated text.
    pub(super) fn parse(text: &str) -> Result<Self, SpecError> {
        let mut options = Self::default();
        for option in text.split(',') {
            options.add(option)?;
        }
        Ok(options)
    }

    fn add(&mut self, option: &str) -> Result<(), SpecError> {
        match option.split_once('=') {
            None if option == "in" => once("the direction", &mut self.direction, Direction::In),
            None if option == "out" => once("the direction", &mut self.direction, Direction::Out),
            None if option == "active-low" => self.set_active_low(),
            Some(("safe", text)) => once("safe", &mut self.safe, presets("safe", text)?),
            Some(("init", text)) => once("init", &mut self.init, presets("init", text)?),
            Some((name, text)) => self.add_electrical(option, name, text),
            None => Err(SpecError::UnknownOption(option.to_owned())),
        }
    }

    fn add_electrical(&mut self, option: &str, name: &str, text: &str) -> Result<(), SpecError> {
        let Electrical {
            bias,
            debounce,
            drive,
        } = &mut self.electrical;
        match name {
            "bias" => once("bias", bias, word("bias", text, BIASES)?),
            "debounce" => once(
                "debounce",
                debounce,
                word("debounce", text, Debounce::EXPECTED)?,
            ),
            "drive" => once("drive", drive, word("drive", text, DRIVES)?),
            _ => Err(SpecError::UnknownOption(option.to_owned())),
        }
    }

    fn set_active_low(&mut self) -> Result<(), SpecError> {
        if std::mem::replace(&mut self.active_low, true) {
            return Err(SpecError::RepeatedOption("active-low"));
        }
        Ok(())
    }

    /// Checks that the presets suit lines of this direction and number, as far as known.
    pub(in crate::device::gpio) fn check(
        &self,
        direction: Option<Direction>,
        lines: Option<usize>,
    ) -> Result<(), SpecError> {
        let Electrical {
            debounce, drive, ..
        } = self.electrical;
        if direction == Some(Direction::In) && drive.is_some() {
            return Err(SpecError::OutputsOnly("drive"));
        }
        if direction == Some(Direction::Out) && debounce.is_some() {
            return Err(SpecError::InputsOnly("debounce"));
        }
        for (option, presets) in [("safe", &self.safe), ("init", &self.init)] {
            let Some(presets) = presets else { continue };
            if direction == Some(Direction::In) {
                return Err(SpecError::OutputsOnly(option));
            }
            if let Some(lines) = lines.filter(|lines| !presets.fit(*lines)) {
                return Err(SpecError::PresetCount {
                    option,
                    presets: presets.count(),
                    lines,
                });
            }
        }
        Ok(())
    }
}

fn once<T>(name: &'static str, slot: &mut Option<T>, value: T) -> Result<(), SpecError> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(SpecError::RepeatedOption(name)),
    }
}

/// What `bias` can be.
const BIASES: &str = "pull-up, pull-down or disabled";

/// What `drive` can be.
const DRIVES: &str = "push-pull, open-drain or open-source";

fn word<T: FromStr>(
    option: &'static str,
    text: &str,
    expected: &'static str,
) -> Result<T, SpecError> {
    text.parse().map_err(|_| SpecError::UnknownWord {
        option,
        value: text.to_owned(),
        expected,
    })
}

fn presets(option: &'static str, text: &str) -> Result<Presets, SpecError> {
    let preset = |word: &str| {
        Preset::from_name(word).ok_or_else(|| SpecError::UnknownPreset {
            option,
            value: word.to_owned(),
        })
    };
    text.split('+')
        .map(preset)
        .collect::<Result<_, _>>()
        .map(Presets::each)
}
