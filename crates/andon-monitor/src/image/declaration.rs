//! Andon's device note: what a guest asks for besides Solo5's devices.
//!
//! Layouts and numbers are those of [`andon_abi::device`]. Whether the operator grants what
//! is asked for is not looked at here.

use andon_abi::device::{self, FLAG_OPTIONAL, Head, VERSION, name_is_valid};
use andon_abi::manifest::{MAX_ENTRIES, NAME_SIZE, name_bytes};
use thiserror::Error;

use crate::device::class::AskProblem;

pub use crate::device::class::Ask;

/// Largest number of declarations: Solo5's manifest takes one handle at least.
const MAX_DECLARATIONS: usize = MAX_ENTRIES - 1;

/// A device that a guest asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// Name; [`andon_abi::device::name_is_valid`] holds.
    pub name: String,
    /// Whether the guest runs without it too.
    pub optional: bool,
    /// What is asked for.
    pub ask: Ask,
}

/// Reads the content of the note.
pub(super) fn parse(bytes: &[u8]) -> Result<Vec<Declaration>, DeclarationError> {
    let size = bytes.len();
    let (head, body) = bytes
        .split_first_chunk()
        .ok_or(DeclarationError::NoHead { size })?;
    let head = Head::from_bytes(head);
    if head.version != VERSION {
        return Err(DeclarationError::Version(head.version));
    }
    let entries = usize::try_from(head.entries).unwrap_or(usize::MAX);
    if entries > MAX_DECLARATIONS {
        return Err(DeclarationError::Count(head.entries));
    }
    let (declarations, rest) = body.as_chunks();
    if declarations.len() != entries || !rest.is_empty() {
        let entries = head.entries;
        return Err(DeclarationError::Size { entries, size });
    }
    declarations
        .iter()
        .enumerate()
        .map(|(index, bytes)| parse_one(index, &device::Declaration::from_bytes(bytes)))
        .collect()
}

fn parse_one(
    index: usize,
    declaration: &device::Declaration,
) -> Result<Declaration, DeclarationError> {
    let name = parse_name(index, &declaration.name)?;
    let error = |problem| DeclarationError::Device {
        name: name.clone(),
        problem,
    };
    if declaration.flags & !FLAG_OPTIONAL != 0 {
        return Err(error(DeviceProblem::Flags(declaration.flags)));
    }
    if declaration.reserved != 0 {
        return Err(error(DeviceProblem::Reserved));
    }
    let class = declaration.class;
    let ask = Ask::parse(class, &declaration.ask)
        .ok_or(DeviceProblem::Class(class))
        .and_then(|ask| Ok(ask?))
        .map_err(error)?;
    Ok(Declaration {
        optional: declaration.flags & FLAG_OPTIONAL != 0,
        ask,
        name,
    })
}

fn parse_name(index: usize, field: &[u8; NAME_SIZE]) -> Result<String, DeclarationError> {
    let name = name_bytes(field).ok_or(DeclarationError::Unterminated { index })?;
    let shown = name.escape_ascii().to_string();
    if !name_is_valid(name) {
        return Err(DeclarationError::Name { index, name: shown });
    }
    if field[name.len()..].iter().any(|&byte| byte != 0) {
        return Err(DeclarationError::Device {
            name: shown,
            problem: DeviceProblem::Reserved,
        });
    }
    Ok(shown)
}

/// Why a device note is not valid.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DeclarationError {
    /// It is too small for its head.
    #[error("it has {size} bytes, expected at least {}", Head::SIZE)]
    NoHead {
        /// Its size in bytes.
        size: usize,
    },
    /// It has another layout.
    #[error("its version is {0}, expected {VERSION}")]
    Version(u32),
    /// It has too many devices.
    #[error("it has {0} devices, at most {MAX_DECLARATIONS} are possible")]
    Count(u32),
    /// Its size does not match the number of devices.
    #[error(
        "it has {size} bytes, expected {} for {entries} devices",
        Head::SIZE + *entries as usize * device::Declaration::SIZE
    )]
    Size {
        /// Number of devices.
        entries: u32,
        /// Its size in bytes.
        size: usize,
    },
    /// A name has no end.
    #[error("the name of device {index} is not terminated")]
    Unterminated {
        /// Index of the device in the note.
        index: usize,
    },
    /// A name is none.
    #[error("device {index} is named \"{name}\", expected 1 to 67 letters, digits, '-' or '_'")]
    Name {
        /// Index of the device in the note.
        index: usize,
        /// The name with escapes.
        name: String,
    },
    /// Something else about a device.
    #[error("the device {name} {problem}")]
    Device {
        /// Name of the device.
        name: String,
        /// What is wrong with it.
        problem: DeviceProblem,
    },
}

/// What is wrong with one device's declaration; completes "the device NAME".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DeviceProblem {
    /// Its class is none that this monitor knows.
    #[error("is of the unknown class {0}, it needs a newer Andon")]
    Class(u32),
    /// It has flags that this monitor does not know.
    #[error("has unknown flags {0:#x}, it needs a newer Andon")]
    Flags(u32),
    /// Reserved bytes are not zero.
    #[error("has reserved bytes that are not zero")]
    Reserved,
    /// What it asks for is not possible.
    #[error(transparent)]
    Ask(#[from] AskProblem),
}

#[cfg(test)]
mod tests {
    use andon_abi::device;
    use andon_abi::note::{ANDON_OWNER, DEV1_TYPE};

    use super::{Ask, Declaration};
    use crate::device::gpio::{Ask as GpioAsk, Direction, Edges};
    use crate::image::Image;
    use crate::image::builder::{ImageBuilder, Program, note, output};

    /// Offset of the ask's direction, lines and reserved bytes.
    const DIRECTION: usize = 0;
    const LINES: usize = 4;
    const RESERVED: usize = 8;

