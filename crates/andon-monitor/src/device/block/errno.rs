//! From an errno of the host to the status that the guest is told.

use andon_abi::Status;
use rustix::io::Errno;

use crate::device::Failure;

/// What becomes of an operation that the host refused.
pub(super) fn failure(errno: Errno) -> Failure {
    let status = match errno {
        Errno::NODEV | Errno::NXIO | Errno::SHUTDOWN => Status::DeviceGone,
        Errno::TIMEDOUT => Status::Timeout,
        _ => Status::IoError,
    };
    let cause = Some(errno);
    Failure { status, cause }
}

#[cfg(test)]
mod tests {
    use super::{Errno, Status, failure};

    #[test]
    fn a_disk_that_was_unplugged_is_gone() {
        assert_eq!(failure(Errno::NXIO).status, Status::DeviceGone);
    }

    #[test]
    fn a_full_disk_is_an_i_o_error_with_its_cause() {
        let full = failure(Errno::NOSPC);
        assert_eq!(
            (full.status, full.cause),
            (Status::IoError, Some(Errno::NOSPC))
        );
    }
}
