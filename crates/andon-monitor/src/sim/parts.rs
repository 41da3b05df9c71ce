//! The kinds of parts: one file for each.

mod button;
mod led;

use super::part::Kind;

/// Every kind, in the order of the names.
pub const KINDS: &[&Kind] = &[&button::KIND, &led::KIND];
