//! The PC's analogue input: a device `adc` of the kernel's `iio_dummy`, whose values are constants
//! of its source, and a trigger `timer` that comes a hundred times a second.
//!
//! Source: Linux, Documentation/iio/iio_configfs.rst.

/// The shell commands that make both. The configuration's file system is mounted.
pub(super) const SCRIPT: &str = "mkdir /sys/kernel/config/iio/devices/dummy/adc && \
                                 mkdir /sys/kernel/config/iio/triggers/hrtimer/timer";
