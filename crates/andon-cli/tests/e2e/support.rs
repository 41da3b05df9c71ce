//! What the tests stand on: starting `andon`, finding guests, breaking images.

pub(crate) mod andon;
pub(crate) mod broken;
#[cfg(has_gdb)]
pub(crate) mod gdb;
pub(crate) mod guests;
pub(crate) mod namespace;
pub(crate) mod peer;
pub(crate) mod remote;
pub(crate) mod terminal;
