//! LEDs through `/sys/class/leds`.
//!
//! Source: Linux, Documentation/leds/leds-class.rst.

use std::path::Path;

use rustix::io::Errno;

use super::errno::failure;
use super::resolve::Led;
use super::{Host, Provider};
use crate::device::Failure;
use crate::device::class::ResourceError;
use crate::device::sysfs::{Attribute, Folder, failed};

/// Provider of an LED, whose trigger is put aside.
#[derive(Debug)]
pub(super) struct Sysfs {
    brightness: Attribute,
    /// None where the kernel has no triggers.
    trigger: Option<Attribute>,
    before: Before,
}

/// What an LED did before.
#[derive(Debug)]
struct Before {
    brightness: u32,
    trigger: Option<String>,
}

/// The trigger of an LED that has none.
const NO_TRIGGER: &str = "none";

impl Sysfs {
    /// Takes hold of an LED and puts it out.
    pub(super) fn open(host: &Host, led: &Led) -> Result<Self, ResourceError> {
        let folder = Folder {
            path: host.sys(&format!("class/leds/{}", led.name)),
            fresh: false,
        };
        let brightness = folder.keep(host, "brightness")?;
        if !brightness.lock() {
            return Err(ResourceError::Busy {
                resource: format!("LED {led}"),
                holder: "another andon has it".to_owned(),
            });
        }
        let has_triggers = folder.path.join("trigger").exists();
        let trigger = has_triggers
            .then(|| folder.keep(host, "trigger"))
            .transpose()?;
        Self::take(brightness, trigger)
            .map_err(|errno| failed(host, "use", Path::new(&folder.path), errno.into()))
    }

    fn take(brightness: Attribute, trigger: Option<Attribute>) -> Result<Self, Errno> {
        let list = trigger.as_ref().map(Attribute::text).transpose()?;
        let before = Before {
            brightness: brightness.number()?,
            trigger: list.as_deref().and_then(chosen).map(str::to_owned),
        };
        let led = Self {
            brightness,
            trigger,
            before,
        };
        if let (Some(trigger), Some(_)) = (&led.trigger, &led.before.trigger) {
            trigger.write(NO_TRIGGER)?;
        }
        led.brightness.write("0")?;
        Ok(led)
    }
}

/// The trigger in brackets of a list such as `none [mmc0] timer`, unless it is none.
fn chosen(list: &str) -> Option<&str> {
    let mut words = list.split_whitespace();
    let chosen = words.find_map(|word| word.strip_prefix('[')?.strip_suffix(']'))?;
    (chosen != NO_TRIGGER).then_some(chosen)
}

impl Provider for Sysfs {
    fn brightness(&mut self) -> Result<u32, Failure> {
        self.brightness.number().map_err(failure)
    }

    fn set_brightness(&mut self, brightness: u32) -> Result<(), Failure> {
        self.brightness
            .write(&brightness.to_string())
            .map_err(failure)
    }

    /// The trigger comes last, for the kernel takes it away where the brightness gets 0.
    fn restore(&mut self) -> Result<(), Failure> {
        self.set_brightness(self.before.brightness)?;
        match (&self.trigger, &self.before.trigger) {
            (Some(trigger), Some(before)) => trigger.write(before).map_err(failure),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
