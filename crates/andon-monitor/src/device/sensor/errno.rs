//! From an errno of the host to the status that the guest is told.

use andon_abi::Status;
use rustix::io::Errno;

use crate::device::Failure;

/// The failure for an errno with which the kernel refused a reading. A sensor on a bus fails as
/// its bus does: Linux, Documentation/i2c/fault-codes.rst.
pub(super) fn failure(errno: Errno) -> Failure {
    let status = match errno {
        // The driver has no reading yet.
        Errno::NODATA | Errno::AGAIN => Status::NotReady,
        Errno::BADMSG => Status::Corrupt,
        Errno::NXIO | Errno::REMOTEIO => Status::NoAcknowledge,
        Errno::TIMEDOUT => Status::Timeout,
        Errno::BUSY => Status::Busy,
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
            Errno::NODATA,
            Errno::BADMSG,
            Errno::REMOTEIO,
            Errno::TIMEDOUT,
            Errno::BUSY,
            Errno::NODEV,
            Errno::IO,
        ];
        let expected = [
            Status::NotReady,
            Status::Corrupt,
            Status::NoAcknowledge,
            Status::Timeout,
            Status::Busy,
            Status::DeviceGone,
            Status::IoError,
        ];
        assert_eq!(causes.map(|errno| failure(errno).status), expected);
    }
}
