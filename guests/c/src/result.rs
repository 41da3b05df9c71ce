//! What C gets for a result.

use andon_guest::abi::solo5::Solo5Result;

/// The number of what Solo5 calls a result. One that it does not have is a failure of the
/// host.
pub(crate) fn checked(number: i32) -> Solo5Result {
    const OK: i32 = Solo5Result::Ok as i32;
    const AGAIN: i32 = Solo5Result::Again as i32;
    const INVALID: i32 = Solo5Result::InvalidArgument as i32;
    match number {
        OK => Solo5Result::Ok,
        AGAIN => Solo5Result::Again,
        INVALID => Solo5Result::InvalidArgument,
        _ => Solo5Result::Unspecified,
    }
}
