//! What an operator binds an I2C device to: `i2c:BUS/ADDRESS+…` or `i2c-sim:ADDRESS+…`, with
//! options.

use std::str::FromStr;

use serde::Deserialize;

use super::{Address, Addresses, Registers};
use crate::device::class::{Binding, BindingError, BindingValue};

/// Addresses on a bus.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Binding")]
pub struct Spec {
    /// Number, name of the adapter, or path of the node; none where the bus is simulated.
    pub bus: Option<String>,
    /// The addresses that the guest may have, at least one.
    pub addresses: Addresses,
    /// The registers of each part that it may use.
    pub registers: Registers,
}

const TARGET: &str = "bus with addresses: write BUS/0x48 or BUS/0x48+0x50, with a number, the \
                      adapter's name or a path such as /dev/i2c-1 as BUS";
const SIM_TARGET: &str = "addresses of a simulated bus: write 0x48 or 0x48+0x50";
const TEN_BIT: &str = "10-bit addresses, such as 0x150 or 0x150+0x151";
const REGISTERS: &str = "registers from a first to a last, such as 0x00-0x0f";

impl TryFrom<Binding> for Spec {
    type Error = BindingError;

    fn try_from(binding: Binding) -> Result<Self, BindingError> {
        binding.expect_options(&["registers", "ten-bit"])?;
        let ten: Option<TenBit> = binding.value("ten-bit", TEN_BIT)?;
        let registers = binding.value("registers", REGISTERS)?;
        let place = place(&binding, ten.is_some());
        let expected = if binding.word == SIM {
            SIM_TARGET
        } else {
            TARGET
        };
        let (bus, mut addresses) = place.ok_or_else(|| binding.wrong_target(expected))?;
        for address in ten.iter().flat_map(|ten| ten.0.iter()) {
            addresses.add(address);
        }
        Ok(Self {
            bus,
            addresses,
            registers: registers.unwrap_or(Registers::ALL),
        })
    }
}

/// Word of a simulated bus.
pub(super) const SIM: &str = "i2c-sim";

/// The bus and the 7-bit addresses, which may be none where there are others.
fn place(binding: &Binding, has_others: bool) -> Option<(Option<String>, Addresses)> {
    let target = binding.target.as_str();
    let none = || has_others.then(Addresses::default);
    if binding.word == SIM {
        let addresses = if target.is_empty() {
            none()
        } else {
            seven(target)
        };
        return Some((None, addresses?));
    }
    // A path has slashes too.
    let split = target.rsplit_once('/');
    let split = split.and_then(|(bus, text)| Some((bus, seven(text)?)));
    let (bus, addresses) = match split {
        Some(split) => split,
        None => (target, none()?),
    };
    (!bus.is_empty()).then(|| (Some(bus.to_owned()), addresses))
}

fn seven(text: &str) -> Option<Addresses> {
    set(text, Address::seven)
}

impl FromStr for Spec {
    type Err = BindingError;

    fn from_str(text: &str) -> Result<Self, BindingError> {
        text.parse::<Binding>()?.try_into()
    }
}

/// Addresses with `+` in between, each once.
fn set(text: &str, address: impl Fn(u32) -> Option<Address>) -> Option<Addresses> {
    let mut addresses = Addresses::default();
    for number in text.split('+') {
        let address = address(u32::parse(number)?)?;
        if addresses.contain(address) || !addresses.add(address) {
            return None;
        }
    }
    Some(addresses)
}

struct TenBit(Addresses);

impl BindingValue for TenBit {
    fn parse(text: &str) -> Option<Self> {
        set(text, Address::ten).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::{Registers, Spec};

    fn parsed(text: &str) -> (String, String, Registers) {
        let spec = text.parse::<Spec>().unwrap();
        let bus = spec.bus.unwrap_or_default();
        (bus, spec.addresses.to_string(), spec.registers)
    }

    fn refusal(text: &str) -> String {
        text.parse::<Spec>().unwrap_err().to_string()
    }

    #[test]
    fn a_bus_is_a_number_a_name_or_a_path() {
        let buses = ["i2c:1/0x48", "i2c:SMBus I801/72", "i2c:/dev/i2c-1/0x48"];
        let all = |bus: &str| (bus.to_owned(), "0x48".to_owned(), Registers::ALL);
        let expected = ["1", "SMBus I801", "/dev/i2c-1"].map(all);
        assert_eq!(buses.map(parsed), expected);
    }

    #[test]
    fn addresses_are_a_set() {
        let (_, addresses, _) = parsed("i2c:1/0x50+0x48,ten-bit=0x150");
        assert_eq!(addresses, "0x48, 0x50, 0x150 (10 bits)");
    }

    #[test]
    fn a_bus_may_have_10_bit_addresses_only() {
        let (bus, addresses, _) = parsed("i2c:/dev/i2c-1,ten-bit=0x150+0x151");
        assert_eq!(bus, "/dev/i2c-1");
        assert_eq!(addresses, "0x150 (10 bits), 0x151 (10 bits)");
    }

    #[test]
    fn a_simulated_bus_has_no_name() {
        let spec = "i2c-sim:0x48,registers=3".parse::<Spec>().unwrap();
        assert_eq!(
            (spec.bus, spec.registers.to_string()),
            (None, "0x03-0x03".into())
        );
        let wrong = ["i2c-sim", "i2c-sim:1/0x48", "i2c-sim:x,ten-bit=1"];
        assert!(wrong.iter().all(|text| text.parse::<Spec>().is_err()));
        assert!("i2c-sim,ten-bit=0x150".parse::<Spec>().is_ok());
    }

    #[test]
    fn registers_narrow_a_grant() {
        let (_, _, registers) = parsed("i2c:1/0x48,registers=0x00-0x0f");
        assert_eq!(registers.to_string(), "0x00-0x0f");
    }

    #[test]
    fn a_bus_without_addresses_is_refused() {
        let refusals = [
            "i2c:1",
            "i2c",
            "i2c:1/",
            "i2c:/0x48",
            "i2c:1/0x78",
            "i2c:1/8+8",
        ];
        let told = refusals.map(|text| refusal(text).contains("is no bus with addresses"));
        assert_eq!(told, [true; 6]);
    }

    #[test]
    fn the_clock_is_the_bus_s_and_no_option() {
        assert_eq!(
            refusal("i2c:1/0x48,speed=100000"),
            "`speed` is no option of i2c: use registers, ten-bit"
        );
    }

    #[test]
    fn registers_that_are_no_range_are_refused() {
        assert_eq!(
            refusal("i2c:1/0x48,registers=9-3"),
            "`9-3` is nothing that registers can be: use registers from a first to a last, \
             such as 0x00-0x0f"
        );
    }
}
