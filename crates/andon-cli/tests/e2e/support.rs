//! What the tests stand on: starting `andon`, finding guests, breaking images.

pub(crate) mod andon;
pub(crate) mod broken;
pub(crate) mod guests;
pub(crate) mod terminal;
