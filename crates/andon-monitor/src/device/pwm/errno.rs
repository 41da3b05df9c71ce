//! From an errno of the host to the status that the guest is told.

use andon_abi::Status;
use rustix::io::Errno;

use crate::device::Failure;

/// The failure for an errno with which the kernel refused a channel.
///
/// Source: Linux, drivers/pwm/core.c and drivers/pwm/sysfs.c.
pub(super) fn failure(errno: Errno) -> Failure {
    let status = match errno {
        // The chip cannot do the period, or not this duty with it.
        Errno::INVAL | Errno::RANGE => Status::OutOfBounds,
        Errno::BUSY => Status::Busy,
        Errno::TIMEDOUT => Status::Timeout,
        Errno::NODEV | Errno::NXIO | Errno::NOENT => Status::DeviceGone,
        _ => Status::IoError,
    };
    Failure {
        status,
        cause: Some(errno),
    }
}

#[cfg(test)]
mod tests {
    use super::{Errno, Status, failure};

    #[test]
    fn each_cause_has_its_status() {
        let causes = [
            Errno::INVAL,
            Errno::BUSY,
            Errno::TIMEDOUT,
            Errno::NODEV,
            Errno::IO,
        ];
        let expected = [
            Status::OutOfBounds,
            Status::Busy,
            Status::Timeout,
            Status::DeviceGone,
            Status::IoError,
        ];
        assert_eq!(causes.map(|errno| failure(errno).status), expected);
    }
}
