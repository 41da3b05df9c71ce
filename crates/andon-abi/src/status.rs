//! The status of an Andon hypercall.

macro_rules! statuses {
    ($($(#[doc = $doc:literal])* $variant:ident = $number:literal, $text:literal;)*) => {
        /// How an Andon hypercall ended, as told to the guest.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u32)]
        pub enum Status {
            $($(#[doc = $doc])* $variant = $number,)*
        }

        impl Status {
            /// Every status, in the order of the numbers.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The status with this number.
            pub const fn from_number(number: u32) -> Option<Self> {
                match number {
                    $($number => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// The cause in words, lower case.
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }
    };
}

statuses! {
    /// The call did what was asked.
    Ok = 0, "ok";
    /// The operator granted no such device to this guest.
    NotGranted = 1, "not granted";
    /// The device is granted in the other direction.
    WrongDirection = 2, "wrong direction";
    /// Somebody else holds the resource now.
    Busy = 3, "busy";
    /// I2C: nothing acknowledged the address or the data.
    NoAcknowledge = 4, "no acknowledge";
    /// I2C: another controller won the bus.
    ArbitrationLost = 5, "arbitration lost";
    /// The device did not answer in time.
    Timeout = 6, "timeout";
    /// The grant's maximum rate was reached.
    RateLimited = 7, "rate limited";
    /// Another output forbids this one now.
    Interlocked = 8, "interlocked";
    /// The host resource disappeared.
    DeviceGone = 9, "device gone";
    /// A handle, mask, length or reserved field is wrong.
    BadArgument = 10, "bad argument";
    /// The host's driver reported an error of another kind.
    IoError = 11, "i/o error";
    /// The grant does not allow this value, or the device does not have it.
    OutOfBounds = 12, "out of bounds";
    /// What is granted cannot do this at all.
    Unsupported = 13, "not supported";
    /// There is no valid value yet, as after power-on.
    NotReady = 14, "not ready";
    /// What the device sent was damaged on its way: a checksum is wrong.
    Corrupt = 15, "corrupt data";
}

impl core::fmt::Display for Status {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::Status;

    #[test]
    fn every_status_comes_back_from_its_number() {
        let back: [Option<Status>; 16] = core::array::from_fn(|i| Status::from_number(i as u32));
        assert!(back.iter().flatten().eq(Status::ALL.iter()));
    }

    #[test]
    fn an_unknown_number_is_no_status() {
        assert_eq!(Status::from_number(16), None);
    }
}
