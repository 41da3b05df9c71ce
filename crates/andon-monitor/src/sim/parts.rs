//! The kinds of parts: one file for each.

mod ads1115;
mod at24c256;
mod bme280;
mod button;
mod buzzer;
mod calendar;
mod ds3231;
mod lcd1602;
mod led;
mod lis3dh;
mod lm75;
mod mcp4728;
mod motor;
mod opt3001;
mod pca9685;
mod pcf8574;
mod registers;
mod relay;
mod rgb_led;
mod segments;
mod ssd1306;
mod switch;
mod tm1637;

use super::part::Kind;

/// Every kind, in the order of the names.
pub const KINDS: &[&Kind] = &[
    &ads1115::KIND,
    &at24c256::KIND,
    &bme280::KIND,
    &button::KIND,
    &buzzer::KIND,
    &ds3231::KIND,
    &lcd1602::KIND,
    &led::KIND,
    &lis3dh::KIND,
    &lm75::KIND,
    &mcp4728::KIND,
    &motor::KIND,
    &opt3001::KIND,
    &pca9685::KIND,
    &pcf8574::KIND,
    &relay::KIND,
    &rgb_led::KIND,
    &ssd1306::KIND,
    &switch::KIND,
    &tm1637::KIND,
];
