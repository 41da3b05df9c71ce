//! The image, and the tender's words for what is wrong with it.

use std::fmt::Display;
use std::fs;
use std::path::Path;

use andon_monitor::image::{Architecture, Image, ImageError, ManifestError, NoteError};

use super::complaint::Complaint;

/// Reads the file.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Complaint> {
    fs::read(path).map_err(|error| {
        let error = super::devices::reason(&error);
        Complaint::of(format_args!("{}: Could not open: {error}", path.display()))
    })
}

/// Checks what was read.
pub(super) fn parse(path: &Path, file: &[u8]) -> Result<Image, Complaint> {
    let shown = path.display();
    let image = Image::parse(file)
        .map_err(|error| Complaint::of(format_args!("{shown}: {}", words(&error))))?;
    match Architecture::host() {
        Some(machine) => match image.check_architecture(machine) {
            Ok(()) => Ok(image),
            Err(error) => Err(Complaint::of(format_args!(
                "{shown}: invalid or unsupported executable ({error})"
            ))),
        },
        None => Ok(image),
    }
}

/// An image that cannot be loaded.
pub(super) fn invalid(path: &Path, error: &dyn Display) -> Complaint {
    Complaint::of(format_args!(
        "{}: invalid executable: {error}",
        path.display()
    ))
}

fn words(error: &ImageError) -> String {
    let message = match error {
        ImageError::Note(NoteError::NotGuest) => {
            "No Solo5 ABI information found in executable".to_owned()
        }
        ImageError::Note(NoteError::Target(_)) => {
            "Executable is not for the solo5-hvt target".to_owned()
        }
        ImageError::Note(NoteError::Version(version)) => {
            format!("Executable requests unsupported ABI version {version}")
        }
        ImageError::Note(NoteError::NoManifest) => {
            "No Solo5 manifest found in executable".to_owned()
        }
        ImageError::Note(
            NoteError::Truncated(_)
            | NoteError::TooLarge { .. }
            | NoteError::Broken { .. }
            | NoteError::AbiSize(_),
        )
        | ImageError::Manifest(ManifestError::NoHead { .. }) => {
            "invalid executable: note does not fall within valid size".to_owned()
        }
        ImageError::Manifest(_) => "Solo5 manifest is invalid".to_owned(),
        ImageError::Elf(_) => "invalid or unsupported executable".to_owned(),
        _ => "invalid executable".to_owned(),
    };
    format!("{message} ({error})")
}

#[cfg(test)]
mod tests {
    use andon_monitor::image::{ElfError, ImageError, ManifestError, NoteError};

    use super::words;

    #[test]
    fn what_the_tender_has_words_for_is_told_in_them() {
        assert_eq!(
            words(&NoteError::Version(1).into()),
            "Executable requests unsupported ABI version 1 (image is for version 1 of the hvt \
             ABI, Andon offers version 2)"
        );
        assert!(words(&NoteError::Target(2).into()).starts_with("Executable is not for the"));
        assert!(words(&NoteError::NotGuest.into()).starts_with("No Solo5 ABI information"));
        assert!(words(&ElfError::NotElf.into()).starts_with("invalid or unsupported executable"));
    }

    #[test]
    fn a_note_that_is_too_small_is_one_of_an_invalid_size() {
        assert_eq!(
            words(&ManifestError::NoHead { size: 1 }.into()),
            "invalid executable: note does not fall within valid size (Solo5 manifest: it has 1 \
             bytes, expected at least 12)"
        );
    }

    #[test]
    fn other_mistakes_of_a_manifest_make_it_invalid() {
        let error: ImageError = ManifestError::Version(9).into();
        assert!(words(&error).starts_with("Solo5 manifest is invalid"));
    }
}
