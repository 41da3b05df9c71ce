//! Which board this is, for what to do about it.

use super::check::Check;
use super::tree::Tree;

/// The board by the name in its device tree; PCs have none.
pub(super) struct Board(Option<String>);

impl Board {
    pub(super) fn of(tree: &Tree) -> Self {
        Self(tree.text("proc/device-tree/model"))
    }

    pub(super) fn is_raspberry_pi(&self) -> bool {
        let name = self.0.as_deref().unwrap_or_default();
        name.starts_with("Raspberry Pi")
    }

    /// What to do on a Raspberry Pi.
    pub(super) fn on_raspberry_pi(&self, hint: &'static str) -> Option<&'static str> {
        self.is_raspberry_pi().then_some(hint)
    }

    pub(super) fn check(&self) -> Check {
        match &self.0 {
            Some(name) => Check::ok("board", name),
            None => Check::none("board", "no device tree names it; a PC"),
        }
    }
}
