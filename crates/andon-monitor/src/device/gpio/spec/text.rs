//! A spec as it is written on the command line.

use std::str::FromStr;

use super::{Options, Spec, SpecError, Target};

impl FromStr for Spec {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        let (target, options) = match text.split_once(',') {
            Some((target, options)) => (target, Options::parse(options)?),
            None => (text, Options::default()),
        };
        Self::new(target_from(target)?, options)
    }
}

fn target_from(text: &str) -> Result<Target, SpecError> {
    match text.split_once(':') {
        None if text == "sim" => Ok(Target::Sim),
        Some(("gpio", lines)) => cdev(lines),
        Some(("gpio-sysfs", lines)) => sysfs(lines),
        _ => Err(SpecError::UnknownKind(text.to_owned())),
    }
}

fn cdev(text: &str) -> Result<Target, SpecError> {
    let (chip, lines) = chip_and_lines(text)
        .filter(|(chip, lines)| !chip.is_empty() && lines.split('+').all(|line| !line.is_empty()))
        .ok_or_else(|| SpecError::NoLine(text.to_owned()))?;
    Ok(Target::Cdev {
        chip: chip.to_owned(),
        lines: lines.split('+').map(str::to_owned).collect(),
    })
}

fn sysfs(text: &str) -> Result<Target, SpecError> {
    let (chip, lines) = match chip_and_lines(text) {
        Some(("", _)) => return Err(SpecError::NoLine(text.to_owned())),
        Some((chip, lines)) => (Some(chip.to_owned()), lines),
        None => (None, text),
    };
    let lines = lines.split('+').map(number).collect::<Result<_, _>>()?;
    Ok(Target::Sysfs { chip, lines })
}

/// Splits where the chip ends: at the last slash of a path, else at the first, because a
/// line's name may have slashes too.
fn chip_and_lines(text: &str) -> Option<(&str, &str)> {
    if text.starts_with('/') {
        text.rsplit_once('/')
    } else {
        text.split_once('/')
    }
}

/// A number of decimal digits; a sign or a blank is a slip of the operator's.
pub(super) fn number(text: &str) -> Result<u32, SpecError> {
    let not_a_number = || SpecError::NotANumber(text.to_owned());
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(not_a_number());
    }
    text.parse().map_err(|_| not_a_number())
}

#[cfg(test)]
mod tests;
