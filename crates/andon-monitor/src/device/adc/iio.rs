//! Inputs through the kernel's Industrial I/O subsystem.
//!
//! Source: Linux, Documentation/ABI/testing/sysfs-bus-iio.

mod buffer;
mod format;

pub(super) use buffer::Buffer;

use andon_abi::Status;
use rustix::io::Errno;

use super::errno::failure;
use super::resolve::Channel;
use super::{Host, Provider};
use crate::device::Failure;
use crate::device::class::ResourceError;
use crate::device::sysfs::{Attribute, Folder};

/// Provider of a channel.
#[derive(Debug)]
pub(super) struct Iio {
    raw: Attribute,
    conversion: Conversion,
    buffer: Option<Buffer>,
}

impl Iio {
    pub(super) fn open(
        host: &Host,
        channel: &Channel,
        buffer: Option<Buffer>,
    ) -> Result<Self, ResourceError> {
        let folder = Folder {
            path: channel.converter.path.clone(),
            fresh: false,
        };
        Ok(Self {
            raw: folder.watch(host, &format!("in_{}_raw", channel.name))?,
            conversion: Conversion {
                scale: attribute(host, &folder, &channel.name, "scale")?,
                offset: attribute(host, &folder, &channel.name, "offset")?,
            },
            buffer,
        })
    }
}

/// The channel's own attribute, or the one that it shares with the others of its kind, single or
/// differential; none where there is neither.
fn attribute(
    host: &Host,
    folder: &Folder,
    channel: &str,
    kind: &str,
) -> Result<Option<Attribute>, ResourceError> {
    let shared = match channel.contains('-') {
        true => "voltage-voltage",
        false => "voltage",
    };
    let names = [channel, shared].map(|name| format!("in_{name}_{kind}"));
    let name = names.iter().find(|name| folder.path.join(name).exists());
    name.map(|name| folder.watch(host, name)).transpose()
}

impl Provider for Iio {
    fn read(&mut self) -> Result<i64, Failure> {
        let raw = self.raw.number::<i64>().map_err(failure)?;
        self.conversion.factors()?.microvolts(raw)
    }

    fn capture(&mut self, samples: &mut [i32]) -> Result<usize, Failure> {
        let buffer = self.buffer.as_mut().ok_or(Status::Unsupported)?;
        let factors = self.conversion.factors()?;
        let mut raw = vec![0; samples.len()];
        let count = buffer.capture(&mut raw)?;
        for (sample, raw) in samples.iter_mut().zip(&raw[..count]) {
            let microvolts = factors.microvolts(*raw)?;
            *sample = microvolts.try_into().map_err(|_| failure(Errno::RANGE))?;
        }
        Ok(count)
    }
}

/// What makes a voltage of a raw value: `(raw + offset) * scale` is millivolts.
#[derive(Debug)]
struct Conversion {
    scale: Option<Attribute>,
    offset: Option<Attribute>,
}

impl Conversion {
    /// The factors as they are now: a driver may change its range meanwhile.
    fn factors(&self) -> Result<Factors, Failure> {
        let number = |attribute: &Option<Attribute>, missing| match attribute {
            Some(attribute) => attribute.number::<f64>().map_err(failure),
            None => Ok(missing),
        };
        Ok(Factors {
            scale: number(&self.scale, 1.0)?,
            offset: number(&self.offset, 0.0)?,
        })
    }
}

/// A scale in millivolts, and an offset in raw values.
#[derive(Clone, Copy, Debug)]
struct Factors {
    scale: f64,
    offset: f64,
}

impl Factors {
    /// The voltage of a raw value, to the nearest microvolt; one that is no number or beyond
    /// 2^53 µV is out of bounds.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "converters have at most 32 bits, and the result is checked"
    )]
    fn microvolts(self, raw: i64) -> Result<i64, Failure> {
        const EXACT: f64 = (1_i64 << f64::MANTISSA_DIGITS) as f64;
        let microvolts = ((raw as f64 + self.offset) * self.scale * 1000.0).round();
        if microvolts.abs() <= EXACT {
            return Ok(microvolts as i64);
        }
        Err(failure(Errno::RANGE))
    }
}

#[cfg(test)]
mod tests;
