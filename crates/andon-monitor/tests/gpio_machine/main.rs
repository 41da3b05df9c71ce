//! GPIO against a real kernel: the machine has the chips that [`witness`] describes.
//!
//! What a device did is read where our code does not pass: in the registers of an emulated
//! I2C expander and in the files of simulated chips. Tests take lines of their own, so they
//! may run side by side.

mod cdev;
mod device;
mod names;
mod permission;
mod sysfs;
mod unplugged;
mod witness;
