//! From what an operator grants to storage that is there, is as it should be, and is ours.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::file::Storage;
use super::front::Layout;
use super::sim::{self, Disk};
use super::{Front, Provider, SectorSize, Spec, Target};

/// Storage that a guest can be given; it is open and locked.
#[derive(Debug)]
pub struct Resolved {
    place: Place,
    layout: Layout,
}

#[derive(Debug)]
enum Place {
    Sim(Disk),
    Storage(PathBuf, Storage),
}

/// Why storage cannot be had.
#[derive(Debug, Error)]
pub enum ResolveError {
    /// The kernel refuses a step.
    #[error("cannot {step} `{}`: {source}", path.display())]
    Host {
        /// The step.
        step: &'static str,
        /// The file.
        path: PathBuf,
        /// The kernel's error.
        source: io::Error,
    },
    /// What is there stores nothing.
    #[error("`{}` is neither a file nor a block device", .0.display())]
    NoStorage(PathBuf),
    /// Another has it.
    #[error("`{}` is already in use", .0.display())]
    Locked(PathBuf),
    /// There is no whole sector.
    #[error("`{}` has {capacity} bytes, less than one sector of {sector_size}", path.display())]
    TooSmall {
        /// The file.
        path: PathBuf,
        /// Its size in bytes.
        capacity: u64,
        /// Size of a sector.
        sector_size: SectorSize,
    },
    /// The last sector is not whole.
    #[error("`{}` has {capacity} bytes, not a multiple of the sector size {sector_size}", path.display())]
    PartSector {
        /// The file.
        path: PathBuf,
        /// Its size in bytes.
        capacity: u64,
        /// Size of a sector.
        sector_size: SectorSize,
    },
}

impl ResolveError {
    /// For `map_err`: a step on `path` that the kernel refuses.
    pub(super) fn of(path: &Path) -> impl Fn(&'static str, io::Error) -> Self {
        move |step, source| Self::Host {
            step,
            path: path.to_owned(),
            source,
        }
    }

    /// What the operator can do, where there is more to say than the message does.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Host { path, source, .. } if source.kind() == io::ErrorKind::NotFound => {
                let path = path.display();
                Some(format!("make it with: truncate --size 64M {path}"))
            }
            Self::Host { source, .. } if source.kind() == io::ErrorKind::ReadOnlyFilesystem => {
                Some("grant it with ,ro".into())
            }
            Self::Locked(_) => {
                Some("a file has one writer, or any number of readers with ,ro".into())
            }
            _ => None,
        }
    }
}

impl Spec {
    /// Opens and locks the storage, and checks its size.
    ///
    /// # Errors
    /// Where it is not there, is in use, does not consist of whole sectors, or this user may
    /// not use it.
    pub fn resolve(&self) -> Result<Resolved, ResolveError> {
        let (place, capacity) = match &self.target {
            Target::Sim => {
                let disk = Disk::new(sim::CAPACITY as usize);
                (Place::Sim(disk), sim::CAPACITY)
            }
            Target::Path(path) => {
                let mut storage = Storage::open(path, self.read_only)?;
                let capacity = storage.capacity();
                let capacity = capacity.map_err(|e| ResolveError::of(path)("measure", e))?;
                check_size(path, capacity, self.sector_size)?;
                (Place::Storage(path.clone(), storage), capacity)
            }
        };
        let layout = Layout {
            capacity,
            sector_size: self.sector_size,
            read_only: self.read_only,
        };
        Ok(Resolved { place, layout })
    }
}

fn check_size(path: &Path, capacity: u64, sector_size: SectorSize) -> Result<(), ResolveError> {
    let path = path.to_owned();
    let sector = u64::from(sector_size.bytes());
    if capacity < sector {
        return Err(ResolveError::TooSmall {
            path,
            capacity,
            sector_size,
        });
    }
    if !capacity.is_multiple_of(sector) {
        return Err(ResolveError::PartSector {
            path,
            capacity,
            sector_size,
        });
    }
    Ok(())
}

impl Resolved {
    /// The device.
    pub fn device(self) -> Front {
        let provider: Box<dyn Provider> = match self.place {
            Place::Sim(disk) => Box::new(disk),
            Place::Storage(_, storage) => Box::new(storage),
        };
        Front::new(provider, self.layout)
    }
}

/// What the guest gets: `disk.img, 2048 sectors of 512 bytes, read-only`.
impl fmt::Display for Resolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Layout {
            capacity,
            sector_size,
            read_only,
        } = self.layout;
        match &self.place {
            Place::Sim(_) => f.write_str("sim")?,
            Place::Storage(path, _) => path.display().fmt(f)?,
        }
        let sectors = capacity / u64::from(sector_size.bytes());
        write!(f, ", {sectors} sectors of {sector_size} bytes")?;
        if read_only {
            f.write_str(", read-only")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
