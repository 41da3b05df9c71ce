//! The kinds of parts: one file for each.

mod ads1115;
mod at24c256;
mod bme280;
mod bmp390;
mod button;
mod buzzer;
mod calendar;
mod ds3231;
mod lcd1602;
mod led;
mod lis3dh;
mod lm75;
mod max7219;
mod mcp4728;
mod motor;
mod opt3001;
mod pca9685;
mod pcf8574;
mod potentiometer;
mod registers;
mod relay;
mod rgb_led;
mod segments;
mod servo;
mod solve;
mod ssd1306;
mod supply;
mod switch;
mod thermistor;
mod tm1637;
mod ws2812;

use super::part::Kind;

/// Every kind, in the order of the names.
pub const KINDS: &[&Kind] = &[
    &ads1115::KIND,
    &at24c256::KIND,
    &bme280::KIND,
    &bmp390::KIND,
    &button::KIND,
    &buzzer::KIND,
    &ds3231::KIND,
    &lcd1602::KIND,
    &led::KIND,
    &lis3dh::KIND,
    &lm75::KIND,
    &max7219::KIND,
    &mcp4728::KIND,
    &motor::KIND,
    &opt3001::KIND,
    &pca9685::KIND,
    &pcf8574::KIND,
    &potentiometer::KIND,
    &relay::KIND,
    &rgb_led::KIND,
    &servo::KIND,
    &ssd1306::KIND,
    &switch::KIND,
    &thermistor::KIND,
    &tm1637::KIND,
    &ws2812::KIND,
];

#[cfg(test)]
mod tests {
    use super::{KINDS, Kind};

    /// The words in backquotes of a cell of a table.
    fn words(cell: &str) -> Vec<&str> {
        cell.split('`').skip(1).step_by(2).collect()
    }

    /// A kind as docs/board.md has it: name, pins, inputs, settings, what it shows.
    fn documented(name: &str) -> [Vec<&'static str>; 5] {
        const PAGE: &str = include_str!("../../../../docs/board.md");
        let start = format!("| `{name}` |");
        let row = PAGE.lines().find(|line| line.starts_with(&start));
        let row = row.unwrap_or_else(|| panic!("docs/board.md has no row for `{name}`"));
        let mut cells = row.trim_matches('|').split('|').map(words);
        [(); 5].map(|()| cells.next().unwrap_or_default())
    }

    fn made(kind: &'static Kind) -> [Vec<&'static str>; 5] {
        let settings: Vec<_> = kind.settings.iter().map(|it| it.initial).collect();
        let readings = (kind.make)(&settings).readings();
        [
            vec![kind.name],
            kind.pins.iter().map(|pin| pin.name).collect(),
            kind.inputs.iter().map(|input| input.name).collect(),
            kind.settings.iter().map(|it| it.name).collect(),
            readings.iter().map(|reading| reading.name).collect(),
        ]
    }

    #[test]
    fn every_kind_is_documented_as_it_is() {
        let documented: Vec<_> = KINDS.iter().map(|kind| documented(kind.name)).collect();
        let made: Vec<_> = KINDS.iter().map(|kind| made(kind)).collect();
        assert_eq!(documented, made);
    }

    #[test]
    fn kinds_are_in_the_order_of_their_names() {
        assert!(KINDS.is_sorted_by_key(|kind| kind.name));
    }
}
