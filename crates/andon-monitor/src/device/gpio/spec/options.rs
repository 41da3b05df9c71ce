//! How the lines of a device are used.

use super::SpecError;
use crate::device::gpio::{Direction, Preset, Presets};

/// Options of a [`super::Spec`]. As text: `out` or `in`, `active-low`, `safe=PRESETS`,
/// `init=PRESETS`, where `PRESETS` is `active`, `inactive` or `keep`, for all lines or one
/// for each, joined with `+`.
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
}

impl Options {
    /// No options.
    pub const NONE: Self = Self {
        direction: None,
        active_low: false,
        safe: None,
        init: None,
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
