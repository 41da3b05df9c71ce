//! From an errno of the host to the status that the guest is told.

use andon_abi::Status;
use rustix::io::Errno;

use crate::device::Failure;

/// What becomes of a transfer that the host refused. `EMSGSIZE` is spidev's where it is longer
/// than its buffer, see the module's parameter `bufsiz`.
pub(super) fn failure(errno: Errno) -> Failure {
    let status = match errno {
        Errno::MSGSIZE => Status::OutOfBounds,
        Errno::TIMEDOUT => Status::Timeout,
        Errno::BUSY | Errno::AGAIN => Status::Busy,
        Errno::NODEV | Errno::NXIO | Errno::SHUTDOWN => Status::DeviceGone,
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
    fn a_device_that_was_unbound_is_gone() {
        assert_eq!(failure(Errno::SHUTDOWN).status, Status::DeviceGone);
    }

    #[test]
    fn a_controller_that_hangs_times_out() {
        assert_eq!(failure(Errno::TIMEDOUT).status, Status::Timeout);
    }

    #[test]
    fn a_transfer_beyond_the_host_s_buffer_is_out_of_bounds() {
        assert_eq!(failure(Errno::MSGSIZE).status, Status::OutOfBounds);
    }

    #[test]
    fn an_errno_without_a_status_of_its_own_is_an_io_error_with_its_cause() {
        let failure = failure(Errno::IO);
        assert_eq!(failure.status, Status::IoError);
        assert_eq!(failure.cause, Some(Errno::IO));
    }
}
