//! From an errno of the host to the status that the guest is told.

use andon_abi::Status;
use rustix::io::Errno;

use crate::device::Failure;

/// The failure for an errno with which the kernel refused an LED. One on an I2C expander fails
/// as its bus does: Linux, Documentation/i2c/fault-codes.rst.
pub(super) fn failure(errno: Errno) -> Failure {
    let status = match errno {
        Errno::INVAL | Errno::RANGE => Status::OutOfBounds,
        // The LED is disabled, or its flash is on.
        Errno::BUSY => Status::Busy,
        Errno::NXIO | Errno::REMOTEIO => Status::NoAcknowledge,
        Errno::AGAIN => Status::ArbitrationLost,
        Errno::TIMEDOUT => Status::Timeout,
        Errno::NODEV | Errno::NOENT => Status::DeviceGone,
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
            Errno::REMOTEIO,
            Errno::AGAIN,
            Errno::TIMEDOUT,
            Errno::NODEV,
            Errno::IO,
        ];
        let expected = [
            Status::OutOfBounds,
            Status::Busy,
            Status::NoAcknowledge,
            Status::ArbitrationLost,
            Status::Timeout,
            Status::DeviceGone,
            Status::IoError,
        ];
        assert_eq!(causes.map(|errno| failure(errno).status), expected);
    }
}
