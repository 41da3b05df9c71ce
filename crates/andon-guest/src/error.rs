//! The error of calls to devices: the monitor's status.

use core::fmt;

use andon_abi::Status;
use andon_abi::solo5::Solo5Result;
use embedded_hal::digital::ErrorKind;

/// Why a call to a device failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    status: Status,
}

impl Error {
    /// What the monitor answered, never [`Status::Ok`].
    pub fn status(self) -> Status {
        self.status
    }

    /// The result that a status number stands for. A number that this contract does not
    /// have is an i/o error.
    pub(crate) fn check(number: u32) -> Result<(), Self> {
        match Status::from_number(number).unwrap_or(Status::IoError) {
            Status::Ok => Ok(()),
            status => Err(Self { status }),
        }
    }

    /// The result that a number of Solo5's stands for.
    pub(crate) fn check_solo5(number: i32) -> Result<(), Self> {
        if number == Solo5Result::Ok as i32 {
            return Ok(());
        }
        let status = if number == Solo5Result::InvalidArgument as i32 {
            Status::BadArgument
        } else {
            Status::IoError
        };
        Err(Self { status })
    }

    /// A call that needs no monitor to be refused. `status` is not [`Status::Ok`].
    pub(crate) const fn of(status: Status) -> Self {
        Self { status }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.status.fmt(f)
    }
}

impl core::error::Error for Error {}

impl embedded_hal::digital::Error for Error {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}

impl embedded_hal::pwm::Error for Error {
    fn kind(&self) -> embedded_hal::pwm::ErrorKind {
        embedded_hal::pwm::ErrorKind::Other
    }
}

#[cfg(test)]
mod tests {
    use super::{Error, Status};

    #[test]
    fn an_error_keeps_its_status() {
        let result = Error::check(Status::Interlocked as u32);
        assert_eq!(result.map_err(Error::status), Err(Status::Interlocked));
    }

    #[test]
    fn ok_is_no_error() {
        assert_eq!(Error::check(0), Ok(()));
    }

    #[test]
    fn an_unknown_number_is_an_io_error() {
        let result = Error::check(u32::MAX);
        assert_eq!(result.map_err(Error::status), Err(Status::IoError));
    }
}
