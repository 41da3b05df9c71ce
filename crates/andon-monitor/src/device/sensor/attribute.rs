//! A sensor whose value is the number in one file.

use andon_abi::Status;

use super::Provider;
use super::errno::failure;
use crate::device::Failure;
use crate::device::sysfs;

/// Provider of one attribute.
#[derive(Debug)]
pub(super) struct Attribute {
    value: sysfs::Attribute,
    /// Not zero while the sensor is broken or not connected; none where the driver cannot
    /// tell.
    fault: Option<sysfs::Attribute>,
}

impl Attribute {
    /// A provider of a value, and of what says that it means nothing.
    pub(super) fn new(value: sysfs::Attribute, fault: Option<sysfs::Attribute>) -> Self {
        Self { value, fault }
    }
}

impl Provider for Attribute {
    fn read(&mut self) -> Result<i64, Failure> {
        let value = self.value.number().map_err(failure)?;
        let fault = self.fault.as_ref().map(sysfs::Attribute::number::<u32>);
        match fault.transpose().map_err(failure)? {
            None | Some(0) => Ok(value),
            Some(_) => Err(Status::IoError.into()),
        }
    }
}
