//! Which one of several things a name means.

/// What was found by a name.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing is called so.
    Nothing,
    /// The thing at this index.
    One(usize),
    /// The things at these indexes.
    Many(Vec<usize>),
}

impl Found {
    /// Everything for which `named` holds.
    pub(super) fn all<T>(things: &[T], named: impl Fn(&T) -> bool) -> Self {
        let found: Vec<usize> = (0..things.len()).filter(|at| named(&things[*at])).collect();
        match found.as_slice() {
            [] => Self::Nothing,
            [at] => Self::One(*at),
            _ => Self::Many(found),
        }
    }

    /// The same, or where there is nothing what `second` finds.
    pub(super) fn or(self, second: impl FnOnce() -> Self) -> Self {
        match self {
            Self::Nothing => second(),
            found => found,
        }
    }
}
