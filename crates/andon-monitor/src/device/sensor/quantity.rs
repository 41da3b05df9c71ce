//! What sensors measure, with the units of the kernel's hwmon interface.

use std::fmt;

use andon_abi::sensor as abi;

macro_rules! quantities {
    ($($(#[doc = $doc:literal])* $name:ident = $number:expr, $text:literal, $prefix:literal;)*) => {
        /// A quantity and its unit.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Quantity {
            $($(#[doc = $doc])* $name,)*
        }

        impl Quantity {
            const ALL: &[Self] = &[$(Self::$name),*];

            /// Its number in a declaration.
            const fn number(self) -> u32 {
                match self {
                    $(Self::$name => $number,)*
                }
            }

            /// How the names of hwmon's channels of it begin.
            const fn prefix(self) -> &'static str {
                match self {
                    $(Self::$name => $prefix,)*
                }
            }
        }

        impl fmt::Display for Quantity {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Self::$name => $text,)*
                })
            }
        }
    };
}

quantities! {
    /// In millidegrees Celsius.
    Temperature = abi::TEMPERATURE, "temperature", "temp";
    /// In millivolts.
    Voltage = abi::VOLTAGE, "voltage", "in";
    /// In milliamperes.
    Current = abi::CURRENT, "current", "curr";
    /// In microwatts.
    Power = abi::POWER, "power", "power";
    /// In microjoules.
    Energy = abi::ENERGY, "energy", "energy";
    /// Relative, in thousandths of a per cent.
    Humidity = abi::HUMIDITY, "humidity", "humidity";
    /// In revolutions per minute.
    FanSpeed = abi::FAN_SPEED, "fan speed", "fan";
}

impl Quantity {
    /// The quantity with this number in a declaration.
    pub fn from_number(number: u32) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|quantity| quantity.number() == number)
    }

    /// What a channel of hwmon measures, by its name: `temp1`.
    pub(super) fn of_channel(name: &str) -> Option<Self> {
        let prefix = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let mut all = Self::ALL.iter().copied();
        all.find(|quantity| quantity.prefix() == prefix && prefix != name)
    }
}

#[cfg(test)]
mod tests {
    use super::Quantity;

    #[test]
    fn every_number_is_one_quantity() {
        let known: Vec<_> = (0..=8).filter_map(Quantity::from_number).collect();
        assert_eq!(known, Quantity::ALL);
    }

    #[test]
    fn a_channel_is_what_its_prefix_says() {
        let names = ["temp1", "in0", "fan12", "pwm1", "temp", "curr2"];
        let expected = [
            Some(Quantity::Temperature),
            Some(Quantity::Voltage),
            Some(Quantity::FanSpeed),
            None,
            None,
            Some(Quantity::Current),
        ];
        assert_eq!(names.map(Quantity::of_channel), expected);
    }
}
