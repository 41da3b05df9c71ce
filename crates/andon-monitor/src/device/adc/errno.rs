//! From an errno of the host to the status that the guest is told.

use andon_abi::Status;
use rustix::io::Errno;

use crate::device::Failure;

/// The failure for an errno with which the kernel refused a measurement. A converter on a bus
/// fails as its bus does: Linux, Documentation/i2c/fault-codes.rst.
pub(super) fn failure(errno: Errno) -> Failure {
    let status = match errno {
        // Somebody else's buffer is on.
        Errno::BUSY => Status::Busy,
        Errno::NXIO | Errno::REMOTEIO => Status::NoAcknowledge,
        Errno::AGAIN => Status::ArbitrationLost,
        Errno::TIMEDOUT => Status::Timeout,
        Errno::NODEV | Errno::NOENT => Status::DeviceGone,
        Errno::RANGE => Status::OutOfBounds,
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
            Errno::BUSY,
            Errno::REMOTEIO,
            Errno::AGAIN,
            Errno::TIMEDOUT,
            Errno::NODEV,
            Errno::RANGE,
            Errno::IO,
        ];
        let expected = [
            Status::Busy,
            Status::NoAcknowledge,
            Status::ArbitrationLost,
            Status::Timeout,
            Status::DeviceGone,
            Status::OutOfBounds,
            Status::IoError,
        ];
        assert_eq!(causes.map(|errno| failure(errno).status), expected);
    }
}
