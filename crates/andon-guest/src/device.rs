//! Devices: declared once, for the monitor in a note and for the guest as typed handles.

use andon_abi::device::{Declaration, FLAG_OPTIONAL, name_field};

use crate::{Startup, boot};

/// Declares a guest's devices: a struct with one field a device.
///
/// The field's name is the device's name, to which the operator binds a host resource.
/// The field's type says what is asked for: any [`Device`]. A device in an `Option` is
/// optional: the guest runs without it, and finds `None` then. A monitor refuses to start
/// a guest whose other devices are not all granted.
///
/// [`entry!`](crate::entry!) makes the struct and hands it to the main function.
///
/// ```ignore
/// andon_guest::devices! {
///     struct Devices {
///         /// Lit while the press moves.
///         lamp: gpio::Output,
///         button: gpio::Input,
///         bar: gpio::OutputGroup<8>,
///         buzzer: Option<gpio::Output>,
///     }
/// }
/// ```
#[macro_export]
macro_rules! devices {
    (
        $(#[$meta:meta])*
        $visibility:vis struct $name:ident {
            $($(#[$field_meta:meta])* $field_visibility:vis $field:ident: $type:ty),* $(,)?
        }
    ) => {
        $(#[$meta])*
        $visibility struct $name {
            $($(#[$field_meta])* $field_visibility $field: $type,)*
        }

        impl $crate::device::Devices for $name {
            const DECLARATIONS: &'static [$crate::abi::device::Declaration] =
                &[$($crate::device::declaration::<$type>(::core::stringify!($field))),*];

            fn new(handles: &mut $crate::device::Handles) -> Self {
                Self {
                    $($field: <$type as $crate::device::Device>::new(handles.next()),)*
                }
            }
        }
    };
}

/// Names a device to the monitor: its index in the notes.
#[derive(Debug)]
pub struct Handle(u64);

impl Handle {
    /// The number, as a hypercall's block wants it.
    pub fn number(&self) -> u64 {
        self.0
    }
}

/// Class of a device that is of Solo5's manifest, with its kind there. It is not one of the
/// note's classes: it never leaves the guest.
pub(crate) const fn solo5_class(kind: u32) -> u32 {
    SOLO5 | kind
}

const SOLO5: u32 = 1 << 31;

/// Kind in Solo5's manifest of a device of this class, where it is of that.
pub(crate) const fn solo5_kind(class: u32) -> Option<u32> {
    if class & SOLO5 == 0 {
        return None;
    }
    Some(class & !SOLO5)
}

/// What the monitor says of a device of Solo5's manifest; zeros where it is not attached.
pub(crate) fn solo5_properties(handle: u64) -> [u8; 16] {
    let entry = boot::manifest().get(handle as usize);
    let attached = entry.filter(|entry| entry.attached == 1);
    attached.map_or([0; 16], |entry| entry.properties)
}

/// How many of the declarations are of Solo5's manifest.
pub const fn solo5_count(declarations: &[Declaration]) -> usize {
    let mut count = 0;
    let mut index = 0;
    while index < declarations.len() {
        if solo5_kind(declarations[index].class).is_some() {
            count += 1;
        }
        index += 1;
    }
    count
}

/// The handles in the order of the declarations, each once.
#[derive(Debug)]
pub struct Handles {
    declarations: core::slice::Iter<'static, Declaration>,
    next_of_solo5: u64,
    next_of_andon: u64,
}

impl Handles {
    /// Solo5's manifest comes first, after its reserved entry.
    pub(crate) fn of(declarations: &'static [Declaration]) -> Self {
        Self {
            declarations: declarations.iter(),
            next_of_solo5: 1,
            next_of_andon: 1 + solo5_count(declarations) as u64,
        }
    }

    /// The next handle.
    #[expect(
        clippy::should_implement_trait,
        reason = "it never ends, so it is no iterator"
    )]
    pub fn next(&mut self) -> Handle {
        let declared = self.declarations.next();
        let is_solo5 = declared.is_some_and(|it| solo5_kind(it.class).is_some());
        let next = if is_solo5 {
            &mut self.next_of_solo5
        } else {
            &mut self.next_of_andon
        };
        let handle = Handle(*next);
        *next += 1;
        handle
    }
}

/// One device: what may be the type of a field in [`devices!`].
pub trait Device {
    /// Its class, as in [`andon_abi::device`].
    const CLASS: u32;
    /// What is asked for, laid out as the class says.
    const ASK: [u8; 48];
    /// Whether the guest runs without it too.
    const OPTIONAL: bool = false;

    /// The device behind a handle.
    fn new(handle: Handle) -> Self;

    /// Asks the monitor whether the device was granted.
    fn is_granted(&self) -> bool;
}

/// An optional device: `None` where it was not granted.
impl<D: Device> Device for Option<D> {
    const CLASS: u32 = D::CLASS;
    const ASK: [u8; 48] = D::ASK;
    const OPTIONAL: bool = true;

    fn new(handle: Handle) -> Self {
        Some(D::new(handle)).filter(D::is_granted)
    }

    fn is_granted(&self) -> bool {
        self.is_some()
    }
}

/// All devices of a guest: what [`devices!`] implements.
pub trait Devices {
    /// Their declarations, in the order of the handles.
    const DECLARATIONS: &'static [Declaration];

    /// The devices behind the handles.
    fn new(handles: &mut Handles) -> Self;
}

/// No devices.
impl Devices for () {
    const DECLARATIONS: &'static [Declaration] = &[];

    fn new(_: &mut Handles) -> Self {}
}

/// Makes the devices, once: there is one [`Startup`].
pub fn take<D: Devices>(_: Startup) -> D {
    D::new(&mut Handles::of(D::DECLARATIONS))
}

/// The declaration of a device of this type and name.
///
/// # Panics
/// Where it is optional and of Solo5's manifest, whose devices cannot be.
pub const fn declaration<D: Device>(name: &str) -> Declaration {
    assert!(
        !D::OPTIONAL || solo5_kind(D::CLASS).is_none(),
        "a disk or a network cannot be optional"
    );
    Declaration {
        name: name_field(name),
        class: D::CLASS,
        flags: if D::OPTIONAL { FLAG_OPTIONAL } else { 0 },
        reserved: 0,
        ask: D::ASK,
    }
}

#[cfg(test)]
mod tests {
    use andon_abi::device::{CLASS_GPIO, FLAG_OPTIONAL};
    use andon_abi::gpio::{Ask, DIRECTION_OUT};

    use super::{Devices as _, Handles, solo5_count};
    use crate::{block, gpio, net};

    devices! {
        struct Devices {
            lamp: gpio::Output,
            bar: gpio::OutputGroup<8>,
            buzzer: Option<gpio::Output>,
        }
    }

    devices! {
        struct Mixed {
            _lamp: gpio::Output,
            _disk: block::Device,
            _buzzer: gpio::Output,
            _lan: net::Device,
        }
    }

    #[test]
    fn a_field_declares_a_device_of_its_name() {
        let lamp = &Devices::DECLARATIONS[0];
        assert_eq!(&lamp.name[..5], b"lamp\0");
        assert_eq!((lamp.class, lamp.flags), (CLASS_GPIO, 0));
    }

    #[test]
    fn the_type_says_what_is_asked_for() {
        let ask = Ask::from_bytes(&Devices::DECLARATIONS[1].ask);
        assert_eq!((ask.direction, ask.lines), (DIRECTION_OUT, 8));
    }

    #[test]
    fn an_option_is_declared_optional() {
        assert_eq!(Devices::DECLARATIONS[2].flags, FLAG_OPTIONAL);
    }

    #[test]
    fn handles_of_the_manifest_come_first() {
        let mut handles = Handles::of(Mixed::DECLARATIONS);
        let numbers = [(); 4].map(|()| handles.next().number());
        assert_eq!(numbers, [3, 1, 4, 2]);
    }

    #[test]
    fn a_disk_and_a_network_are_of_the_manifest() {
        assert_eq!(solo5_count(Mixed::DECLARATIONS), 2);
    }

    #[test]
    fn without_a_monitor_an_optional_device_is_none_and_others_are_not_granted() {
        let mut devices = Devices::new(&mut Handles::of(Devices::DECLARATIONS));
        assert!(devices.buzzer.is_none());
        assert!(devices.lamp.set_active(true).is_err());
        assert!(devices.bar.set(0xff).is_err());
    }
}
