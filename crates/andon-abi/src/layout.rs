//! Declares a C layout once: the struct, its asserted offsets, and its byte form.

/// A value that stands in a layout: read from and written to little-endian bytes.
pub trait Field: Sized {
    /// Reads the value from the first `size_of::<Self>()` bytes.
    fn read(bytes: &[u8]) -> Self;
    /// Writes the value into the first `size_of::<Self>()` bytes.
    fn write(&self, bytes: &mut [u8]);
}

macro_rules! integer_field {
    ($($integer:ty),*) => {$(
        impl Field for $integer {
            fn read(bytes: &[u8]) -> Self {
                let mut array = [0; size_of::<$integer>()];
                array.copy_from_slice(&bytes[..size_of::<$integer>()]);
                <$integer>::from_le_bytes(array)
            }
            fn write(&self, bytes: &mut [u8]) {
                bytes[..size_of::<$integer>()].copy_from_slice(&self.to_le_bytes());
            }
        }
    )*};
}

integer_field!(u8, u16, u32, u64, i32, i64);

impl<const N: usize> Field for [u8; N] {
    fn read(bytes: &[u8]) -> Self {
        let mut array = [0; N];
        array.copy_from_slice(&bytes[..N]);
        array
    }
    fn write(&self, bytes: &mut [u8]) {
        bytes[..N].copy_from_slice(self);
    }
}

/// Declares a `#[repr(C)]` struct with its size in brackets and the offset of each
/// field; all are asserted at compile time.
macro_rules! layout {
    (
        $(#[$meta:meta])*
        pub struct $name:ident [$size:literal] {
            $($(#[$field_meta:meta])* $offset:literal => $field:ident: $type:ty,)*
        }
    ) => {
        $(#[$meta])*
        #[repr(C)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $type,)*
        }

        const _: () = assert!(size_of::<$name>() == $size);
        $(const _: () = assert!(core::mem::offset_of!($name, $field) == $offset);)*

        impl $name {
            /// Size of the layout in bytes.
            pub const SIZE: usize = $size;

            /// Reads the layout from its byte form.
            pub fn from_bytes(bytes: &[u8; $size]) -> Self {
                Self {
                    $($field: <$type as $crate::Field>::read(&bytes[$offset..]),)*
                }
            }

            /// The layout's byte form.
            pub fn to_bytes(&self) -> [u8; $size] {
                let mut bytes = [0; $size];
                $($crate::Field::write(&self.$field, &mut bytes[$offset..]);)*
                bytes
            }
        }
    };
}
