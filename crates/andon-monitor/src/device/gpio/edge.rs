//! Changes of an input's lines, which a guest is told of one by one.

use std::fmt;
use std::time::Duration;

use andon_abi::gpio::{EDGE_BOTH, EDGE_TO_ACTIVE, EDGE_TO_INACTIVE};

/// Which changes of its lines a guest wants to be told of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Edges {
    /// That a line becomes active.
    pub to_active: bool,
    /// That a line becomes inactive.
    pub to_inactive: bool,
}

impl Edges {
    /// No change.
    pub const NONE: Self = Self {
        to_active: false,
        to_inactive: false,
    };

    /// Every change.
    pub const BOTH: Self = Self {
        to_active: true,
        to_inactive: true,
    };

    /// The changes with these bits in a guest's declaration.
    pub const fn from_bits(bits: u32) -> Option<Self> {
        if bits & !EDGE_BOTH != 0 {
            return None;
        }
        Some(Self {
            to_active: bits & EDGE_TO_ACTIVE != 0,
            to_inactive: bits & EDGE_TO_INACTIVE != 0,
        })
    }

    /// Whether there is any.
    pub const fn any(self) -> bool {
        self.to_active || self.to_inactive
    }

    /// Of `changed` lines with these `levels`, those that the guest is told of.
    pub(super) fn among(self, changed: u64, levels: u64) -> u64 {
        let active = if self.to_active { levels } else { 0 };
        let inactive = if self.to_inactive { !levels } else { 0 };
        changed & (active | inactive)
    }
}

/// `edges`, `edges to active`, `edges to inactive`.
impl fmt::Display for Edges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self.to_active, self.to_inactive) {
            (true, true) => "edges",
            (true, false) => "edges to active",
            (false, true) => "edges to inactive",
            (false, false) => "no edges",
        })
    }
}

/// One change of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// When it happened, since the guest's start; zero where it happened before.
    pub time: Duration,
    /// The line, in the order of the grant.
    pub line: u32,
    /// What the line became.
    pub active: bool,
    /// Number among the changes of the device, from 1 on; it wraps around.
    pub sequence: u32,
    /// How many changes right before this one were lost.
    pub lost: u32,
}

#[cfg(test)]
mod tests {
    use super::Edges;

    #[test]
    fn only_the_changes_that_were_asked_for_are_told() {
        let [to_active, to_inactive, both] = [0b01, 0b10, 0b11].map(|bits| {
            let edges = Edges::from_bits(bits).expect("they are known");
            edges.among(0b0111, 0b1010)
        });
        assert_eq!([to_active, to_inactive, both], [0b0010, 0b0101, 0b0111]);
    }

    #[test]
    fn an_unknown_change_is_none() {
        assert_eq!(Edges::from_bits(0b100), None);
    }
}
