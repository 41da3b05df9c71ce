//! From an errno of the host to the status that the guest is told.

use andon_abi::Status;
use rustix::io::Errno;

use crate::device::Failure;

/// What becomes of an operation that the host refused. An interface that is down refuses
/// with `EIO` (TAP) or `ENETDOWN`; it may come up again.
pub(super) fn failure(errno: Errno) -> Failure {
    let status = match errno {
        Errno::BADFD | Errno::NODEV | Errno::NXIO | Errno::CONNRESET => Status::DeviceGone,
        Errno::INVAL | Errno::MSGSIZE => Status::BadArgument,
        _ => Status::IoError,
    };
    let cause = Some(errno);
    Failure { status, cause }
}

#[cfg(test)]
mod tests {
    use super::{Errno, Status, failure};

    #[test]
    fn an_interface_that_was_deleted_is_gone() {
        assert_eq!(failure(Errno::BADFD).status, Status::DeviceGone);
    }

    #[test]
    fn an_interface_that_is_down_is_an_i_o_error_with_its_cause() {
        let down = failure(Errno::IO);
        assert_eq!(
            (down.status, down.cause),
            (Status::IoError, Some(Errno::IO))
        );
    }
}
