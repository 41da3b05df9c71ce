//! The kinds of parts: one file for each.

mod button;
mod buzzer;
mod led;
mod motor;
mod relay;
mod rgb_led;
mod switch;

use super::part::Kind;

/// Every kind, in the order of the names.
pub const KINDS: &[&Kind] = &[
    &button::KIND,
    &buzzer::KIND,
    &led::KIND,
    &motor::KIND,
    &relay::KIND,
    &rgb_led::KIND,
    &switch::KIND,
];
