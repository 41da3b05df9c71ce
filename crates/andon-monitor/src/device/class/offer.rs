//! What a host has to offer of a class.

use crate::device::Denied;

/// A resource of the host's that a device can be bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What an operator calls it.
    pub name: String,
    /// What the host says of it.
    pub about: String,
    /// Why this user may not use it, if so.
    pub denied: Option<Denied>,
}
