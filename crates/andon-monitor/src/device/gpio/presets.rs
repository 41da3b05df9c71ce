//! Levels that are set for a guest, not by it: before it starts and when it has ended.

use std::fmt;

use serde::Deserialize;

/// What one line is set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// To its active level.
    Active,
    /// To its inactive level.
    Inactive,
    /// To nothing. As an initial level: the output goes on with the level that the line
    /// had, whoever drove it. As a safe state: it stays as the guest left it.
    Keep,
}

impl Preset {
    const ALL: [Self; 3] = [Self::Active, Self::Inactive, Self::Keep];

    /// The preset with this name.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Keep => "keep",
        }
    }
}

/// Shown as in a [`super::Spec`]: `active`, `inactive`, `keep`.
impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Presets of a device: one for all its lines, or one for each in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presets(Vec<Preset>);

impl Presets {
    /// The same for all lines.
    pub fn all(preset: Preset) -> Self {
        Self(vec![preset])
    }

    /// One for each line; a single one is for all.
    pub fn each(presets: Vec<Preset>) -> Self {
        Self(presets)
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Whether they suit a device of so many lines.
    pub(super) fn fit(&self, lines: usize) -> bool {
        self.count() == 1 || self.count() == lines
    }

    /// What they say about a device of `lines` lines, which they [`fit`](Self::fit).
    pub(super) fn levels(&self, lines: u32) -> Levels {
        let presets = self.0.iter().cycle().take(lines as usize);
        let mut levels = Levels::NONE;
        for (line, preset) in presets.enumerate() {
            levels.mask |= u64::from(*preset != Preset::Keep) << line;
            levels.levels |= u64::from(*preset == Preset::Active) << line;
        }
        levels
    }
}

/// Levels for some of a device's lines; bit `i` is the `i`-th line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Levels {
    /// The lines that are meant.
    pub mask: u64,
    /// Their levels, 1 is active; zero for all others.
    pub levels: u64,
}

impl Levels {
    /// No line.
    pub const NONE: Self = Self { mask: 0, levels: 0 };

    /// Whether every one of the first `lines` lines is meant.
    pub(super) fn cover(self, lines: u32) -> bool {
        self.mask == all_lines(lines)
    }

    /// The level of a line; none where it is not meant.
    pub fn at(self, line: u32) -> Option<bool> {
        let bit = |bits: u64| bits >> line & 1 != 0;
        bit(self.mask).then(|| bit(self.levels))
    }

    /// The presets of `lines` lines as in a [`super::Spec`], one word where they agree.
    pub(super) fn words(self, lines: u32) -> String {
        let preset = |line| match self.at(line) {
            Some(true) => Preset::Active,
            Some(false) => Preset::Inactive,
            None => Preset::Keep,
        };
        if (1..lines).all(|line| preset(line) == preset(0)) {
            return preset(0).to_string();
        }
        let words: Vec<&str> = (0..lines).map(|line| preset(line).name()).collect();
        words.join("+")
    }
}

/// The mask of the first `lines` lines, of which there are at most 64.
pub(super) fn all_lines(lines: u32) -> u64 {
    u64::MAX.checked_shr(64 - lines.min(64)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Levels, Preset, Presets, all_lines};

    #[test]
    fn one_preset_is_for_all_lines() {
        assert_eq!(
            Presets::all(Preset::Active).levels(64),
            Levels {
                mask: u64::MAX,
                levels: u64::MAX
            }
        );
    }

    #[test]
    fn presets_are_in_the_order_of_the_lines() {
        let presets = Presets::each(vec![Preset::Keep, Preset::Active, Preset::Inactive]);
        assert_eq!(
            presets.levels(3),
            Levels {
                mask: 0b110,
                levels: 0b010
            }
        );
    }

    #[test]
    fn presets_that_differ_are_shown_one_by_one() {
        let presets = Presets::each(vec![Preset::Keep, Preset::Active, Preset::Inactive]);
        assert_eq!(presets.levels(3).words(3), "keep+active+inactive");
    }

    #[test]
    fn presets_that_agree_are_shown_once() {
        assert_eq!(Presets::all(Preset::Keep).levels(2).words(2), "keep");
    }

    #[test]
    fn there_are_as_many_lines_in_a_mask_as_asked_for() {
        assert_eq!([0, 1, 8, 64].map(all_lines), [0, 1, 0xff, u64::MAX]);
    }
}
