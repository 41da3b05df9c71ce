//! What an operator binds a block device to: as text on the command line, as text or a
//! table in a config.

use std::path::PathBuf;
use std::str::FromStr;

use serde::Deserialize;
use thiserror::Error;

use super::{SectorSize, SectorSizeError};

/// Storage and how it is used.
///
/// As text: `block:PATH`, then `,ro` and `,sector=BYTES`. A path with a comma in it is given
/// in a table, whose keys are `path`, `read-only` and `sector-size`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Table")]
pub struct Spec {
    /// The storage.
    pub target: Target,
    /// Whether the guest may only read.
    pub read_only: bool,
    /// Size of a sector.
    pub sector_size: SectorSize,
}

/// The storage that a [`Spec`] names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Memory of the monitor's.
    Sim,
    /// A file or a block device.
    Path(PathBuf),
}

/// Why something is no [`Spec`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SpecError {
    /// There is no path.
    #[error("it names no file: write block:PATH")]
    NoPath,
    /// An option is not known.
    #[error("`{0}` is no option of a block device: use ro or sector=BYTES")]
    UnknownOption(String),
    /// An option is given more than once.
    #[error("{0} is given twice")]
    RepeatedOption(&'static str),
    /// The sector size is none.
    #[error(transparent)]
    SectorSize(#[from] SectorSizeError),
}

impl Spec {
    /// Simulated storage.
    pub const SIM: Self = Self {
        target: Target::Sim,
        read_only: false,
        sector_size: SectorSize::DEFAULT,
    };

    /// All of this file or block device, in sectors of 512 bytes.
    pub fn path(path: impl Into<PathBuf>) -> Self {
        Self {
            target: Target::Path(path.into()),
            ..Self::SIM
        }
    }
}

/// What follows `block:`.
impl FromStr for Spec {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        let mut words = text.split(',');
        let path = words.next().filter(|path| !path.is_empty());
        let mut spec = Self::path(path.ok_or(SpecError::NoPath)?);
        let mut sector_size = None;
        for word in words {
            match word.split_once('=') {
                None if word == "ro" && spec.read_only => {
                    return Err(SpecError::RepeatedOption("ro"));
                }
                None if word == "ro" => spec.read_only = true,
                Some(("sector", _)) if sector_size.is_some() => {
                    return Err(SpecError::RepeatedOption("sector"));
                }
                Some(("sector", bytes)) => sector_size = Some(bytes.parse()?),
                _ => return Err(SpecError::UnknownOption(word.to_owned())),
            }
        }
        spec.sector_size = sector_size.unwrap_or(SectorSize::DEFAULT);
        Ok(spec)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Table {
    path: PathBuf,
    #[serde(default)]
    read_only: bool,
    sector_size: Option<u32>,
}

impl TryFrom<Table> for Spec {
    type Error = SpecError;

    fn try_from(table: Table) -> Result<Self, SpecError> {
        let sector_size = match table.sector_size {
            Some(bytes) => bytes.try_into()?,
            None => SectorSize::DEFAULT,
        };
        Ok(Self {
            target: Target::Path(table.path),
            read_only: table.read_only,
            sector_size,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Spec, Target};

    fn spec(text: &str) -> Spec {
        text.parse().unwrap()
    }

    fn error(text: &str) -> String {
        text.parse::<Spec>().unwrap_err().to_string()
    }

    #[test]
    fn a_path_alone_is_writable_in_sectors_of_512_bytes() {
        let spec = spec("a/disk.img");
        assert_eq!(spec.target, Target::Path(Path::new("a/disk.img").into()));
        assert_eq!((spec.read_only, spec.sector_size.bytes()), (false, 512));
    }

    #[test]
    fn options_follow_the_path_in_any_order() {
        let spec = spec("disk.img,sector=4096,ro");
        assert_eq!((spec.read_only, spec.sector_size.bytes()), (true, 4096));
    }

    #[test]
    fn an_empty_path_is_refused() {
        assert_eq!(error(",ro"), "it names no file: write block:PATH");
    }

    #[test]
    fn an_unknown_option_is_shown() {
        assert_eq!(
            error("disk.img,rw"),
            "`rw` is no option of a block device: use ro or sector=BYTES"
        );
    }

    #[test]
    fn a_repeated_option_is_refused() {
        assert_eq!(error("d,ro,ro"), "ro is given twice");
        assert_eq!(error("d,sector=512,sector=512"), "sector is given twice");
    }

    #[test]
    fn a_sector_size_that_is_none_is_refused() {
        assert_eq!(
            error("d,sector=521"),
            "`521` is no sector size: a power of two from 512 to 32768 is one"
        );
    }

    #[test]
    fn a_table_may_have_a_comma_in_its_path() {
        let table = "path = 'a,b'\nread-only = true\nsector-size = 4096";
        let spec: Spec = toml::from_str(table).unwrap();
        assert_eq!(spec.target, Target::Path(Path::new("a,b").into()));
        assert_eq!((spec.read_only, spec.sector_size.bytes()), (true, 4096));
    }

    #[test]
    fn an_unknown_key_of_a_table_is_refused() {
        let error = toml::from_str::<Spec>("path = 'a'\nsize = 1").unwrap_err();
        assert!(error.message().starts_with("unknown field `size`"));
    }
}
