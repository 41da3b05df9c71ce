//! Files of sysfs behind devices: attributes that are kept open, folders of exported devices,
//! and how the operator's names find them. What an attribute means, each class knows.

mod attribute;
mod folder;
mod found;

pub(super) use attribute::Attribute;
pub(super) use folder::{Folder, failed, write};
pub(super) use found::find;
