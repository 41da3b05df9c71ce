//! A clock through `/sys/class/rtc`, which does not keep others off it as its node would.
//!
//! Source: Linux, Documentation/admin-guide/rtc.rst.

use super::Provider;
use super::errno::failure;
use crate::device::Failure;
use crate::device::sysfs::Attribute;

/// Provider of the attribute `since_epoch`.
#[derive(Debug)]
pub(super) struct Sysfs(pub(super) Attribute);

impl Provider for Sysfs {
    fn seconds(&mut self) -> Result<i64, Failure> {
        self.0.number().map_err(failure)
    }
}
