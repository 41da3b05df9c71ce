//! How a guest ends, and what it tells the host then.

use core::fmt::Debug;

use andon_abi::call;
use andon_abi::solo5::{EXIT_ABORT, Halt};

use crate::hypercall::call;
use crate::println;

/// What the host sees of a guest that ended by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExitStatus(i32);

impl ExitStatus {
    /// The guest did its work.
    pub const SUCCESS: Self = Self(0);
    /// The guest failed.
    pub const FAILURE: Self = Self(1);

    /// Any status. The host may see its low eight bits only, and takes 255 for an abort.
    pub const fn new(status: i32) -> Self {
        Self(status)
    }
}

impl From<u8> for ExitStatus {
    fn from(status: u8) -> Self {
        Self(i32::from(status))
    }
}

/// What a guest's main function may return.
pub trait Termination {
    /// The exit status that it stands for.
    fn report(self) -> ExitStatus;
}

impl Termination for () {
    fn report(self) -> ExitStatus {
        ExitStatus::SUCCESS
    }
}

impl Termination for ExitStatus {
    fn report(self) -> ExitStatus {
        self
    }
}

/// An error is printed, and is a failure.
impl<T: Termination, E: Debug> Termination for Result<T, E> {
    fn report(self) -> ExitStatus {
        match self {
            Ok(value) => value.report(),
            Err(error) => {
                println!("Error: {error:?}");
                ExitStatus::FAILURE
            }
        }
    }
}

/// Ends the guest with this status.
pub fn exit(status: ExitStatus) -> ! {
    halt(status.0)
}

/// Ends the guest with the status 255, by which the host knows that it broke off.
pub fn abort() -> ! {
    halt(EXIT_ABORT)
}

fn halt(exit_status: i32) -> ! {
    let mut block = Halt {
        cookie: 0,
        exit_status,
        pad: 0,
    };
    loop {
        call(call::HALT, &mut block);
    }
}

#[cfg(test)]
mod tests {
    use super::{ExitStatus, Termination};

    #[test]
    fn returning_nothing_is_success() {
        assert_eq!(().report(), ExitStatus::SUCCESS);
    }

    #[test]
    fn a_result_reports_what_it_holds() {
        let result: Result<ExitStatus, ()> = Ok(ExitStatus::from(7));
        assert_eq!(result.report(), ExitStatus::from(7));
    }
}