    fn parsed(devices: &[device::Declaration]) -> Vec<Declaration> {
        let bytes = ImageBuilder::with_devices(devices).build();
        Image::parse(&bytes).unwrap().declarations
    }

    /// What is said about a note whose second device is `led` after `change`.
    fn error(change: impl FnOnce(&mut device::Declaration)) -> String {
        let mut device = output("led");
        change(&mut device);
        let bytes = ImageBuilder::with_devices(&[output("other"), device]).build();
        Image::parse(&bytes).unwrap_err().to_string()
    }

    fn error_of_content(content: &[u8]) -> String {
        let mut image = ImageBuilder::guest();
        let note = note(ANDON_OWNER, DEV1_TYPE, content);
        image.programs.push(Program::note(note));
        Image::parse(&image.build()).unwrap_err().to_string()
    }

    #[test]
    fn a_declaration_says_name_direction_and_number_of_lines() {
        let mut device = output("led");
        device.ask[LINES] = 64;
        assert_eq!(
            parsed(&[device]),
            [Declaration {
                name: "led".to_owned(),
                optional: false,
                ask: Ask::Gpio(GpioAsk {
                    direction: Direction::Out,
                    lines: 64,
                    edges: Edges::NONE,
                }),
            }]
        );
    }

    #[test]
    fn an_input_may_be_optional() {
        let mut device = output("button");
        device.flags = device::FLAG_OPTIONAL;
        device.ask[DIRECTION] = 1;
        let declarations = parsed(&[device]);
        assert!(declarations[0].optional);
        assert_eq!(
            declarations[0].ask,
            Ask::Gpio(GpioAsk {
                direction: Direction::In,
                lines: 1,
                edges: Edges::NONE,
            })
        );
    }

    #[test]
    fn a_note_without_devices_is_accepted() {
        assert_eq!(parsed(&[]), []);
    }

    #[test]
    fn a_note_smaller_than_its_head_is_refused() {
        let expected = "Andon device note: it has 7 bytes, expected at least 8";
        assert_eq!(error_of_content(&[0; 7]), expected);
    }

    #[test]
    fn another_version_is_refused() {
        let expected = "Andon device note: its version is 1, expected 2";
        assert_eq!(error_of_content(&[1, 0, 0, 0, 0, 0, 0, 0]), expected);
    }

    #[test]
    fn too_many_devices_are_refused() {
        let expected = "Andon device note: it has 64 devices, at most 63 are possible";
        assert_eq!(error_of_content(&[2, 0, 0, 0, 64, 0, 0, 0]), expected);
    }

    #[test]
    fn a_size_that_does_not_match_the_number_of_devices_is_refused() {
        let expected = "Andon device note: it has 8 bytes, expected 136 for 1 devices";
        assert_eq!(error_of_content(&[2, 0, 0, 0, 1, 0, 0, 0]), expected);
    }

    #[test]
    fn bytes_after_the_last_device_are_refused() {
        let expected = "Andon device note: it has 9 bytes, expected 8 for 0 devices";
        assert_eq!(error_of_content(&[2, 0, 0, 0, 0, 0, 0, 0, 0]), expected);
    }

    #[test]
    fn a_name_without_an_end_is_refused() {
        assert_eq!(
            error(|device| device.name = [b'a'; 68]),
            "Andon device note: the name of device 1 is not terminated"
        );
    }

    #[test]
    fn an_empty_name_is_refused() {
        assert_eq!(
            error(|device| device.name = [0; 68]),
            "Andon device note: device 1 is named \"\", expected 1 to 67 letters, digits, '-' \
             or '_'"
        );
    }

    #[test]
    fn a_name_with_other_characters_is_refused_and_shown_escaped() {
        assert_eq!(
            error(|device| device.name[0] = b'"'),
            "Andon device note: device 1 is named \"\\\"ed\", expected 1 to 67 letters, \
             digits, '-' or '_'"
        );
    }

    #[test]
    fn bytes_after_a_name_s_end_are_checked() {
        assert_eq!(
            error(|device| device.name[67] = 1),
            "Andon device note: the device led has reserved bytes that are not zero"
        );
    }

    #[test]
    fn an_unknown_class_is_refused() {
        assert_eq!(
            error(|device| device.class = 99),
            "Andon device note: the device led is of the unknown class 99, it needs a newer Andon"
        );
    }

    #[test]
    fn unknown_flags_are_refused() {
        assert_eq!(
            error(|device| device.flags = 3),
            "Andon device note: the device led has unknown flags 0x3, it needs a newer Andon"
        );
    }

    #[test]
    fn reserved_bytes_are_checked() {
        assert_eq!(
            error(|device| device.reserved = 1),
            "Andon device note: the device led has reserved bytes that are not zero"
        );
    }

    #[test]
    fn an_unknown_gpio_direction_is_refused() {
        assert_eq!(
            error(|device| device.ask[DIRECTION] = 3),
            "Andon device note: the device led asks for the unknown gpio direction 3"
        );
    }

    #[test]
    fn a_gpio_device_without_lines_is_refused() {
        assert_eq!(
            error(|device| device.ask[LINES] = 0),
            "Andon device note: the device led asks for 0 gpio lines, 1 to 64 are possible"
        );
    }

    #[test]
    fn a_gpio_device_with_too_many_lines_is_refused() {
        assert_eq!(
            error(|device| device.ask[LINES] = 65),
            "Andon device note: the device led asks for 65 gpio lines, 1 to 64 are possible"
        );
    }

    #[test]
    fn reserved_bytes_of_a_gpio_ask_are_checked() {
        assert_eq!(
            error(|device| device.ask[RESERVED + 39] = 1),
            "Andon device note: the device led has reserved bytes that are not zero"
        );
    }
}
