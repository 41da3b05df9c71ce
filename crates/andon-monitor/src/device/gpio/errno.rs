//! From an errno of the host to the status that the guest is told.

use andon_abi::Status;
use rustix::io::Errno;

/// The status for an errno with which the kernel refused to read or set lines.
///
/// Lines of an I2C expander fail as their bus does: Linux, Documentation/i2c/fault-codes.rst.
pub(super) fn status(errno: Errno) -> Status {
    match errno {
        // Somebody turned the line round behind our back.
        Errno::PERM => Status::WrongDirection,
        Errno::BUSY => Status::Busy,
        Errno::NXIO | Errno::REMOTEIO => Status::NoAcknowledge,
        Errno::AGAIN => Status::ArbitrationLost,
        Errno::TIMEDOUT => Status::Timeout,
        Errno::NODEV | Errno::SHUTDOWN => Status::DeviceGone,
        _ => Status::IoError,
    }
}

/// The errno in an error of the GPIO uAPI; an answer that is too short counts as `EIO`.
pub(super) fn from_uapi(error: &gpiocdev_uapi::Error) -> Errno {
    match error {
        gpiocdev_uapi::Error::Os(errno) => Errno::from_raw_os_error(errno.0),
        gpiocdev_uapi::Error::UnderRead(_) => Errno::IO,
    }
}

#[cfg(test)]
mod tests {
    use super::{Errno, Status, from_uapi, status};

    #[test]
    fn a_chip_that_was_unplugged_is_gone() {
        assert_eq!(status(Errno::NODEV), Status::DeviceGone);
    }

    #[test]
    fn an_expander_that_does_not_answer_is_told_as_its_bus_tells_it() {
        assert_eq!(status(Errno::REMOTEIO), Status::NoAcknowledge);
    }

    #[test]
    fn an_errno_without_a_status_of_its_own_is_an_io_error() {
        assert_eq!(status(Errno::NOMEM), Status::IoError);
    }

    #[test]
    fn the_errno_of_an_ioctl_is_kept() {
        let error = gpiocdev_uapi::Error::Os(gpiocdev_uapi::Errno(16));
        assert_eq!(from_uapi(&error), Errno::BUSY);
    }
}
