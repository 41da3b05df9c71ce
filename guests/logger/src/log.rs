//! Records on a disk that is written in a ring, each in a sector of its own.
//!
//! A record carries its number and a checksum, and the number says which sector it is in. A write
//! that was broken off spoils the one sector that it was for, which held the oldest record or
//! none: no other record is touched, and the spoilt one is told by its checksum. So there is
//! nothing to repair; the newest record is the one with the greatest number.

use core::fmt;
use core::time::Duration;

use andon_guest::{Error, block};
use crc::{CRC_32_ISO_HDLC, Crc};

const CHECKSUM: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// What a record begins with.
const MAGIC: [u8; 8] = *b"andonlog";

/// Bytes of a record; the rest of its sector is zero.
const SIZE: usize = 32;

/// Bytes of the largest sector that a disk can have.
const LARGEST_SECTOR: usize = 32768;

/// Records that the ring holds at least: the newest must not lie where the next is written.
const FEWEST: u64 = 2;

/// What was measured.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Record {
    /// From 1 on.
    number: u64,
    /// Since 1970, in nanoseconds.
    time: u64,
    millidegrees: i32,
}

/// Why there is no log.
pub(crate) enum LogError {
    /// The disk refused.
    Disk(Error),
    /// The disk has less than two sectors.
    Small,
}

/// The log of a disk.
pub(crate) struct Log {
    disk: block::Device,
    sector: usize,
    sectors: u64,
    /// Number of the newest record, 0 where there is none.
    newest: u64,
}

impl Log {
    /// Opens a disk, and tells each record that it has, from the oldest on.
    pub(crate) fn open(disk: block::Device, tell: impl Fn(Record)) -> Result<Self, LogError> {
        let sector = usize::from(disk.sector_size());
        let mut log = Self {
            sectors: disk.capacity() / sector as u64,
            disk,
            sector,
            newest: 0,
        };
        if log.sectors < FEWEST {
            return Err(LogError::Small);
        }
        for index in 0..log.sectors {
            if let Some(record) = log.read(index)? {
                log.newest = log.newest.max(record.number);
            }
        }
        let oldest = log.newest.saturating_sub(log.sectors) + 1;
        for number in oldest..=log.newest {
            let record = log.read(log.index(number))?;
            record.filter(|it| it.number == number).map(&tell);
        }
        Ok(log)
    }

    /// Writes the next record. The host has it when this returns, whatever becomes of the guest
    /// and its monitor.
    pub(crate) fn append(&mut self, time: Duration, millidegrees: i32) -> Result<Record, LogError> {
        let record = Record {
            number: self.newest + 1,
            time: u64::try_from(time.as_nanos()).unwrap_or(u64::MAX),
            millidegrees,
        };
        let mut bytes = [0; LARGEST_SECTOR];
        bytes[..SIZE].copy_from_slice(&record.to_bytes());
        let offset = self.index(record.number) * self.sector as u64;
        self.disk.write(offset, &bytes[..self.sector])?;
        self.newest = record.number;
        Ok(record)
    }

    /// The record of a sector, where it has a whole one that belongs there.
    fn read(&mut self, index: u64) -> Result<Option<Record>, LogError> {
        let mut bytes = [0; LARGEST_SECTOR];
        let offset = index * self.sector as u64;
        self.disk.read(offset, &mut bytes[..self.sector])?;
        let record = Record::from_bytes(&bytes);
        Ok(record.filter(|record| self.index(record.number) == index))
    }

    /// The sector of a record.
    fn index(&self, number: u64) -> u64 {
        number.wrapping_sub(1) % self.sectors
    }
}

impl Record {
    fn to_bytes(self) -> [u8; SIZE] {
        let mut bytes = [0; SIZE];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8..16].copy_from_slice(&self.number.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.time.to_le_bytes());
        bytes[24..28].copy_from_slice(&self.millidegrees.to_le_bytes());
        let checksum = CHECKSUM.checksum(&bytes[..28]);
        bytes[28..].copy_from_slice(&checksum.to_le_bytes());
        bytes
    }

    /// None where this is no record, or not all of one.
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let record = Self {
            number: u64::from_le_bytes(*bytes.get(8..)?.first_chunk()?),
            time: u64::from_le_bytes(*bytes.get(16..)?.first_chunk()?),
            millidegrees: i32::from_le_bytes(*bytes.get(24..)?.first_chunk()?),
        };
        // Magic and checksum are right where the record would be written the same.
        (bytes.get(..SIZE)? == record.to_bytes() && record.number > 0).then_some(record)
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let celsius = f64::from(self.millidegrees) / 1000.0;
        let seconds = Duration::from_nanos(self.time).as_secs();
        write!(f, "{} {celsius:.1} °C at {seconds}", self.number)
    }
}

impl From<Error> for LogError {
    fn from(error: Error) -> Self {
        Self::Disk(error)
    }
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disk(error) => write!(f, "cannot use the disk: {error}"),
            Self::Small => write!(f, "the disk has less than {FEWEST} sectors"),
        }
    }
}
