//! What an operator binds a sensor to.

use std::str::FromStr;

use serde::Deserialize;

use crate::device::class::{Binding, BindingError};

/// `w1:ID`, `hwmon:CHIP/CHANNEL`, `thermal:TYPE` or `sensor-sim:VALUE`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Binding")]
pub struct Spec {
    /// The sensor.
    pub target: Target,
}

/// The sensor that a [`Spec`] names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A simulated one with this value, in the unit of what the guest asks for.
    Sim(i64),
    /// A 1-Wire thermometer, by family and serial number.
    W1(String),
    /// A channel of hwmon.
    Hwmon {
        /// Name of the chip (`lm75`) or its folder (`hwmon0`).
        chip: String,
        /// Name of the channel (`temp1`) or its label.
        channel: String,
    },
    /// A thermal zone, by its type (`cpu-thermal`) or folder (`thermal_zone0`).
    Thermal(String),
}

impl Spec {
    /// A simulated sensor that measures nothing.
    pub const SIM: Self = Self {
        target: Target::Sim(0),
    };
}

impl TryFrom<Binding> for Spec {
    type Error = BindingError;

    fn try_from(binding: Binding) -> Result<Self, BindingError> {
        binding.expect_options(&[])?;
        let name = |expected| match binding.target.as_str() {
            "" => Err(binding.wrong_target(expected)),
            name if name.contains('/') => Err(binding.wrong_target(expected)),
            name => Ok(name.to_owned()),
        };
        let target = match binding.word.as_str() {
            "w1" => Target::W1(name("1-Wire thermometer, such as 28-0000072431ab")?),
            "thermal" => Target::Thermal(name("thermal zone, such as cpu-thermal")?),
            "hwmon" => {
                let wrong = || {
                    binding.wrong_target("hwmon channel: write CHIP/CHANNEL, such as lm75/temp1")
                };
                let (chip, channel) = binding.target.split_once('/').ok_or_else(wrong)?;
                Target::Hwmon {
                    chip: chip.to_owned(),
                    channel: channel.to_owned(),
                }
            }
            _ => {
                let value = binding.target.parse();
                Target::Sim(value.map_err(|_| binding.wrong_target("value, such as 21500"))?)
            }
        };
        Ok(Self { target })
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
    use super::{Spec, Target};

    fn target(text: &str) -> Result<Target, String> {
        let spec = text.parse::<Spec>();
        spec.map(|spec| spec.target)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn each_word_is_a_provider() {
        let targets = [
            "w1:28-01",
            "hwmon:lm75/CPU temp",
            "thermal:cpu-thermal",
            "sensor-sim:-40000",
        ];
        let expected = [
            Target::W1("28-01".into()),
            Target::Hwmon {
                chip: "lm75".into(),
                channel: "CPU temp".into(),
            },
            Target::Thermal("cpu-thermal".into()),
            Target::Sim(-40_000),
        ];
        assert_eq!(targets.map(target), expected.map(Ok));
    }

    #[test]
    fn what_is_no_sensor_is_refused() {
        let thermometer = "is no 1-Wire thermometer, such as 28-0000072431ab";
        assert_eq!(target("w1:"), Err(format!("`` {thermometer}")));
        assert_eq!(target("w1:../x"), Err(format!("`../x` {thermometer}")));
        let channel = "`lm75` is no hwmon channel: write CHIP/CHANNEL, such as lm75/temp1";
        assert_eq!(target("hwmon:lm75"), Err(channel.into()));
        let value = "`warm` is no value, such as 21500";
        assert_eq!(target("sensor-sim:warm"), Err(value.into()));
        let option = "`fast` is no option of w1: use none";
        assert_eq!(target("w1:28-01,fast"), Err(option.into()));
    }
}
