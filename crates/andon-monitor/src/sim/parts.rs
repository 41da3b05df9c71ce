//! The kinds of parts: one file for each.

mod button;
mod buzzer;
mod calendar;
mod ds3231;
mod led;
mod lm75;
mod motor;
mod registers;
mod relay;
mod rgb_led;
mod switch;

use super::part::Kind;

/// Every kind, in the order of the names.
pub const KINDS: &[&Kind] = &[
    &button::KIND,
    &buzzer::KIND,
    &ds3231::KIND,
    &led::KIND,
    &lm75::KIND,
    &motor::KIND,
    &relay::KIND,
    &rgb_led::KIND,
    &switch::KIND,
];
