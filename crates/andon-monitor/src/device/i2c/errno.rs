//! From an errno of the host to the status that the guest is told.
//!
//! Source: Linux, Documentation/i2c/fault-codes.rst.

use andon_abi::Status;
use rustix::io::Errno;

use crate::device::Failure;

/// What becomes of a transaction that the host refused.
pub(super) fn failure(errno: Errno) -> Failure {
    let status = match errno {
        Errno::NXIO | Errno::REMOTEIO => Status::NoAcknowledge,
        Errno::AGAIN => Status::ArbitrationLost,
        Errno::TIMEDOUT => Status::Timeout,
        Errno::BUSY => Status::Busy,
        Errno::NODEV | Errno::SHUTDOWN => Status::DeviceGone,
        Errno::OPNOTSUPP => Status::Unsupported,
        _ => Status::IoError,
    };
    let cause = Some(errno);
    Failure { status, cause }
}

#[cfg(test)]
mod tests {
    use super::{Errno, Status, failure};

    #[test]
    fn a_part_that_does_not_answer_is_told_apart_from_a_lost_bus() {
        let statuses = [Errno::NXIO, Errno::REMOTEIO, Errno::AGAIN].map(|it| failure(it).status);
        let expected = [
            Status::NoAcknowledge,
            Status::NoAcknowledge,
            Status::ArbitrationLost,
        ];
        assert_eq!(statuses, expected);
    }

    #[test]
    fn a_bus_that_hangs_times_out() {
        assert_eq!(failure(Errno::TIMEDOUT).status, Status::Timeout);
    }

    #[test]
    fn a_bus_that_was_unplugged_is_gone() {
        assert_eq!(failure(Errno::NODEV).status, Status::DeviceGone);
    }

    #[test]
    fn a_part_that_a_driver_took_is_busy() {
        assert_eq!(failure(Errno::BUSY).status, Status::Busy);
    }

    #[test]
    fn what_the_adapter_cannot_do_is_not_supported() {
        assert_eq!(failure(Errno::OPNOTSUPP).status, Status::Unsupported);
    }

    #[test]
    fn an_errno_without_a_status_of_its_own_is_an_io_error_with_its_cause() {
        let failure = failure(Errno::PROTO);
        assert_eq!(failure.status, Status::IoError);
        assert_eq!(failure.cause, Some(Errno::PROTO));
    }
}
