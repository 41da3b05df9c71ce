//! From an errno of the host to the status that the guest is told.

use andon_abi::Status;
use rustix::io::Errno;

use crate::device::Failure;

/// The failure for an errno with which the kernel refused to read a clock. One on a bus fails
/// as its bus does: Linux, Documentation/i2c/fault-codes.rst.
pub(super) fn failure(errno: Errno) -> Failure {
    let status = match errno {
        // The clock stood still meanwhile, or was never set: Linux, drivers/rtc/interface.c.
        Errno::INVAL | Errno::RANGE => Status::NotReady,
        Errno::NXIO | Errno::REMOTEIO => Status::NoAcknowledge,
        Errno::AGAIN => Status::ArbitrationLost,
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
            Errno::INVAL,
            Errno::REMOTEIO,
            Errno::AGAIN,
            Errno::TIMEDOUT,
            Errno::BUSY,
            Errno::NODEV,
            Errno::IO,
        ];
        let expected = [
            Status::NotReady,
            Status::NoAcknowledge,
            Status::ArbitrationLost,
            Status::Timeout,
            Status::Busy,
            Status::DeviceGone,
            Status::IoError,
        ];
        assert_eq!(causes.map(|errno| failure(errno).status), expected);
    }
}
