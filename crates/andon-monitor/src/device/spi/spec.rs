//! What an operator binds an SPI device to: `spi:BUS.CS` or `spi-sim`, with its settings.

use std::str::FromStr;

use serde::Deserialize;

use super::{Mode, Settings, WordBits};
use crate::device::class::{Binding, BindingError, BindingValue};

/// A chip select and how bits go there.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Binding")]
pub struct Spec {
    /// What is selected.
    pub target: Target,
    /// Clock, mode and words.
    pub settings: Settings,
}

/// The chip select that a [`Spec`] names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A simulated one.
    Sim,
    /// The host's: `BUS.CS`, or the path of the node.
    Host(String),
}

const TARGET: &str = "SPI device: write BUS.CS, such as 0.0, or a path such as /dev/spidev0.0";
const SPEED: &str = "hertz, at least 1, such as 1000000";
const MODE: &str = "0, 1, 2 or 3";
const BITS: &str = "the bits of a word, 1 to 32";

impl TryFrom<Binding> for Spec {
    type Error = BindingError;

    fn try_from(binding: Binding) -> Result<Self, BindingError> {
        binding.expect_options(&["speed", "mode", "bits", "lsb-first", "cs-high"])?;
        let target = target(&binding)?;
        let speed: Option<Hertz> = binding.value("speed", SPEED)?;
        let mode = binding.value("mode", MODE)?;
        let bits = binding.value("bits", BITS)?;
        let settings = Settings {
            speed: speed.map(|speed| speed.0),
            mode: mode.unwrap_or(Mode::DEFAULT),
            bits: bits.unwrap_or(WordBits::BYTE),
            lsb_first: binding.flag("lsb-first")?,
            cs_high: binding.flag("cs-high")?,
        };
        Ok(Self { target, settings })
    }
}

fn target(binding: &Binding) -> Result<Target, BindingError> {
    match (binding.word.as_str(), binding.target.is_empty()) {
        ("spi-sim", true) => Ok(Target::Sim),
        ("spi-sim", false) => Err(binding.wrong_target("spi-sim: it has no target")),
        (_, true) => Err(binding.wrong_target(TARGET)),
        (_, false) => Ok(Target::Host(binding.target.clone())),
    }
}

struct Hertz(u32);

impl BindingValue for Hertz {
    fn parse(text: &str) -> Option<Self> {
        u32::parse(text).filter(|speed| *speed > 0).map(Self)
    }
}

impl FromStr for Spec {
    type Err = BindingError;

    fn from_str(text: &str) -> Result<Self, BindingError> {
        text.parse::<Binding>()?.try_into()
    }
}

#[cfg(test)]
mod tests {
    use super::{Settings, Spec, Target};

    fn parsed(text: &str) -> (Target, String) {
        let spec = text.parse::<Spec>().unwrap();
        (spec.target, spec.settings.to_string())
    }

    fn refusal(text: &str) -> String {
        text.parse::<Spec>().unwrap_err().to_string()
    }

    #[test]
    fn settings_have_defaults() {
        let spec = "spi:0.1".parse::<Spec>().unwrap();
        assert_eq!(
            (spec.target, spec.settings),
            (Target::Host("0.1".to_owned()), Settings::DEFAULT)
        );
    }

    #[test]
    fn settings_are_the_operator_s() {
        let text = "spi:/dev/spidev1.0,speed=1000000,mode=3,bits=16,lsb-first,cs-high";
        let settings = "1000000 Hz, mode 3, 16 bits, lsb-first, cs-high";
        let node = Target::Host("/dev/spidev1.0".to_owned());
        assert_eq!(parsed(text), (node, settings.to_owned()));
    }

    #[test]
    fn a_simulated_device_has_settings_and_no_target() {
        let expected = (Target::Sim, "3000000 Hz, mode 0, 8 bits".to_owned());
        assert_eq!(parsed("spi-sim,speed=3000000"), expected);
        assert_eq!(
            refusal("spi-sim:0.0"),
            "`0.0` is no spi-sim: it has no target"
        );
    }

    #[test]
    fn a_device_is_named() {
        assert_eq!(
            refusal("spi"),
            "`` is no SPI device: write BUS.CS, such as 0.0, or a path such as /dev/spidev0.0"
        );
    }

    #[test]
    fn settings_that_are_none_are_refused() {
        let wrong = ["speed=0", "mode=4", "bits=33", "cs-high=1"];
        let refused = wrong.map(|option| refusal(&format!("spi:0.0,{option}")));
        let told = refused.map(|refusal| refusal.contains("is nothing that"));
        assert_eq!(told, [true; 4]);
    }
}
