//! How a channel's samples lie in a buffer.

/// The form of a sample: `le:s12/16>>4` is a signed value of 12 bits, 4 bits up in 16.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Format {
    big_endian: bool,
    signed: bool,
    bits: u32,
    /// How many bytes a sample takes.
    pub(super) size: usize,
    shift: u32,
}

impl Format {
    /// Reads a description of the kernel's. Samples of at most 32 bits are understood, one a
    /// channel.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (endian, rest) = text.trim().split_once(':')?;
        let (kind, shift) = rest.split_once(">>").unwrap_or((rest, "0"));
        let (signed, kind) = match kind.split_at_checked(1)? {
            ("s", kind) => (true, kind),
            ("u", kind) => (false, kind),
            _ => return None,
        };
        let (bits, storage) = kind.split_once('/')?;
        let (bits, storage): (u32, u32) = (bits.parse().ok()?, storage.parse().ok()?);
        let shift: u32 = shift.parse().ok()?;
        let size = match storage {
            8 => 1,
            16 => 2,
            32 => 4,
            _ => return None,
        };
        let fits = bits >= 1 && bits.checked_add(shift)? <= storage;
        fits.then_some(Self {
            big_endian: match endian {
                "be" => true,
                "le" => false,
                _ => return None,
            },
            signed,
            bits,
            size,
            shift,
        })
    }

    /// The value in `bytes`, which are as many as the format says.
    pub(super) fn value(self, bytes: &[u8]) -> i64 {
        let add = |value: u64, byte: &u8| value << u8::BITS | u64::from(*byte);
        let stored = match self.big_endian {
            true => bytes.iter().fold(0, add),
            false => bytes.iter().rev().fold(0, add),
        };
        // The value's highest bit comes to the highest of all, and its sign back with it.
        let above = u64::BITS - self.bits;
        let high = stored >> self.shift << above;
        match self.signed {
            true => high.cast_signed() >> above,
            false => (high >> above).cast_signed(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Format;

    fn value(format: &str, bytes: &[u8]) -> i64 {
        Format::parse(format).unwrap().value(bytes)
    }

    #[test]
    fn bits_around_the_value_do_not_count() {
        assert_eq!(value("le:u12/16>>2", &[0b1111_1111, 0b1011_1111]), 0xfff);
        assert_eq!(value("be:u12/16>>4", &[0x12, 0x3f]), 0x123);
        assert_eq!(value("le:u8/8", &[200]), 200);
    }

    #[test]
    fn a_sign_is_the_values_highest_bit() {
        assert_eq!(value("le:s12/16>>4", &[0xf0, 0xff]), -1);
        assert_eq!(value("be:s24/32", &[0xaa, 0x80, 0, 0]), -0x80_0000);
        assert_eq!(value("le:s32/32", &[0, 0, 0, 0x80]), i64::from(i32::MIN));
    }

    #[test]
    fn what_is_not_understood_is_none() {
        let texts = [
            "",
            "le:s12",
            "xe:s12/16",
            "le:f32/32",
            "le:s64/64",
            "le:s13/16>>4",
            "le:s0/16",
            "le:s12/16X2>>4",
            "le:s12/16>>4294967295",
        ];
        assert_eq!(texts.map(Format::parse), [None; 9]);
    }
}
