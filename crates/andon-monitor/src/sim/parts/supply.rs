//! What a divider of voltages hangs on.

use crate::sim::part::{Allowed, Setting};

/// Voltage of the supply.
pub(super) const SUPPLY: Setting = Setting {
    name: "supply",
    allowed: Allowed::Number {
        range: 0.1..=50.0,
        unit: "V",
    },
    initial: 3.3,
};
